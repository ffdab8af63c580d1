"""Whatever text stands anywhere in a schema: it is refused, or changes constants and nothing else.

The places are found by walking a schema that uses every key of the language, which one of the
tests asks of it. What is accepted is also imported, and watched while it is.
"""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from tests.targets.wide import COMMON, WIDE, as_yaml

from wsgen import pipeline
from wsgen.diagnostics import has_errors
from wsgen.output.artifact import Artifact
from wsgen.output.manifest import Totals
from wsgen.schema.document import Document
from wsgen.schema.part import Part
from wsgen.schema.validate import validate
from wsgen.source import SourceText
from wsgen.source.yaml import parse

DEED = "__import__('os').system('touch /tmp/done')"
HOSTILE = (
    f'"""\n{DEED}\n"""',
    f"'''\n{DEED}\n'''",
    f'"\n{DEED}\n#',
    f"'\n{DEED}\n#",
    f'" + {DEED} + "',
    f"' + {DEED} + '",
    f'"); {DEED}; ("',
    f"'); {DEED}; ('",
    f'"]; {DEED}  #',
    f"\n{DEED}\n",
    f"\r\n{DEED}\r\n",
    f"\r{DEED}",
    f"\x0c{DEED}",
    f"\x0b\n{DEED}",
    f"\x85{DEED}\x85",
    f"\u2028{DEED}\u2029",
    f"\0{DEED}",
    f" = {DEED}",
    f" if {DEED} else 1",
    f"[{DEED}]",
    f"{{{DEED}}}",
    f"# {DEED}",
    f"f'{{{DEED}}}'",
    "{{ view.__class__.__mro__ }}",
    "{% raw %}{% endraw %}{% include '/etc/passwd' %}",
    "{0.__class__} %(name)s %s ${name} `id` $(id)",
    "*/ --> ]]> </script>",
    "\\",
    "\\\\",
    '\\"',
    '\\"""',
    "\\N{BULLET}\\x41\\u0041\\777",
    '"',
    "'",
    '""""""',
    "a" * 20_000 + "\n",
    "\N{RIGHT-TO-LEFT OVERRIDE}fed\N{POP DIRECTIONAL ISOLATE}",
    "\N{ZERO WIDTH SPACE}\N{BYTE ORDER MARK}",
    "\N{FULLWIDTH LATIN SMALL LETTER S}\N{FULLWIDTH LATIN SMALL LETTER T}r",
    "\N{MATHEMATICAL BOLD SMALL I}nt",
    "\N{ARABIC-INDIC DIGIT ONE}\N{SUPERSCRIPT TWO}",
    "\N{KELVIN SIGN}\N{LATIN SMALL LIGATURE FI}",
    "\ud800",
    "\udcff\ud83d",
    "\U0010ffff\ufffe",
    "../../../tmp/x",
    "/etc/passwd",
    "C:\\con.py",
    "type: ignore\n# fmt: on",
    "#!/bin/sh",
    "# -*- coding: utf-7 -*-",
    "builtins:exec",
    "os:system('x')",
)
"""None of it is a name or a type that a schema may have, so that nothing else may change."""

Place: TypeAlias = tuple[Any, ...]
Shapes: TypeAlias = dict[PurePosixPath, str]


@dataclass(frozen=True)
class Key:
    """A key of a mapping, as the last step to a place."""

    text: str


def places(value: Any, way: Place = ()) -> Iterator[Place]:
    """Where there is text: keys and values."""
    if isinstance(value, str):
        yield way
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from places(each, (*way, index))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield (*way, Key(key))
            yield from places(each, (*way, key))


PLACES = tuple(places(WIDE))


def text_at(place: Place) -> str:
    if isinstance(place[-1], Key):
        return place[-1].text
    value: Any = WIDE
    for step in place:
        value = value[step]
    return str(value)


def put(text: str, place: Place) -> Any:
    """The wide schema with another text in one place."""
    made = copy.deepcopy(WIDE)
    *way, last = place
    target: Any = made
    for step in way:
        target = target[step]
    if isinstance(last, Key):
        entries = [(text if key == last.text else key, each) for key, each in target.items()]
        target.clear()
        target.update(entries)
    else:
        target[last] = text
    return made


def spliced(hostile: str, place: Place) -> tuple[str, ...]:
    """Ways to put it into a place: instead of what is there, around that, and within its quotes."""
    old = text_at(place)
    head, quote, tail = old.partition('"')
    inside = (head + quote + hostile + tail,) if quote else ()
    return (hostile, old + hostile, hostile + old, *inside)


