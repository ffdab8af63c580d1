"""What findings look like: as text, as JSON, and as GitHub's annotations."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from wsgen._resources import data_root
from wsgen.diagnostics import Collector, Diagnostic, did_you_mean, has_errors
from wsgen.diagnostics.render import Texts, github, text, to_json
from wsgen.source import Position, Span


def span(line: int, start: int, end: int, file: str = "s.yaml") -> Span:
    return Span(file, Position(line, start), Position(line, end))


FINDING = Diagnostic(
    "WSG204",
    "unknown type `Rol`",
    span(2, 9, 12),
    "did you mean `Role`?",
    ((span(1, 1, 2, "other.yaml"), "defined here"),),
)
TEXTS = Texts({"s.yaml": "a: 1\n  role: Rol\n"})


def test_text() -> None:
    assert text([FINDING], TEXTS) == (
        "s.yaml:2:9: error[WSG204] unknown type `Rol`\n"
        "  |\n"
        "2 |   role: Rol\n"
        "  |         ^^^ did you mean `Role`?\n"
        "  = other.yaml:1:1: defined here\n"
        "  = help: wsgen explain WSG204\n"
    )


def test_text_without_the_file_at_hand() -> None:
    assert text([FINDING], Texts()) == (
        "s.yaml:2:9: error[WSG204] unknown type `Rol`\n"
        "   = help: did you mean `Role`?\n"
        "   = other.yaml:1:1: defined here\n"
        "   = help: wsgen explain WSG204\n"
    )


def test_text_without_a_place() -> None:
    found = text([Diagnostic("WSG903", "chat/routes.py differs", None, "build it")], Texts())
    assert found == (
        "error[WSG903] chat/routes.py differs\n"
        "   = help: build it\n"
        "   = help: wsgen explain WSG903\n"
    )


def test_findings_are_apart_by_one_empty_line() -> None:
    assert text([FINDING, FINDING], TEXTS).count("\n\n") == 1


def test_colours_only_when_asked_for() -> None:
    plain = text([FINDING], TEXTS)
    colored = text([FINDING], TEXTS, color=True)
    assert "\033" not in plain
    assert "\033[1;31merror[WSG204]\033[0m" in colored


def test_warnings_are_called_so() -> None:
    found = Diagnostic("WSG312", "nobody hears it", span(1, 1, 2), "wait")
    assert text([found], TEXTS).startswith("s.yaml:1:1: warning[WSG312]")
    assert github([found], TEXTS).startswith("::warning ")
    assert not has_errors([found])
    assert has_errors([found, FINDING])


@pytest.mark.parametrize(
    ("line", "start", "end", "pointer"),
    [
        ("\tx: Rol", 5, 8, "\t   ^^^"),
        ("abc", 4, 4, "   ^"),
        ("abc", 3, 99, "  ^"),
        ("日本: Rol", 1, 3, "^^^^"),
        ("日本: Rol", 5, 8, "      ^^^"),
        ("ｓｔｒ", 1, 4, "^^^^^^"),
        ("e\u0301: Rol", 5, 8, "   ^^^"),
        ("\u202e: Rol", 4, 7, "        ^^^"),
    ],
)
def test_the_caret_stands_under_the_mistake(line: str, start: int, end: int, pointer: str) -> None:
    found = text([Diagnostic("WSG204", "m", span(1, start, end), "h")], Texts({"s.yaml": line}))
    assert found.split("\n")[3] == f"  | {pointer} h"


@pytest.mark.parametrize("place", [0, 1, 59, 60, 61, 100, 500, 838, 839, 936, 995])
@pytest.mark.parametrize("size", [1, 3, 400])
def test_of_a_long_line_the_part_with_the_mistake_is_shown(place: int, size: int) -> None:
    mistake = "x" * min(size, 1000 - place)
    line = "." * place + mistake + "." * (1000 - place - len(mistake))
    found = Diagnostic("WSG204", "m", span(1, place + 1, place + 1 + len(mistake)), "h")
    _, _, excerpt, pointer, *_ = text([found], Texts({"s.yaml": line})).split("\n")
    assert len(excerpt) <= 4 + 162
    marked = "".join(each for each, mark in zip(excerpt, pointer, strict=False) if mark == "^")
    assert marked.rstrip("…") == mistake[: len(marked)]
    assert len(marked) == len(mistake) or len(marked) >= 99


def test_nothing_in_a_schema_moves_the_cursor() -> None:
    hidden = "a\x1b[2Jb\u202ec\u200b"
    found = Diagnostic("WSG204", hidden, span(1, 1, 2), hidden, ((span(1, 1, 1), hidden),))
    shown = text([found], Texts({"s.yaml": hidden}))
    assert not any(sign in shown for sign in ("\x1b", "\u202e", "\u200b"))
    assert shown.count("\\x1b[2Jb\\u202ec\\u200b") == 4


def test_json_holds_everything() -> None:
    (found,) = json.loads(to_json([FINDING], TEXTS))
    assert found == {
        "code": "WSG204",
        "name": "unknown type",
        "severity": "error",
        "message": "unknown type `Rol`",
        "help": "did you mean `Role`?",
        "file": "s.yaml",
        "line": 2,
        "column": 9,
        "end_line": 2,
        "end_column": 12,
        "related": [
            {
                "message": "defined here",
                "file": "other.yaml",
                "line": 1,
                "column": 1,
                "end_line": 1,
                "end_column": 2,
            }
        ],
    }


def test_json_of_nothing_is_an_empty_array() -> None:
    assert to_json([], TEXTS) == "[]\n"


PUBLISHED = jsonschema.Draft202012Validator(
    json.loads((data_root("schemas") / "diagnostics.schema.json").read_text("utf-8"))
)


def test_the_published_schema_is_a_schema() -> None:
    PUBLISHED.check_schema(PUBLISHED.schema)


def test_json_is_as_published() -> None:
    nowhere = Diagnostic("WSG903", "m", None, "h")
    PUBLISHED.validate(json.loads(to_json([FINDING, nowhere], TEXTS)))
    PUBLISHED.validate([])


def test_the_published_schema_allows_nothing_else() -> None:
    (found,) = json.loads(to_json([FINDING], TEXTS))
    (related,) = found["related"]
    wrong: list[dict[str, Any]] = [found | {"more": 1}, found | {"related": [related | {"x": 1}]}]
    wrong += [{key: each for key, each in found.items() if key != left_out} for left_out in found]
    wrong += [found | {key: [each]} for key, each in found.items() if key != "related"]
    wrong += [found | {"severity": "note"}, found | {"code": "WSG1"}, found | {"line": 0}]
    wrong += [
        found | {"related": [{key: each for key, each in related.items() if key != left_out}]}
        for left_out in related
    ]
    assert [each for each in wrong if PUBLISHED.is_valid([each])] == []


def test_github_escapes_what_would_end_a_command() -> None:
    found = Diagnostic("WSG204", "50%\r\n::error::x", span(3, 4, 5, "a,b:c.yaml"), "h")
    assert github([found], TEXTS) == (
        "::error title=wsgen WSG204,file=a%2Cb%3Ac.yaml,line=3,col=4,endLine=3,endColumn=5"
        "::50%25%0D%0A::error::x (h)\n"
    )


def test_the_same_finding_is_kept_once_and_all_are_sorted_by_place() -> None:
    found = Collector()
    for line in (3, 1, 3):
        found.report("WSG204", "m", span(line, 1, 2), help="h")
    found.report("WSG903", "n", None, help="h")
    places = [each.span.start.line if each.span else 0 for each in found.diagnostics]
    assert places == [0, 1, 3]


def test_a_code_without_a_rule_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no such rule: WSG999"):
        Diagnostic("WSG999", "m", None, "h")


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("Rol", ["Role", "User"], "did you mean `Role`?"),
        ("ROLE", ["Role", "User"], "did you mean `Role`?"),
        ("xyz", ["Role", "User"], None),
        ("Role", [], None),
    ],
)
def test_did_you_mean(name: str, known: list[str], hint: str | None) -> None:
    assert did_you_mean(name, known) == hint
