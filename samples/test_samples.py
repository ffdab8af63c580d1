"""Every sample is up to date with its schema, and clean under the type checkers, strictly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = sorted(ROOT.glob("samples/*/schema.yaml"))
FOLDERS = [each.parent for each in SCHEMAS]
SEARCHED = [str(each) for each in (*FOLDERS, ROOT / "runtime", ROOT)]
FILES = [str(each) for each in sorted(ROOT.glob("samples/**/*.py"))]


def run(*command: str) -> str:
    """Run a module, which has nothing to report."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | {"MYPYPATH": os.pathsep.join(SEARCHED), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_generated_packages_are_up_to_date() -> None:
    run("wsgen", "check", *map(str, SCHEMAS))  # else run `wsgen build` with the same paths


def test_mypy() -> None:
    run("mypy", "--explicit-package-bases", *FILES)


def test_basedpyright(tmp_path: Path) -> None:
    config = tmp_path / "pyrightconfig.json"
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "extraPaths": SEARCHED,
        "venvPath": str(Path(sys.prefix).parent),
        "venv": Path(sys.prefix).name,
        "include": [str(ROOT / "samples")],
    }
    config.write_text(json.dumps(settings), encoding="utf-8")
    run("basedpyright", "-p", str(config))


def test_ty() -> None:
    run("ty", "check", *(f"--extra-search-path={each}" for each in SEARCHED), *FILES)


def test_pyrefly() -> None:
    run("pyrefly", "check", *(f"--search-path={each}" for each in SEARCHED), *FILES)
