"""I3, and all else, under each Python that is supported: the tests once more, by its marker.

An interpreter that is not on this machine is skipped, not downloaded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("3.11", "3.12", "3.13")
TESTS = ("cli", "generator", "golden", "output", "runtime", "targets", "test_drift.py")
"""The golden cases are among them: what is generated is committed, so all Pythons agree on it."""
pytestmark = pytest.mark.pythons


def uv(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return subprocess.run(
        ["uv", *arguments],
        cwd=ROOT,
        env={**inherited, **shims(), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def shims() -> dict[str, str]:
    """Where pyenv manages interpreters, let its `python3.12` and so on be found, too."""
    if shutil.which("pyenv") is None:
        return {}
    listed = subprocess.run(
        ["pyenv", "versions", "--bare"], capture_output=True, text=True, check=True
    )
    return {"PYENV_VERSION": ":".join(listed.stdout.split())}


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """A version whose interpreter is here."""
    wanted = str(request.param)
    found = uv("python", "find", "--no-project", "--no-python-downloads", wanted)
    if found.returncode:
        pytest.skip(f"no Python {wanted} on this machine: {found.stderr.strip()}")
    return wanted


def test_i3_the_same_bytes_and_all_tests_under_every_python(version: str, tmp_path: Path) -> None:
    paths = [f"tests/{each}" for each in TESTS]
    done = uv(
        "run",
        f"--python={version}",
        "--no-python-downloads",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *paths,
        UV_PROJECT_ENVIRONMENT=str(tmp_path / "venv"),
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    reported = uv("run", "--no-sync", "python", "-V", UV_PROJECT_ENVIRONMENT=str(tmp_path / "venv"))
    assert reported.stdout.startswith(f"Python {version}.")
