"""docs/commands.md names every option, and docs/generated-code.md shows what is generated."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.checkers import CHECKERS
from tests.runtime.scripted import A, C, D, Denied, R, S, X, run, sent

from wsgen import cli
from wsgen_runtime.gen1 import (
    AppOptions,
    Handler,
    ListenerHandler,
    StreamHandler,
    WebSocketHandler,
)

DOCS = Path(__file__).resolve().parents[2] / "docs"
COMMANDS = (DOCS / "commands.md").read_text(encoding="utf-8")
SCAFFOLD = (DOCS / "scaffold.md").read_text(encoding="utf-8")
GENERATED = (DOCS / "generated-code.md").read_text(encoding="utf-8")
EXAMPLE = "\n".join(
    re.findall(r"^```python\n(?!# \w+/)(.*?)^```$", GENERATED, re.MULTILINE | re.DOTALL)
)
"""The application of the page: its blocks follow each other in one module."""
BLOCKS = re.findall(r"^```python\n# (\S+)\n(.*?)^```$", GENERATED, re.MULTILINE | re.DOTALL)


def help_of(*command: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.run([*command, "--help"]) == 0
    return capsys.readouterr().out


def test_every_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    listed = help_of(capsys=capsys).split("Commands:")[1]
    for command in re.findall(r"^  (\w+)", listed, re.MULTILINE):
        assert f"wsgen {command}" in COMMANDS


@pytest.mark.parametrize("command", ["build", "check", "scaffold"])
def test_every_option_is_named(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for option in re.findall(r"--[a-z-]+", help_of(command, capsys=capsys)):
        assert option in COMMANDS or option == "--help"


def test_no_option_is_made_up(capsys: pytest.CaptureFixture[str]) -> None:
    known = help_of("build", capsys=capsys) + help_of("check", capsys=capsys) + "--version"
    known += help_of("scaffold", capsys=capsys)
    for option in re.findall(r"--[a-z][a-z-]+", COMMANDS):
        assert option in known


def test_findings_look_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown,) = re.findall(r"^```text\n(schema\.yaml:.*?)^```$", COMMANDS, re.MULTILINE | re.DOTALL)
    lines = ["wsgen: 1", "api: {name: chat}", *8 * ["#"], "types:", "  Role: {enum: [member]}"]
    lines += [*7 * ["#"], "messages:", shown.splitlines()[2].removeprefix("21 | "), "handlers:"]
    lines += ["  room: {kind: stream, path: /, from_server: [Join]}", ""]
    (tmp_path / "schema.yaml").write_text("\n".join(lines))
    monkeypatch.chdir(tmp_path)
    assert cli.run(["check", "-q"]) == 1
    assert capsys.readouterr().out == shown


@pytest.mark.parametrize("page", ["generated-code", "schema-language"])
def test_a_schema_that_is_shown_gets_no_warning(page: str, tmp_path: Path) -> None:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    schemas = re.findall(
        r"^```yaml\n((?:#.*\n)?wsgen: 1\n.*?)^```$", text, re.MULTILINE | re.DOTALL
    )
    assert schemas
    for schema in schemas:
        (tmp_path / "schema.yaml").write_text(schema)
        assert cli.run(["build", str(tmp_path / "schema.yaml"), "-q"]) == 0
        assert cli.run(["check", "--strict", str(tmp_path / "schema.yaml"), "-q"]) == 0


def test_a_warning_is_answered_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown,) = re.findall(r"^```yaml\n(handlers:.*?)^```$", COMMANDS, re.MULTILINE | re.DOTALL)
    head = "wsgen: 1\napi: {name: chat}\n"
    monkeypatch.chdir(tmp_path)
    for schema, codes in ((shown, []), (re.sub("#.*", "#", shown), ["WSG502"])):
        (tmp_path / "schema.yaml").write_text(head + schema)
        assert cli.run(["build", "-q", "--format", "json"]) == 0
        assert [each["code"] for each in json.loads(capsys.readouterr().out)] == codes


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    (schema,) = re.findall(r"^```yaml\n(.*?)^```$", GENERATED, re.MULTILINE | re.DOTALL)
    of_pydantic = schema.replace("{name: hello", "{name: greetings, models: pydantic")
    for name, text in (("schema", schema), ("pydantic", of_pydantic)):
        (folder / f"{name}.yaml").write_text(text)
        assert cli.run(["build", str(folder / f"{name}.yaml"), "-q"]) == 0
    return folder


@pytest.mark.parametrize(("name", "code"), BLOCKS)
def test_generated_code_is_as_shown(package: Path, name: str, code: str) -> None:
    assert code in (package / name).read_text()


@pytest.fixture
def myapp(package: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    (package / "myapp.py").write_text(EXAMPLE)
    monkeypatch.syspath_prepend(str(package))
    yield importlib.import_module("myapp")
    for name in [each for each in sys.modules if each.split(".")[0] in {"hello", "myapp"}]:
        del sys.modules[name]


def test_what_scaffold_begins_is_as_shown(package: Path) -> None:
    (package / "wsgen.toml").write_text('schemas = "schema.yaml"\nhandlers = "handlers.py"\n')
    assert cli.run(["scaffold", "--write", "-q", "--config", str(package / "wsgen.toml")]) == 0
    ((name, code),) = re.findall(r"^```python\n# (\S+)\n(.*?)^```$", SCAFFOLD, re.M | re.S)
    assert (package / name).read_text() == code


GREET = '{"type":"greet","name":"Ada","mood":"sad"}'
ON_DECK = {"path": "/lobby/1", "query_string": b"token=ada"}


async def test_a_handler_takes_part_in_the_life_of_its_connection(myapp: Any) -> None:
    script = (C, sent(2), R(GREET), sent(3), D(1001))
    assert await run(myapp.app, *script, **ON_DECK) == [
        A,
        S('{"type":"greeted","count":0}'),
        S('{"type":"greeted","count":2}'),
    ]
    assert myapp.log == ["1001 by the client"]


async def test_a_handler_has_something_of_its_own(myapp: Any) -> None:
    app = myapp.create_app(lobby=myapp.Deck, crew=myapp.of_one, seat=myapp.has_seat)
    out = await run(app, C, R(GREET), **ON_DECK)
    assert out[0] == A
    assert out[-1] == X(4009, "gone fishing")
    assert myapp.log == [
        "opening /lobby/1",
        "before it is accepted",
        "after it has ended",
        "4009 by the server",
    ]


@pytest.mark.parametrize(
    ("provider", "names", "teardown"),
    [
        ("of_one", 1, []),
        ("waited_for", 2, []),
        ("generated", 3, ["off duty"]),
        ("generated_and_waited_for", 4, ["off duty"]),
        ("managed", 5, ["off duty"]),
    ],
)
async def test_a_provider_is_any_kind_of_function(
    myapp: Any, provider: str, names: int, teardown: list[str]
) -> None:
    crew = getattr(myapp, provider)
    app = myapp.create_app(lobby=myapp.Lobby, crew=crew, seat=myapp.has_seat)
    out = await run(app, C, sent(2), R(GREET), sent(3), D(1000), **ON_DECK)
    assert out[-1] == S(f'{{"type":"greeted","count":{names}}}')
    assert myapp.log == ["1000 by the client", *teardown]


async def test_a_guard_refuses_by_raising(myapp: Any) -> None:
    out = await run(myapp.app, C, path="/lobby/3", query_string=b"")
    assert out == [Denied(503, "No seat left")]


def test_every_option_of_the_application_is_listed() -> None:
    section = GENERATED.split("`create_app`:\n\n")[1].split("\n\n")[0]
    listed = re.findall(r"^\| `(\w+)`", section, re.MULTILINE)
    assert listed == list(AppOptions.__annotations__)


def test_every_class_attribute_of_handlers_is_named() -> None:
    for kind in (Handler, ListenerHandler):
        for name, annotation in inspect.get_annotations(kind).items():
            if "ClassVar" in str(annotation):
                assert f"`{name}" in GENERATED


def test_every_hook_is_named() -> None:
    for kind in (ListenerHandler, StreamHandler, WebSocketHandler):
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            if not name.startswith("_") and name != "release":
                head = "async def " if inspect.iscoroutinefunction(method) else ""
                assert re.search(rf"`{head}(self\.)?{name}\(|def {name}\(", GENERATED), name


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_type_checker_accepts_the_application(
    checker: str, package: Path, tmp_path: Path
) -> None:
    shutil.copytree(package / "hello", tmp_path / "hello")
    (tmp_path / "myapp.py").write_text(EXAMPLE)
    assert CHECKERS[checker](tmp_path, [tmp_path]) == set()


def test_every_generated_file_is_listed(package: Path) -> None:
    for path in (package / "hello").glob("*"):
        if path.is_file():
            assert f"`{path.name}`" in GENERATED
