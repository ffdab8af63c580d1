"""Types are a feature: four checkers accept what is right, and refuse each typical mistake."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "tests" / "typing"
CHAT = ROOT / "samples" / "chat"
NEGATIVE = sorted((HERE / "negative").glob("*.py"))

Places = set[tuple[str, int]]


def run(*command: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env={**os.environ, "MYPYPATH": f"{CHAT}{os.pathsep}{ROOT / 'runtime'}", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout + done.stderr


def mypy(folder: Path) -> Places:
    output = run("mypy", "--strict", "--no-incremental", "--config-file=", str(folder))
    assert "Success" in output or re.search(r"Found \d+ error", output), output
    return places(re.findall(r"^(.+?):(\d+): error", output, re.MULTILINE))


def basedpyright(folder: Path, config: Path) -> Places:
    output = run("basedpyright", "--outputjson", "-p", str(config), str(folder))
    found = json.loads(output)["generalDiagnostics"]
    return places(
        [
            (each["file"], each["range"]["start"]["line"] + 1)
            for each in found
            if each["severity"] == "error"
        ]
    )


def ty(folder: Path) -> Places:
    paths = [f"--extra-search-path={each}" for each in (CHAT, ROOT / "runtime")]
    include = "src.include=['tests/typing']"
    output = run("ty", "check", "--output-format=concise", "--config", include, *paths, str(folder))
    assert "No python files found" not in output
    assert re.search(r"Found \d+ diagnostic|All checks passed", output), output
    return places(re.findall(r"^(.+?):(\d+):\d+: error", output, re.MULTILINE))


def pyrefly(folder: Path) -> Places:
    paths = [f"--search-path={each}" for each in (CHAT, ROOT / "runtime")]
    output = run("pyrefly", "check", "--preset=strict", "--output-format=json", *paths, str(folder))
    found = json.loads(output[output.index("{") : output.rindex("}") + 1])["errors"]
    return places([(each["path"], each["line"]) for each in found if each["severity"] == "error"])


def places(found: list[tuple[str, int]] | list[tuple[str, str]]) -> Places:
    return {(Path(file).name, int(line)) for file, line in found}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pyright") / "pyrightconfig.json"
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "extraPaths": [str(CHAT), str(ROOT / "runtime")],
        "venvPath": str(Path(sys.prefix).parent),
        "venv": Path(sys.prefix).name,
        "include": [str(HERE)],
    }
    path.write_text(json.dumps(settings), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def checkers(config: Path) -> Mapping[str, Callable[[Path], Places]]:
    return {
        "mypy": mypy,
        "basedpyright": lambda folder: basedpyright(folder, config),
        "ty": ty,
        "pyrefly": pyrefly,
    }


def marked(path: Path, checker: str) -> Places:
    """The lines that a checker has to refuse: `# refused`, or `# refused by` that one alone."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        (path.name, number)
        for number, line in enumerate(lines, 1)
        if line.endswith(("# refused", f"# refused by {checker}"))
    }


@pytest.mark.parametrize("name", ["mypy", "basedpyright", "ty", "pyrefly"])
def test_a_checker_accepts_what_is_right(
    name: str, checkers: Mapping[str, Callable[[Path], Places]]
) -> None:
    assert checkers[name](HERE / "positive") == set()


@pytest.mark.parametrize("name", ["mypy", "basedpyright", "ty", "pyrefly"])
def test_a_checker_refuses_each_mistake_where_it_stands(
    name: str, checkers: Mapping[str, Callable[[Path], Places]]
) -> None:
    expected = {place for path in NEGATIVE for place in marked(path, name)}
    assert {file for file, _ in expected} == {path.name for path in NEGATIVE}
    assert checkers[name](HERE / "negative") == expected
