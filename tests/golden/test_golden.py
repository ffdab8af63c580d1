"""Each folder here is a case: what `wsgen build` makes of its schema, byte for byte.

A case that changed on purpose is written anew by the command that the failing test prints.
"""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tests.checkers import CHECKERS
from tests.golden.cases import CASES, HERE, frames_are_refused, frames_travel, imported, strip, tool

from wsgen.cli import run


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def command(case: str) -> str:
    folder = f"tests/golden/{case}"
    return f"uv run wsgen build {folder}/schema.yaml --out {folder}/expected"


@pytest.mark.parametrize("case", CASES)
def test_the_case_is_what_build_writes(case: str, tmp_path: Path) -> None:
    assert run(["build", str(HERE / case / "schema.yaml"), "--out", str(tmp_path), "-q"]) == 0
    made, expected = files_below(tmp_path), files_below(HERE / case / "expected")
    different = sorted(
        name for name in made.keys() | expected.keys() if made.get(name) != expected.get(name)
    )
    assert not different, f"{', '.join(different)} differ; to accept: {command(case)}"


@pytest.mark.parametrize("case", CASES)
def test_check_agrees_with_the_case(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", str(HERE / case / "schema.yaml"), "--out", str(HERE / case / "expected")]
    assert run([*arguments, "--strict", "-q"]) == 0, command(case)
    assert capsys.readouterr().out == ""


@pytest.fixture
def package(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """The package of a case, imported; gone again after the test."""
    (path,) = (HERE / str(request.param) / "expected").iterdir()
    with imported(path) as found:
        yield found


@pytest.mark.parametrize("package", CASES, indirect=True)
def test_the_package_has_what_it_promises(package: ModuleType) -> None:
    folder = Path(str(package.__file__)).parent
    for path in sorted(folder.rglob("*.py")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts)
        module = importlib.import_module(f"{package.__name__}.{name}".removesuffix(".__init__"))
        for symbol in getattr(module, "__all__", ()):
            assert hasattr(module, symbol), f"{module.__name__} has no {symbol}"


@pytest.mark.parametrize(
    ("package", "case"),
    [(case, case) for case in CASES if (HERE / case / "exchange.json").exists()],
    indirect=["package"],
)
def test_messages_travel(package: ModuleType, case: str) -> None:
    """What a client sends is read, written and read again, and comes out the same."""
    frames_travel(package, case)


@pytest.mark.parametrize(
    ("package", "case"),
    [(case, case) for case in CASES if (HERE / case / "refused.json").exists()],
    indirect=["package"],
)
def test_what_the_schema_forbids_is_refused(package: ModuleType, case: str) -> None:
    frames_are_refused(package, case)


@pytest.fixture(scope="module")
def stripped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All packages without the lines that keep linters and formatters away."""
    folder = tmp_path_factory.mktemp("stripped")
    for case in CASES:
        shutil.copytree(HERE / case / "expected", folder, dirs_exist_ok=True)
        if (HERE / case / "app").is_dir():
            shutil.copytree(HERE / case / "app", folder, dirs_exist_ok=True)
    strip(folder)
    return folder


@pytest.mark.slow
def test_a_formatter_has_nothing_to_do(stripped: Path) -> None:
    tool("ruff", "format", "--isolated", "--diff", ".", folder=stripped)


@pytest.mark.slow
def test_a_linter_has_nothing_to_say(stripped: Path) -> None:
    tool("ruff", "check", "--isolated", "--no-cache", ".", folder=stripped)


@pytest.mark.slow
def test_names_are_exported_in_order(stripped: Path) -> None:
    tool("ruff", "check", "--isolated", "--no-cache", "--select=RUF022,I", ".", folder=stripped)


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_type_checker_has_nothing_to_say(checker: str, stripped: Path) -> None:
    assert CHECKERS[checker](stripped, [stripped]) == set()
