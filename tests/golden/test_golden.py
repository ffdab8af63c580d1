"""The packages of the corpus: they import, their messages travel, and no tool finds fault.

What the command line makes of each case stands in test_corpus.py.
"""

from __future__ import annotations

import importlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tests.checkers import CHECKERS
from tests.golden.corpus import HERE, SUCCESSES
from tests.golden.packages import (
    frames_are_refused,
    frames_travel,
    imported,
    python,
    ruff,
    strip,
)

CASES = [each.name for each in SUCCESSES]
PACKAGES = [each for case in SUCCESSES for each in case.packages]
ONE_OF = {case.name: case.packages[0] for case in SUCCESSES}


@pytest.fixture
def package(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """A package, imported; gone again after the test."""
    with imported(request.param) as found:
        yield found


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
    frames_travel(package, case)


@pytest.mark.parametrize(
    ("package", "case"),
    [(path, case) for case, path in ONE_OF.items() if (HERE / case / "refused.json").exists()],
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
def test_formatter_and_linter_have_nothing_to_do(stripped: Path) -> None:
    ruff(stripped)


@pytest.mark.slow
def test_what_applications_do_with_the_packages_runs(stripped: Path) -> None:
    apps = sorted(path.stem for path in HERE.glob("*/app/*.py"))
    python("-c", f"import {', '.join(apps)}", folder=stripped)


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_type_checker_has_nothing_to_say(checker: str, stripped: Path) -> None:
    assert CHECKERS[checker](stripped, [stripped]) == set()
