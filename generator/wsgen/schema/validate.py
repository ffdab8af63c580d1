"""Tree → Document: every pydantic error becomes a finding in our words, at its place.

Parts with findings are left out of the document, so that the next stage looks at all the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from wsgen.diagnostics import Collector, Diagnostic, closest, did_you_mean
from wsgen.schema.document import Document
from wsgen.schema.leaves import Text
from wsgen.schema.models import KIND_TAGS
from wsgen.schema.part import HIDDEN_KEYS
from wsgen.schema.recover import take_out
from wsgen.source import Path, Tree
from wsgen.source.tree import Mapping, Node, Sequence

LANGUAGE_VERSION: Final = 1
_KINDS: Final = {"enum", "fields", "union"}
"""The keys that say which kind of type it is; without one it is an alias."""
_OWN_KEYS: Final = "keys of your own start with `x-`"
_ARTIFICIAL: Final = {*HIDDEN_KEYS, *KIND_TAGS, "[key]"}
"""Steps of the models that nobody writes."""


def validate(tree: Tree) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """What a tree holds, and everything that is wrong with its shape.

    With findings the document is what is right of it; None where that would say nothing.
    """
    found = Collector()
    if not isinstance(tree.root, Mapping):
        found.report(
            "WSG012", "a schema is a mapping", tree.root.span, help="start with `wsgen: 1`"
        )
        return None, found.diagnostics
    if not _check_version(tree, tree.root, found):
        return None, found.diagnostics
    plain = {"wsgen": Text.of("1", LANGUAGE_VERSION)} | _plain_mapping(tree.root)
    try:
        return Document.model_validate(plain), found.diagnostics
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
    misspelt = _misspelt(errors)
    for each in errors:
        if not _follows(each, misspelt):
            _report(each, tree, found)
    if not take_out(plain, map(_place, errors)):
        return None, found.diagnostics
    try:
        return Document.model_validate(plain), found.diagnostics
    except ValidationError:
        return None, found.diagnostics


def _check_version(tree: Tree, root: Mapping, found: Collector) -> bool:
    """Whether the rest can be read by the rules of this version."""
    entry = root.entries.get("wsgen")
    if entry is None:
        message = "the language version is missing"
        found.report("WSG013", message, tree.root.span, help="start with `wsgen: 1`")
        return True
    value = entry.value
    version = None if isinstance(value, (Mapping, Sequence)) else value.value()
    if type(version) is not int or version != LANGUAGE_VERSION:
        message = f"this wsgen reads language version {LANGUAGE_VERSION}"
        help_ = f"write `wsgen: {LANGUAGE_VERSION}`, or install another wsgen"
        found.report("WSG013", message, value.span, help=help_)
        return False
    if next(iter(root.entries)) != "wsgen":
        message = "the language version stands first"
        found.report("WSG013", message, entry.key.span, help="move it to the first line")
    return True


def _plain_mapping(node: Mapping) -> dict[str, object]:
    return {key: _plain(entry.value) for key, entry in node.entries.items()}


def _plain(node: Node) -> object:
    if isinstance(node, Mapping):
        return _plain_mapping(node)
    if isinstance(node, Sequence):
        return [_plain(each) for each in node.items]
    return Text.of(node.text, node.value(), comment=node.comment)


def _report(error: ErrorDetails, tree: Tree, found: Collector) -> None:
    location = _location(error)
    context: dict[str, Any] = error.get("ctx") or {}
    match error["type"]:
        case "wsgen":
            is_key = "[key]" in error["loc"]
            _report_own(context, location, tree, found, is_key=is_key)
        case "extra_forbidden":
            key = str(location[-1])
            help_ = did_you_mean(key, _keys_at(location[:-1])) or _OWN_KEYS
            found.report("WSG010", f"unknown key `{key}`", tree.key_span(location), help=help_)
        case "missing":
            span = tree.key_span(location[:-1]) if location[:-1] else tree.root.span
            key = str(location[-1])
            found.report("WSG011", f"`{key}` is missing", span, help=f"add `{key}:`")
        case "literal_error":
            _report_choice(context, location, tree, found)
        case "dict_type":
            help_ = "write `key: value` pairs"
            found.report("WSG012", "expected a mapping", tree.span(location), help=help_)
        case "list_type":
            help_ = "write `[…]`, or a line with `- ` for each item"
            found.report("WSG012", "expected a list", tree.span(location), help=help_)
        case _:
            message = "this value is not of the form that its key asks for"
            found.report("WSG012", message, tree.span(location), help="see `wsgen schema`")


def _location(error: ErrorDetails) -> Path:
    *way, last = error["loc"] or ("[key]",)
    location = tuple(step for step in way if step not in _ARTIFICIAL)
    is_written = last not in _ARTIFICIAL or error["type"] == "extra_forbidden"
    return (*location, last) if is_written else location


def _place(error: ErrorDetails) -> Path:
    """Where the mistake is; what a short form of a section is told stands below it."""
    below: Path = (error.get("ctx") or {}).get("below", ())
    return _location(error) + below


def _misspelt(errors: Iterable[ErrorDetails]) -> set[Path]:
    """Missing keys that are there under a misspelt name, which is reported itself."""
    found: set[Path] = set()
    for error in errors:
        if error["type"] == "extra_forbidden":
            *way, key = _location(error)
            meant = closest(str(key), _keys_at(tuple(way)))
            found |= {(*way, meant)} if meant else set()
            found |= {(*way, "type")} if meant in _KINDS else set()
    return found


def _follows(error: ErrorDetails, misspelt: set[Path]) -> bool:
    """Whether it is about a key that is misspelt, or would be known if another one were not."""
    location = _location(error)
    if error["type"] == "missing":
        return location in misspelt
    way, key = location[:-1], location[-1:]
    is_kind = way[:1] == ("types",) and (*way, "type") in misspelt
    return error["type"] == "extra_forbidden" and is_kind and key[0] in _keys_at(way)


def _report_own(
    context: dict[str, Any], location: Path, tree: Tree, found: Collector, *, is_key: bool
) -> None:
    part = context["part"]
    location += context["below"]
    span = tree.key_span(location) if is_key else tree.span(location)
    if part is not None:
        span = tree.part(location, *part)
    found.report(context["code"], context["message"], span, help=context["help"])


def _report_choice(context: dict[str, Any], location: Path, tree: Tree, found: Collector) -> None:
    choices = str(context["expected"]).replace("'", "`")
    node = list(tree.nodes(location))[-1]
    text = "" if isinstance(node, (Mapping, Sequence)) else node.text
    known = [each.strip("'") for each in str(context["expected"]).replace(" or ", ", ").split(", ")]
    help_ = did_you_mean(text, known) or "write one of them"
    found.report("WSG012", f"expected {choices}", node.span, help=help_)


def _keys_at(location: Path) -> list[str]:
    """The keys that may stand in the mapping at `location`."""
    models: list[type[BaseModel]] = [Document]
    for step in location:
        models = [found for model in models for found in _below(model, step)]
    names = (field.alias or name for model in models for name, field in model.model_fields.items())
    return [name for name in names if not name.startswith("<")]


def _below(model: type[BaseModel], step: str | int) -> Iterator[type[BaseModel]]:
    field = model.model_fields.get(str(step))
    if field is not None:
        yield from _models_in(field.annotation)
        return
    hidden = [each for each in model.model_fields.values() if (each.alias or "").startswith("<")]
    below = [found for each in hidden for found in _models_in(each.annotation)]
    yield from below or [model]  # the name of a thing, or an index


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
