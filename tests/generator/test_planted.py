"""Mistakes, planted one at a time in a schema that has none: each is found where it is, by its
code, and nothing is written.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from wsgen import cli

FOLDER = Path(__file__).parent / "planted"
SCHEMA = (FOLDER / "schema.yaml").read_text("utf-8")

MISTAKES = [
    # YAML and shape
    ("{tag: ride, ", "{tag: ride, doc: by bus, «or by train», ", "WSG007"),
    ("[Walk, Ride]}\n\nmessages:", "[Walk, Ride\n\nmessages«:»", "WSG002"),
    ("      table: Table", "      table: {type: «[int]»}", "WSG012"),
    ("  doc: Orders of", "«\t»doc: Orders of", "WSG002"),
    ("  Changed:\n    fields:", "  Changed: {}\n  «Changed»:\n    fields:", "WSG003"),
    ("  Walk: {tag: walk", "  Walk: {«<<»: a, tag: walk", "WSG006"),
    ("    doc: A guest orders.", "    doc: «Ordered in» #kitchen", "WSG007"),
    ("    guards: [seated]", "    «guard»: [seated]", "WSG010"),
    ("    limits: {rate: 20/s}", "    «limit»: {rate: 20/s}", "WSG010"),
    ("number: int}}", "number: {«tpye»: int}}}", "WSG010"),
    ("  KITCHEN_CLOSED: {code: 4001, ", "  «KITCHEN_CLOSED»: {", "WSG011"),
    ("    path: /board\n", "", "WSG011", "board"),
    ("kind: stream", "kind: «steram»", "WSG012"),
    ("idle_timeout: 10m", "idle_timeout: «10»", "WSG012"),
    ("max_message: 64KiB", "max_message: «64KB»", "WSG012"),
    ("code: 4003", "code: «four»", "WSG012"),
    ("wsgen: 1", "wsgen: «2»", "WSG013"),
    ("  name: orders", "  name: orders\n  models: «dataclasses»", "WSG012"),
    # names and imports
    ("  board:\n", "  «2nd_board»:\n", "WSG101"),
    ("      urgent?: bool", "      «very-urgent?»: bool", "WSG101"),
    ("  Fetched:\n", "  «ORDERED»: {}\n  Fetched:\n", "WSG102"),
    ("      urgent?: bool", "      urgent?: bool\n      «Urgent»: bool", "WSG102"),
    ("  board:\n", "  «limits»:\n", "WSG103"),
    ("  board:\n", "  «aux»:\n", "WSG103"),
    ("  name: orders", "  name: «typing»", "WSG103"),
    ("./common.yaml", "«./commom.yaml»", "WSG104"),
    ("./common.yaml", "«../common.yaml»", "WSG104"),
    # types
    ('"list[Dish]"', '"list«[»Dish"', "WSG201"),
    ('"ordered"', '«"orderd"»', "WSG202"),
    ('"PT20M"', '«"20 minutes"»', "WSG202"),
    ("note: str | None = None", "note: str = «None»", "WSG202"),
    ("ge: 1, le: 60", "ge: 61, le: «60»", "WSG203"),
    ("{metres: float}", "{metres: {type: float, max_length: «3»}}", "WSG203"),
    ('"0", lt: "1000"', '"0", lt: «"0"»', "WSG203"),
    ("      slug: Slug", "      slug: «Slgu»", "WSG204"),
    ("common.Person\n", "«comon.Person»\n", "WSG204"),
    ("by: common.Person", "by: «common.Persn»", "WSG204"),
    ("[Walk, Ride]", "[Walk, str, uuid]", "WSG205", "Way"),
    ("{tag: ride, ", "{tag: walk, ", "WSG205", "Way"),
    ("      price: Price", "      price: Price\n      with: Dish", "WSG206", "Dish"),
    ('"^[a-z][a-z-]*$"', '«"^([a-z]+)*$"»', "WSG207"),
    ('"^[a-z][a-z-]*$"', '«"^(?=a)b$"»', "WSG207"),
    (', max_length: 64}', '}', "WSG207", '"^[a-z][a-z-]*$"'),
    ("      urgent?: bool", "      «type»: str", "WSG208"),
    ("      urgent?: bool", "      «request_id»: int", "WSG208"),
    ("    fields: {way: Way}", "    tag: order\n    fields: {way: Way}", "WSG209", "Fetched"),
    ("[ordered, cooking, served]", "[ordered, «Ordered», served]", "WSG210"),
    # handlers, routes and close codes
    ("code: 4001", "code: «1006»", "WSG301"),
    ("code: 4003", "code: «4001»", "WSG301"),
    ("The kitchen is closed", "«" + "x" * 124 + "»", "WSG301"),
    ("[KITCHEN_CLOSED, BARRED]", "[KITCHEN_CLOSED, «BARED»]", "WSG302"),
    ("guards: [seated]", "guards: [«seted»]", "WSG302"),
    ("{table:int}", "{table:«itn»}", "WSG303"),
    ("/board", "/board«/»", "WSG303"),
    ("/chatter/{room:str}", "«/board»", "WSG304"),
    ("/board", "«/tables/{id:uuid}/orders»", "WSG304"),
    ("    from_server: [Changed]\n", "", "WSG305", "board"),
    ("  board:\n    kind: stream", "  board:\n    kind: stream\n    «from_client»: str", "WSG305"),
    ("from_server: [Changed]", "from_server: {Changed: {«reply»: Order}}", "WSG305"),
    ("[kitchen, sid]", "[kitchen, «sit»]", "WSG306"),
    ("    path: /board", "    path: /board/{table:int}\n    guards: [seated]", "WSG306", "board"),
    ("{sid: str}", "{«sid»: any}", "WSG307"),
    ("    path: /board", "    path: /board\n    «on_invalid»: close", "WSG308"),
    ("[https://orders.example.com]", "[«orders.example.com»]", "WSG309"),
    ("[orders.v1]", "[«orders v1»]", "WSG309"),
    ('  kitchen: {type: "app', '  «kitchen»: {needs: [guest], type: "app', "WSG310"),
    ("    from_client: str\n", "    «from_client»: Price\n", "WSG311"),
    # advice
    ("guards:\n", "guards:\n  «alone»: {needs: []}\n", "WSG401"),
    ("  Way: {", "  «Path»: {type: str}\n  Way: {", "WSG401"),
    ("    limits: {rate: 20/s}", "", "WSG502", "chatter"),
    ("{language: str", "{«token»: str", "WSG501"),
    ("    origins: [https://orders.example.com]", "    «origins»: any", "WSG503"),
    ("https://orders.example.com", "«http://orders.example.com»", "WSG504"),
    ("    path: /board", "    path: /board  # wsgen: ignore[«WSG502»] no need", "WSG400"),
]  # fmt: skip
"""What is replaced, by what, the code, and where that is: between «…», or the name of a thing."""

MEANT = {
    "guard": "guards", "limit": "limits", "tpye": "type", "steram": "stream", '"orderd"': "ordered",
    "./commom.yaml": "common.yaml", "Slgu": "Slug", "comon.Person": "common",
    "common.Persn": "Person", "BARED": "BARRED", "seted": "seated", "itn": "int", "sit": "sid",
}  # fmt: skip
"""What was meant by what is misspelt."""


def planted(old: str, new: str, marked: str | None) -> tuple[str, int, int, str]:
    """The schema with a mistake, and the line, column and text of it."""
    assert SCHEMA.count(old) == 1, f"stands {SCHEMA.count(old)} times: {old}"
    before = SCHEMA[: SCHEMA.index(old)]
    schema = SCHEMA.replace(old, new.replace("«", "").replace("»", ""))
    if marked is None:
        lead, text = new.split("«")[0], new.split("«")[1].split("»")[0]
        start = len(before + lead)
    else:
        text = marked
        key = marked if marked.startswith('"') else f"\n  {marked}:"
        start = schema.index(key) + key.index(marked)
    return schema, schema.count("\n", 0, start) + 1, start - schema.rfind("\n", 0, start), text


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_schema_itself_is_good(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["build", "-q"]) == 0
    assert cli.run(["check", "--strict", "-q"]) == 0
    assert capsys.readouterr().out == ""


def test_there_are_forty_and_more_of_every_kind() -> None:
    codes = [code for _, _, code, *_ in MISTAKES]
    assert len(codes) >= 40
    assert {code[:4] for code in codes} == {"WSG0", "WSG1", "WSG2", "WSG3", "WSG4", "WSG5"}


def test_a_suggestion_is_asked_for_wherever_a_name_is_close() -> None:
    assert MEANT.keys() <= {
        new.split("«")[1].split("»")[0] for _, new, *_ in MISTAKES if "«" in new
    }


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: f"{each[2]} {each[1].strip()[:40]}")
def test_a_mistake_is_found_where_it_is(
    mistake: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, code, *marked = mistake
    schema, line, column, text = planted(old, new, marked[0] if marked else None)
    (folder / "schema.yaml").write_text(schema, "utf-8")
    before = sorted(folder.rglob("*"))
    is_advice = code >= "WSG4"
    command = ["check", "--strict"] if is_advice else ["build"]
    assert cli.run([*command, "--format", "json", "-q"]) == 1
    found = [each for each in json.loads(capsys.readouterr().out) if each["code"] != "WSG903"]
    assert [each["code"] for each in found] == [code], found
    place = found[0]["file"], found[0]["line"], found[0]["column"]
    assert place == ("schema.yaml", line, column), (place, found[0], text)
    assert found[0]["end_column"] == column + len(text)
    assert found[0]["help"]
    if text in MEANT:
        assert f"did you mean `{MEANT[text]}`" in found[0]["help"]
    assert sorted(folder.rglob("*")) == before
