"""Schemas as text → what load and resolve make of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from wsgen.diagnostics import Diagnostic, in_order
from wsgen.diagnostics.render import Texts, text
from wsgen.ir.api import Api
from wsgen.ir.types import Field, Message
from wsgen.pipeline import understand
from wsgen.resolve import resolve
from wsgen.schema import Unit, load, validate
from wsgen.source import SourceText
from wsgen.source.yaml import parse

HANDLERS = "handlers:\n  demo: {kind: websocket, path: /demo, from_server: str}\n"


def complete(snippet: str) -> str:
    """A whole schema from a piece of one: what is missing stands before and after it."""
    before = "" if re.search(r"^wsgen:", snippet, re.MULTILINE) else "wsgen: 1\n"
    before += "" if re.search(r"^api:", snippet, re.MULTILINE) else "api: {name: demo}\n"
    after = "" if re.search(r"^handlers:", snippet, re.MULTILINE) else HANDLERS
    return before + snippet + after


@dataclass(frozen=True)
class Outcome:
    """What came of a schema."""

    api: Api | None
    diagnostics: tuple[Diagnostic, ...]
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        return [each.code for each in self.diagnostics]

    @property
    def messages(self) -> list[str]:
        return [each.message for each in self.diagnostics]

    @property
    def helps(self) -> list[str]:
        return [each.help for each in self.diagnostics]

    @property
    def rendered(self) -> str:
        return text(self.diagnostics, Texts(self.texts))

    @property
    def good(self) -> Api:
        """The API of a schema that nothing is wrong with."""
        assert not self.diagnostics, self.rendered
        assert self.api is not None
        return self.api


def run_file(path: Path, name: str | None = None) -> Outcome:
    """Load and resolve a file and what it imports."""
    loaded = load(path, name or path.name)
    texts = {each.name: each.text for each in loaded.sources}
    if not loaded.units:
        return Outcome(None, loaded.diagnostics, texts)
    api, found = resolve(loaded.units)
    return Outcome(api, in_order(loaded.diagnostics + found), texts)


def run_text(schema: str) -> Outcome:
    """Load and resolve a schema without imports, which stands nowhere."""
    source = SourceText("schema.yaml", Path("schema.yaml"), schema)
    texts = {"schema.yaml": schema}
    tree, faults = parse(source)
    if tree is None:
        return Outcome(None, tuple(map(Diagnostic.of, faults)), texts)
    document, found = validate(tree)
    if document is None:
        return Outcome(None, found, texts)
    api, more = resolve([Unit(None, source, tree, document, source.start)])
    return Outcome(api, in_order(found + more), texts)


def reviewed(schema: str, folder: Path) -> Outcome:
    """What a schema comes to in `build` and `check`: with advice, if it has no errors."""
    (folder / "schema.yaml").write_text(schema)
    found = understand(folder / "schema.yaml", "schema.yaml")
    return Outcome(found.api, found.diagnostics, dict(found.texts))


def run(snippet: str) -> Outcome:
    """Load and resolve a piece of a schema."""
    return run_text(complete(snippet))


def message_of(api: Api, name: str) -> Message:
    return next(each for each in api.messages if each.name.written == name)


def field_of(api: Api, message: str, name: str) -> Field:
    return next(each for each in message_of(api, message).fields if each.name.written == name)


def fields(*lines: str) -> str:
    """A message `Say` with the given fields, one a line."""
    return "messages:\n  Say:\n    fields:\n" + "".join(f"      {line}\n" for line in lines)
