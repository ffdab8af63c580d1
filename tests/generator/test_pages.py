"""A rule is whole: a page, an example that breaks it at a known place, and a correction that does
not, each tried as a user would meet it. A rule without one of them fails here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.generator.support import complete, run_file
from tests.generator.test_render_diagnostics import PUBLISHED

from wsgen import cli
from wsgen.diagnostics import RULES, Rule, Severity

AS_WRITTEN = {"WSG001", "WSG013"}
"""Their examples are about what stands first in a file."""
PLACES = {
    "WSG001": ("1:1", ""),
    "WSG002": ("4:20", "["),
    "WSG003": ("5:3", "Say"),
    "WSG004": ("4:3", "[Say, Shout]"),
    "WSG005": ("4:9", "&text {type: str, x-see: *text}"),
    "WSG006": ("6:5", "<<"),
    "WSG007": ("5:10", "Enter a channel such as"),
    "WSG010": ("5:58", "guard"),
    "WSG011": ("4:3", "ROOM_FULL"),
    "WSG012": ("4:16", "listner"),
    "WSG013": ("1:1", ""),
    "WSG101": ("4:3", "say-it"),
    "WSG102": ("5:3", "UserId"),
    "WSG103": ("4:3", "socket"),
    "WSG104": ("3:19", "../elsewhere/common.yaml"),
    "WSG201": ("4:34", '"'),
    "WSG202": ("6:32", '"admin"'),
    "WSG203": ("4:32", "1"),
    "WSG204": ("6:25", "Rol"),
    "WSG205": ("4:19", "key"),
    "WSG206": ("4:3", "Node"),
    "WSG207": ("4:30", '"^([a-z]+-?)+$"'),
    "WSG208": ("4:19", "type"),
    "WSG209": ("5:3", "Shout"),
    "WSG210": ("4:17", "10 cm"),
    "WSG301": ("4:21", "3009"),
    "WSG302": ("5:67", "membr"),
    "WSG303": ("4:35", "room-{id:int}"),
    "WSG304": ("5:33", '"/rooms/{seat:uuid}"'),
    "WSG305": ("4:39", "from_client"),
    "WSG306": ("7:33", '"/clubs/{room_id:uuid}"'),
    "WSG307": ("4:66", "filter"),
    "WSG308": ("4:57", "on_invalid"),
    "WSG309": ("4:68", "https://example.com/app"),
    "WSG310": ("4:3", "db"),
    "WSG311": ("6:39", "from_server"),
    "WSG400": ("4:14", "# wsgen: ignore[WSG401]"),
    "WSG312": ("6:3", "room"),
    "WSG401": ("3:10", "member"),
    "WSG501": ("4:63", "api_key"),
    "WSG502": ("4:3", "room"),
    "WSG503": ("4:55", "origins"),
    "WSG504": ("4:65", "http://app.example.com"),
}
"""Where the example of each page breaks its rule, in a whole schema, and what is marked there."""


def in_the_way(package: Path) -> None:
    (package / "messages.py").write_text("mine = True\n")


def through_a_link(package: Path) -> None:
    package.rename(package.with_name("elsewhere"))
    package.symlink_to("elsewhere")


def changed(package: Path) -> None:
    with (package / "messages.py").open("a") as file:
        file.write("# changed\n")


BESIDE: dict[str, tuple[Callable[[Path], None], str, Callable[[Path], None]]] = {
    "WSG901": (in_the_way, "demo/messages.py", lambda package: (package / "messages.py").unlink()),
    "WSG902": (through_a_link, "demo", Path.unlink),
    "WSG903": (changed, "demo/messages.py", lambda package: None),
}
"""Rules about files beside the schema: what breaks them, the file that is named, and what mends it
together with a build.
"""


def written(snippet: str, rule: Rule, folder: Path) -> list[str]:
    """The lines of a schema with a page's snippet in it, as it stands in a folder."""
    (folder / "common.yaml").write_text("wsgen: 1\ntypes: {Name: str}\n")
    schema = snippet if rule.code in AS_WRITTEN else complete(snippet)
    (folder / "schema.yaml").write_text(schema)
    return schema.split("\n")


def findings(capsys: pytest.CaptureFixture[str], *command: str) -> list[dict[str, Any]]:
    cli.run([*command, "schema.yaml", "--format", "json", "-q"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    PUBLISHED.validate(found)
    return found


def ids(rules: dict[str, Any]) -> list[Any]:
    return [pytest.param(RULES[code], id=code) for code in rules]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def in_python_files() -> set[str]:
    """Rules about an application's own files, each with its place in the corpus of those."""
    reports = (Path(__file__).parents[1] / "scaffold/cases").glob("*/report.txt")
    line = re.compile(r"^\S+:\d+:\d+: \w+\[(WSG\d+)\]", re.MULTILINE)
    return {code for each in reports for code in line.findall(each.read_text("utf-8"))}


def test_every_rule_has_a_place_where_it_is_broken() -> None:
    assert PLACES.keys() | BESIDE.keys() | in_python_files() == RULES.keys()
    assert PLACES.keys() & BESIDE.keys() == set()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_pages_are_whole(rule: Rule) -> None:
    assert rule.code[:3] == "WSG"
    assert len(rule.code) == 6
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    assert rule.name == rule.name.strip(" .")
    assert bool(rule.example) == bool(rule.fixed) == (rule.code in PLACES)


def test_titles_tell_rules_apart() -> None:
    assert len({rule.name for rule in RULES.values()}) == len(RULES)


@pytest.mark.parametrize("rule", ids(PLACES))
def test_the_example_breaks_its_rule_and_no_other(
    rule: Rule, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = written(rule.example, rule, folder)
    first, *rest = findings(capsys, "check")
    assert {each["code"] for each in (first, *rest)} - {"WSG903"} == {rule.code}
    assert first["severity"] == rule.severity.value
    assert first["help"]
    marked = lines[first["line"] - 1][first["column"] - 1 : first["end_column"] - 1]
    assert (f"{first['line']}:{first['column']}", marked) == PLACES[rule.code]
    assert marked in rule.example


@pytest.mark.parametrize("rule", ids(PLACES))
def test_the_correction_is_correct(
    rule: Rule, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has no errors; what is advised about a piece of a schema is for the rules of advice."""
    written(rule.fixed, rule, folder)
    if rule.code < "WSG4":
        assert run_file(folder / "schema.yaml").codes == []
    else:
        assert findings(capsys, "build") == []


@pytest.mark.parametrize("rule", ids(BESIDE))
def test_rules_about_files_beside_the_schema(
    rule: Rule, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "schema.yaml").write_text(complete(""))
    assert findings(capsys, "build") == findings(capsys, "check") == []
    break_it, name, mend = BESIDE[rule.code]
    break_it(folder / "demo")
    (found,) = findings(capsys, "check")
    assert (found["code"], found["file"]) == (rule.code, name)
    assert (found["line"], found["column"]) == (1, 1)
    assert found["severity"] == rule.severity.value
    assert found["help"]
    mend(folder / "demo")
    assert findings(capsys, "build") == findings(capsys, "check") == []


def test_advice_alone_is_a_warning() -> None:
    for code, rule in RULES.items():
        is_advice = code.startswith(("WSG4", "WSG5")) or code in {"WSG312", "WSG704"}
        assert (rule.severity is Severity.WARNING) is is_advice