class Blank(ast.NodeTransformer):
    """Forgets which constant stands somewhere; of what type it is stays."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant(type(node.value).__name__)


def shapes(artifacts: tuple[Artifact, ...]) -> Shapes:
    return {
        each.path: ast.dump(Blank().visit(ast.parse(each.data)))
        for each in artifacts
        if each.path.suffix == ".py"
    }


def built(folder: Path, document: Any) -> tuple[Artifact, ...] | None:
    """What is generated from a document; None if it is refused, by findings."""
    (folder / "common.yaml").write_text(COMMON)
    schema = folder / "schema.yaml"
    schema.write_text(as_yaml(document))
    found = pipeline.understand(schema, "schema.yaml")
    if found.api is None:
        assert has_errors(found.diagnostics)
        return None
    return pipeline.generate(found.api, {}, Totals(messages=0, handlers=0))


class Importer:
    """A process that imports packages, one after another, and tells what they did."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("watched_import.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def deeds(self, artifacts: tuple[Artifact, ...]) -> list[str]:
        """What the import of a package does that no generated module has to do."""
        self._count += 1
        folder = self._folder / str(self._count)
        for each in artifacts:
            path = folder / "demo" / each.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(each.data)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        return cast("list[str]", json.loads(self._process.stdout.readline()))

    def end(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def importer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Importer]:
    found = Importer(tmp_path_factory.mktemp("imported"))
    yield found
    found.end()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schema")


@pytest.fixture(scope="module")
def harmless(folder: Path) -> Shapes:
    artifacts = built(folder, WIDE)
    assert artifacts is not None
    return shapes(artifacts)


def check(text: str, place: Place, folder: Path, harmless: Shapes, importer: Importer) -> bool:
    """Whether it was accepted; fails if it then is more than a constant."""
    artifacts = built(folder, put(text, place))
    if artifacts is None:
        return False
    assert shapes(artifacts) == harmless, (text, place)
    assert importer.deeds(artifacts) == [], (text, place)
    return True


# Whether the tests below can see anything


def kinds(of: type[Part] = Part) -> Iterator[type[Part]]:
    for each in of.__subclasses__():
        if not each.__subclasses__():
            yield each
        yield from kinds(each)


def used(value: object) -> Iterator[tuple[type[Part], str]]:
    """The keys that are written, of each kind of mapping."""
    if isinstance(value, dict):
        for each in value.values():
            yield from used(each)
    elif isinstance(value, BaseModel):
        for name in value.model_fields_set:
            if isinstance(value, Part):
                yield type(value), name
            yield from used(getattr(value, name))


def test_every_key_of_the_language_is_tried() -> None:
    tree, _ = parse(SourceText("s.yaml", Path("s.yaml"), as_yaml(WIDE)))
    assert tree is not None
    document, found = validate(tree)
    assert isinstance(document, Document)
    assert found == ()
    wanted = {(kind, name) for kind in kinds() for name in kind.model_fields}
    assert wanted - set(used(document)) == set()
    assert len(PLACES) > 300


def test_the_importer_sees_what_is_done(importer: Importer) -> None:
    deeds = (
        "open('/etc/passwd')",
        "__import__('os').system('true')",
        "exec('1')",
        "__import__('socket').socket()",
        "__import__('subprocess').run(['true'])",
        "open(__file__, 'a')",
        "eval('1')",
        "1 / 0",
    )
    for deed in deeds:
        assert importer.deeds((Artifact.text("__init__.py", f"{deed}\n"),)), deed
    assert importer.deeds((Artifact.text("__init__.py", '"""Nothing."""\n'),)) == []


# The property


@pytest.mark.slow
@given(data=st.data())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_hostile_text_is_refused_or_a_constant(
    data: st.DataObject, folder: Path, harmless: Shapes, importer: Importer
) -> None:
    place = data.draw(st.sampled_from(PLACES))
    text = data.draw(
        st.sampled_from(HOSTILE).flatmap(lambda it: st.sampled_from(spliced(it, place)))
    )
    check(text, place, folder, harmless, importer)


@pytest.mark.slow
def test_docs_take_anything(folder: Path, harmless: Shapes, importer: Importer) -> None:
    """Not everything is refused, so the property above says something."""
    for text in HOSTILE:
        for place in (("handlers", "room", "doc"), ("close_codes", "FULL", "doc")):
            accepted = check(text, place, folder, harmless, importer)
            assert accepted is not any("\ud800" <= one <= "\udfff" for one in text), text


@pytest.mark.fuzz
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_hostile_text_in_every_place(
    place: Place, folder: Path, harmless: Shapes, importer: Importer
) -> None:
    for hostile in HOSTILE:
        for text in spliced(hostile, place):
            check(text, place, folder, harmless, importer)
