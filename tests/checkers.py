"""The four type checkers in their strict modes, over any folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

ROOT = Path(__file__).resolve().parents[1]
RUNTIME = ROOT / "runtime"

Findings: TypeAlias = set[tuple[str, int, str]]
"""File name, line, and what is wrong there."""
Checker: TypeAlias = Callable[[Path, Sequence[Path]], Findings]
"""Looks at a folder; further folders are searched for what it imports."""


def _run(command: Sequence[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout + done.stderr


def _files(folder: Path) -> list[str]:
    """By name: a folder as an argument is held against the project's own settings."""
    return [str(each) for each in sorted(folder.rglob("*.py"))]


def _of_lines(output: str, pattern: str) -> Findings:
    found = re.findall(pattern, output, re.MULTILINE)
    return {(Path(file).name, int(line), text) for file, line, text in found}


def mypy(folder: Path, search: Sequence[Path]) -> Findings:
    """mypy --strict."""
    options = (
        "--strict",
        f"--cache-dir={os.devnull}",
        "--explicit-package-bases",
        "--config-file=",
    )
    path = os.pathsep.join(map(str, (*search, RUNTIME)))
    output = _run(("mypy", *options, "."), folder, MYPYPATH=path)
    assert re.search(r"no issues found in [1-9]|Found \d+ error", output), output
    return _of_lines(output, r"^(.+?):(\d+): error: (.*)")


def basedpyright(folder: Path, search: Sequence[Path]) -> Findings:
    """basedpyright in the mode `strict`."""
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "extraPaths": list(map(str, (*search, RUNTIME))),
        "venvPath": str(Path(sys.prefix).parent),
        "venv": Path(sys.prefix).name,
        "include": [str(folder)],
    }
    with tempfile.TemporaryDirectory() as temporary:
        config = Path(temporary) / "pyrightconfig.json"
        config.write_text(json.dumps(settings), encoding="utf-8")
        report = json.loads(_run(("basedpyright", "--outputjson", "-p", str(config)), folder))
    assert report["summary"]["filesAnalyzed"] > 0
    return {
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1, each["message"])
        for each in report["generalDiagnostics"]
        if each["severity"] == "error"
    }


def ty(folder: Path, search: Sequence[Path]) -> Findings:
    """ty, which has one mode; its warnings count as well."""
    paths = [f"--extra-search-path={each}" for each in (*search, RUNTIME)]
    options = ("--output-format=concise", f"--python={sys.prefix}")
    output = _run(("ty", "check", *options, *paths, *_files(folder)), folder)
    assert "No python files found" not in output, output
    assert re.search(r"Found \d+ diagnostic|All checks passed", output), output
    return _of_lines(output, r"^(.+?):(\d+):\d+: (?:error|warning)(.*)")


def pyrefly(folder: Path, search: Sequence[Path]) -> Findings:
    """pyrefly with the preset `strict`."""
    paths = [f"--search-path={each}" for each in (*search, RUNTIME)]
    python = f"--python-interpreter-path={sys.executable}"
    options = ("--preset=strict", "--output-format=json", python)
    output = _run(("pyrefly", "check", *options, *paths, *_files(folder)), folder)
    found = json.loads(output[output.index("{") : output.rindex("}") + 1])["errors"]
    return {
        (Path(each["path"]).name, each["line"], each["description"])
        for each in found
        if each["severity"] == "error"
    }


CHECKERS: Final[Mapping[str, Checker]] = {
    "mypy": mypy,
    "basedpyright": basedpyright,
    "ty": ty,
    "pyrefly": pyrefly,
}
