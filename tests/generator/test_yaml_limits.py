"""What a file may hold at most: at each bound what is allowed and what is not, and the cost."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.generator.support import run_file
from tests.timing import least, undisturbed

from wsgen.diagnostics import Diagnostic
from wsgen.diagnostics.render import Texts, text
from wsgen.source import SourceText, Unreadable, read
from wsgen.source.text import MAX_BYTES
from wsgen.source.yaml import MAX_ALIASED_NODES, MAX_DEPTH, MAX_NODES, parse

MIB = 1024 * 1024


def codes(content: str) -> list[str]:
    """What is wrong with a file as YAML."""
    _, faults = parse(SourceText("s.yaml", Path("s.yaml"), content))
    return [each.code for each in faults]


def nested(opening: str, closing: str = "") -> Callable[[int], str]:
    return lambda depth: opening * depth + "x" + closing * depth


def block(depth: int) -> str:
    """One key below another, `depth` mappings in all."""
    return "".join(f"{' ' * level}k:\n" for level in range(depth))


def laughing(rounds: int) -> str:
    """Aliases of aliases: nine times as many values in each round."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, rounds + 1)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "make",
    [nested("[", "]"), nested("{k: ", "}"), nested("- "), nested("? "), block],
    ids=["[", "{", "-", "?", "block"],
)
def test_depth(make: Callable[[int], str]) -> None:
    assert "WSG005" not in codes(make(MAX_DEPTH))
    assert codes(make(MAX_DEPTH + 1)) == ["WSG005"]
    assert codes(make(100_000 if make is not block else 1000)) == ["WSG005"]


def test_aliases() -> None:
    def repeated(times: int) -> str:
        return "a: &a [x]\nb: [" + "*a, " * times + "]"

    assert codes(repeated(MAX_ALIASED_NODES)) == []
    assert codes(repeated(MAX_ALIASED_NODES + 1)) == ["WSG005"]


def test_aliases_of_aliases() -> None:
    assert codes(laughing(3)) == []  # 9 + 9² + 9³ + 9⁴ values, and their lists
    assert codes(laughing(4)) == ["WSG005"]
    assert codes(laughing(1000)) == ["WSG005"]


def test_an_alias_inside_of_itself() -> None:
    assert codes("a: &a [x, y]\nb: *a") == []
    assert codes("a: &a [x, *a]") == ["WSG005"]
    assert codes("a: &a {b: {c: *a}}") == ["WSG005"]


@pytest.mark.slow
def test_values() -> None:
    assert codes("- x\n" * (MAX_NODES - 1)) == []  # with the list itself
    assert codes("- x\n" * MAX_NODES) == ["WSG005"]


def test_size(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(b"#" * MAX_BYTES)
    assert len(read(path).text) == MAX_BYTES
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(Unreadable, match="larger than 4 MiB"):
        read(path)


@pytest.mark.parametrize("tag", ["!", "!x", "!!str", "!!python/name:os.system", "!<tag:x,2002:y>"])
def test_tags(tag: str) -> None:
    assert codes("a: b") == []
    assert codes(f"a: {tag} b") == ["WSG006"]
    assert codes(f"{tag} [a]") == ["WSG006"]


def test_duplicates() -> None:
    assert codes("a: 1\nA: 2\n'a ': 3") == []
    assert codes("a: 1\n'a': 2") == ["WSG003"]
    assert codes("a: 1\na: 2\na: 3") == ["WSG003", "WSG003"]


def test_files(tmp_path: Path) -> None:
    """The schema and 63 more."""
    names = [f"f{number}" for number in range(64)]
    for name in names:
        (tmp_path / f"{name}.yaml").write_text("wsgen: 1\ntypes: {Name: str}\n")
    schema = tmp_path / "schema.yaml"
    for count, expected in ((63, []), (64, ["WSG104"])):
        imports = "".join(f"  {name}: ./{name}.yaml\n" for name in names[:count])
        schema.write_text(
            f"wsgen: 1\napi: {{name: demo}}\nimports:\n{imports}"
            "handlers: {h: {kind: websocket, path: /h, from_client: str}}\n"
        )
        assert run_file(schema).codes == expected


HOSTILE: dict[str, Callable[[int], str]] = {
    "duplicate keys": lambda n: "a: 1\n" * n,
    "duplicate keys in one line": lambda n: "{" + "k: v, " * n + "}",
    "duplicate keys in each line": lambda n: "".join(f"k{i}: {{a: 1, a: 2}}\n" for i in range(n)),
    "tags": lambda n: "".join(f"k{i}: !t v\n" for i in range(n)),
    "merge keys": lambda n: "".join(f"k{i}: {{<<: a}}\n" for i in range(n)),
    "texts without a key": lambda n: "{" + ", ".join(f"a b{i}" for i in range(n)) + "}",
    "anchors": lambda n: "".join(f"k{i}: &a{i} v\n" for i in range(n)),
    "comments": lambda n: "".join(f"k{i}: v #c\n" for i in range(n)),
    "brackets in texts": lambda n: "".join(f"k{i}: '[[[[{{{{'\n" for i in range(n)),
    "a mistake at the end": lambda n: "k: v\n" * n + "x: [1",
    "a control character at the end": lambda n: "k: v\n" * n + "x: \x07",
    "empty lines": lambda n: "a: {\n" + "\n" * n + "b",
    "open brackets": lambda n: "a: [\n" * n,
    "escapes": lambda n: 'a: "' + "\\x41" * n + '"',
    "lone surrogates": lambda n: "".join(f'k{i}: "\\ud800"\n' for i in range(n)),
    "white space": lambda n: "a:" + " " * n + "b" + " \t" * n + "#" * n,
    "a long line": lambda n: "a: '" + "é" * n + "' b",
}


def answer(content: str) -> str:
    """All that a build does with a file that is no good: read it, and show what is wrong."""
    _, faults = parse(SourceText("s.yaml", Path("s.yaml"), content))
    return text(tuple(map(Diagnostic.of, faults)), Texts({"s.yaml": content}))


@pytest.mark.slow
@pytest.mark.parametrize("what", HOSTILE)
def test_time_is_in_proportion_to_the_size(what: str) -> None:
    small, large = HOSTILE[what](1_000), HOSTILE[what](8_000)
    assert least(lambda: answer(large)) < 8 * 2.5 * least(lambda: answer(small)) + 0.05


@pytest.mark.slow
@pytest.mark.parametrize("what", HOSTILE)
def test_memory_is_in_proportion_to_the_size(what: str) -> None:
    """At most 500 bytes for each, and 64 KiB besides: a mistake of few letters is told in many."""
    content = HOSTILE[what](1_000)
    assert peak(lambda: answer(content)) < 500 * len(content) + 64 * 1024


@pytest.mark.parametrize(
    "content",
    [laughing(9), laughing(1000), "[" * MAX_BYTES, "{a: " * MIB, "a: &a [" + "*a, " * MIB],
)
def test_what_unfolds_is_refused_before_it_costs_anything(content: str) -> None:
    assert least(lambda: parse(SourceText("s.yaml", Path("s.yaml"), content)), of=2) < 5.0
    assert peak(lambda: parse(SourceText("s.yaml", Path("s.yaml"), content))) < 64 * MIB


def peak(work: Callable[[], object]) -> int:
    """Bytes of memory that some work takes at most."""
    with undisturbed():
        tracemalloc.start()
        try:
            work()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
