"""The same cases with models of pydantic: the packages are built here, and travel as well."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.checkers import CHECKERS
from tests.golden.corpus import HERE, SUCCESSES
from tests.golden.packages import frames_are_refused, frames_travel, imported, ruff, strip

from wsgen.cli import run

OTHERS = [
    case.name
    for case in SUCCESSES
    if not (case.options or re.search("msgpack|models:", (case.folder / "schema.yaml").read_text()))
]
"""Those that are built without options, which the command here would lack."""


READ = {"bounds": [{"type": "order", "price": "1", "either": 1.0}]}
"""What pydantic reads beyond msgspec, as docs/generated-code.md says of unions."""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The package of each case, with models of pydantic."""
    folder = tmp_path_factory.mktemp("pydantic")
    return {case: converted(case, folder / case) for case in OTHERS}


def converted(case: str, folder: Path) -> Path:
    shutil.copytree(HERE / case, folder, ignore=shutil.ignore_patterns("expected"))
    schema = folder / "schema.yaml"
    text = schema.read_text()
    flow, block = r"^api: \{name: (\w+)", r"^  name: (\w+)$"
    text = re.sub(flow, r"api: {models: pydantic, name: \1", text, count=1, flags=re.MULTILINE)
    if "pydantic" not in text:
        text = re.sub(block, r"  name: \1\n  models: pydantic", text, count=1, flags=re.MULTILINE)
    schema.write_text(text)
    assert run(["build", str(schema), "-q"]) == 0
    (manifest,) = folder.rglob("_wsgen.json")
    return manifest.parent


@pytest.mark.parametrize(
    "case", [each for each in OTHERS if (HERE / each / "exchange.json").exists()]
)
def test_messages_travel(case: str, packages: dict[str, Path]) -> None:
    with imported(packages[case]) as package:
        frames_travel(package, case)


@pytest.mark.parametrize(
    "case", [each for each in OTHERS if (HERE / each / "refused.json").exists()]
)
def test_what_the_schema_forbids_is_refused(case: str, packages: dict[str, Path]) -> None:
    with imported(packages[case]) as package:
        frames_are_refused(package, case, but=READ.get(case, ()))


@pytest.mark.parametrize("case", OTHERS)
def test_nothing_but_the_models_differs(case: str, packages: dict[str, Path]) -> None:
    """Handlers, routes and close codes are the same text."""
    (expected,) = (HERE / case / "expected").iterdir()
    models = {path.name for path in expected.glob("*.py") if is_of_models(path)}
    for path in sorted(expected.rglob("*.py")):
        if path.name not in models:
            built = packages[case] / path.relative_to(expected)
            assert built.read_text() == path.read_text(), path.name


def is_of_models(path: Path) -> bool:
    return re.search("^(from|import) (msgspec|pydantic)|Wire", path.read_text(), re.M) is not None


@pytest.fixture(scope="module")
def stripped(packages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stripped")
    for case, package in packages.items():
        shutil.copytree(package, folder / package.name)
        if (HERE / case / "app").is_dir():
            shutil.copytree(HERE / case / "app", folder, dirs_exist_ok=True)
    strip(folder)
    return folder


@pytest.mark.slow
def test_formatter_and_linter_have_nothing_to_do(stripped: Path) -> None:
    ruff(stripped)


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_type_checker_has_nothing_to_say(checker: str, stripped: Path) -> None:
    assert CHECKERS[checker](stripped, [stripped]) == set()
