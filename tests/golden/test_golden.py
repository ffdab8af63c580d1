"""The packages of the corpus: they import, their messages travel, and no tool finds fault.

What the command line makes of each case stands in test_corpus.py.
"""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from tests.checkers import CHECKERS
from tests.golden.corpus import HERE, SUCCESSES

from wsgen_runtime import gen1
from wsgen_runtime.exceptions import InvalidMessage

CASES = [each.name for each in SUCCESSES]
PACKAGES = [each for case in SUCCESSES for each in case.packages]
ONE_OF = {case.name: case.packages[0] for case in SUCCESSES}


@pytest.fixture
def package(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """A package, imported; gone again after the test."""
    path: Path = request.param
    before = set(sys.modules)
    sys.path.insert(0, str(path.parent))
    sys.dont_write_bytecode, old = True, sys.dont_write_bytecode
    try:
        yield importlib.import_module(path.name)
    finally:
        sys.dont_write_bytecode = old
        sys.path.remove(str(path.parent))
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == path.name:
                del sys.modules[name]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name, indirect=True)
def test_the_package_has_what_it_promises(package: ModuleType) -> None:
    folder = Path(str(package.__file__)).parent
    for path in sorted(folder.rglob("*.py")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts)
        module = importlib.import_module(f"{package.__name__}.{name}".removesuffix(".__init__"))
        for symbol in getattr(module, "__all__", ()):
            assert hasattr(module, symbol), f"{module.__name__} has no {symbol}"


def test_what_has_messages_says_which_travel_and_which_are_refused() -> None:
    manifests = {
        case: json.loads((path / "_wsgen.json").read_text()) for case, path in ONE_OF.items()
    }
    talking = [case for case, manifest in manifests.items() if manifest["messages"]]
    assert talking
    assert [case for case in talking if not (HERE / case / "exchange.json").exists()] == []
    assert [case for case in talking if not (HERE / case / "refused.json").exists()] == []


@pytest.mark.parametrize(
    ("package", "case"),
    [(path, case) for case, path in ONE_OF.items() if (HERE / case / "exchange.json").exists()],
    indirect=["package"],
)
def test_messages_travel(package: ModuleType, case: str) -> None:
    """What a client sends is read, written and read again, and comes out the same."""
    exchange: dict[str, list[Any]] = json.loads((HERE / case / "exchange.json").read_text())
    messages = importlib.import_module(f"{package.__name__}.messages")
    for name, frames in exchange.items():
        module = importlib.import_module(f"{package.__name__}.handlers.{name}")
        (socket,) = (getattr(module, each) for each in module.__all__ if each.endswith("Socket"))
        for frame in frames:
            message = socket.decoder.read(event_of(frame, messages.WIRE))
            if isinstance(message, msgspec.Struct):
                sent = messages.WIRE.encoder().event(message)
                assert socket.decoder.read(sent) == message


@pytest.mark.parametrize(
    ("package", "case"),
    [(path, case) for case, path in ONE_OF.items() if (HERE / case / "refused.json").exists()],
    indirect=["package"],
)
def test_what_the_schema_forbids_is_refused(package: ModuleType, case: str) -> None:
    refused: dict[str, list[Any]] = json.loads((HERE / case / "refused.json").read_text())
    messages = importlib.import_module(f"{package.__name__}.messages")
    for name, frames in refused.items():
        module = importlib.import_module(f"{package.__name__}.handlers.{name}")
        (socket,) = (getattr(module, each) for each in module.__all__ if each.endswith("Socket"))
        for frame in frames:
            with pytest.raises(InvalidMessage):
                print(frame, "→", socket.decoder.read(event_of(frame, messages.WIRE)))


def event_of(frame: Any, wire: gen1.Wire) -> dict[str, Any]:
    """A frame as an ASGI event: text as it is, other values encoded."""
    if wire.codec == "msgpack":
        return {"type": "websocket.receive", "bytes": msgspec.msgpack.encode(frame)}
    text = frame if isinstance(frame, str) else json.dumps(frame)
    return {"type": "websocket.receive", wire.key: text if wire.key == "text" else text.encode()}


@pytest.fixture(scope="module")
def stripped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All packages without the lines that keep linters and formatters away."""
    folder = tmp_path_factory.mktemp("stripped")
    for case in CASES:
        shutil.copytree(HERE / case / "expected", folder, dirs_exist_ok=True)
        if (HERE / case / "app").is_dir():
            shutil.copytree(HERE / case / "app", folder, dirs_exist_ok=True)
    for path in folder.rglob("*.py"):
        lines = path.read_text().splitlines(keepends=True)
        if lines and lines[0].startswith("# Generated by wsgen"):
            path.write_text("".join(lines[3:]))
    return folder


def python(*arguments: str, folder: Path) -> None:
    found = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.slow
def test_a_formatter_has_nothing_to_do(stripped: Path) -> None:
    python("-m", "ruff", "format", "--isolated", "--diff", ".", folder=stripped)


@pytest.mark.slow
def test_a_linter_has_nothing_to_say(stripped: Path) -> None:
    python("-m", "ruff", "check", "--isolated", "--no-cache", ".", folder=stripped)


@pytest.mark.slow
def test_names_are_exported_in_order(stripped: Path) -> None:
    python(
        "-m", "ruff", "check", "--isolated", "--no-cache", "--select=RUF022,I", ".", folder=stripped
    )


@pytest.mark.slow
def test_what_applications_do_with_the_packages_runs(stripped: Path) -> None:
    apps = sorted(path.stem for path in HERE.glob("*/app/*.py"))
    python("-c", f"import {', '.join(apps)}", folder=stripped)


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_type_checker_has_nothing_to_say(checker: str, stripped: Path) -> None:
    assert CHECKERS[checker](stripped, [stripped]) == set()
