"""What scaffold writes into an empty project is clean, and runs."""

from __future__ import annotations

import importlib
import inspect
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.checkers import CHECKERS, ROOT

from wsgen.cli import run

SAMPLES = sorted(path.parent.name for path in ROOT.glob("samples/*/schema.yaml"))
WIDE = """\
wsgen: 1
api: {name: wide}
messages:
  AMessageWithAVeryLongNameThatNeedsALotOfRoom: {}
  AnotherMessageWithAVeryLongNameThatNeedsRoom: {}
dependencies:
  m: {type: str}
handlers:
  a_handler_with_a_very_long_name:
    kind: listener
    path: /a
    doc: |
      Says a lot.

      And more.
    from_client:
      AMessageWithAVeryLongNameThatNeedsALotOfRoom:
        reply:
          - AnotherMessageWithAVeryLongNameThatNeedsRoom
          - AMessageWithAVeryLongNameThatNeedsALotOfRoom
  ticks:
    kind: stream
    path: /b
    from_server:
      - AnotherMessageWithAVeryLongNameThatNeedsRoom
      - AMessageWithAVeryLongNameThatNeedsALotOfRoom
  class: {kind: websocket, path: /c, from_client: str, from_server: any}
  room: {kind: listener, path: /d, from_client: str}
  room_handler: {kind: listener, path: /e, from_client: bytes, from_server: any}
"""


@pytest.fixture(params=[*SAMPLES, "wide"], scope="module")
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / str(request.param)
    if request.param == "wide":
        folder.mkdir()
        (folder / "schema.yaml").write_text(WIDE)
    else:
        shutil.copytree(ROOT / "samples" / request.param, folder)
    (folder / "wsgen.toml").write_text('schemas = "schema.yaml"\nhandlers = "handlers.py"\n')
    arguments = ["--config", str(folder / "wsgen.toml"), "-q"]
    assert run(["build", *arguments]) == 0
    assert run(["scaffold", "--write", *arguments]) == 0
    assert run(["scaffold", "--check", *arguments]) == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_type_checker_has_nothing_to_say(checker: str, project: Path) -> None:
    assert CHECKERS[checker](project, [project, ROOT]) == set()


@pytest.mark.parametrize(
    "command", [["check", "--select=E,F,I,B,UP,N,D1,RUF,W"], ["format", "--check"]]
)
def test_ruff_has_nothing_to_say(command: list[str], project: Path) -> None:
    done = subprocess.run(
        ["ruff", *command, "--isolated", "--no-cache", "handlers.py"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def modules(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    monkeypatch.syspath_prepend(str(project))
    before = set(sys.modules)
    (package,) = (path.parent for path in project.glob("*/_wsgen.json"))
    yield importlib.import_module("handlers"), importlib.import_module(package.name)
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_create_app_accepts_it(modules: tuple[Any, Any]) -> None:
    handlers, package = modules
    classes = {
        name: each
        for name, each in inspect.getmembers(handlers, inspect.isclass)
        if each.__module__ == "handlers"
    }
    wanted = inspect.signature(package.create_app).parameters
    given: dict[str, object] = {}
    for name, parameter in wanted.items():
        required = parameter.default is inspect.Parameter.empty
        if required and parameter.kind is not inspect.Parameter.VAR_KEYWORD:
            found = classes.get("".join(map(str.capitalize, name.rstrip("_").split("_"))))
            given[name] = found or _provider
    assert [each for each in given.values() if each is not _provider] != []
    assert len(classes) == sum(each is not _provider for each in given.values())
    package.create_app(**given)


def _provider(socket: object, /, **needs: object) -> None:
    raise NotImplementedError
