"""The corpus: each folder beside this file is a case, which says what the command line makes of it.

A case with `expected/` is a success, one with `stderr.txt` a failure; README.md says the rest.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from wsgen.cli import run as run_wsgen

HERE: Final = Path(__file__).parent
ACCEPT: Final = "uv run poe generate"
_AGREED: Final = {
    "app", "case.toml", "exchange.json", "expected", "refused.json", "stderr.txt", "stdout.txt",
}  # fmt: skip
"""What says how a case ends; the command line sees all else."""
_TIME: Final = re.compile(r"in [0-9]+ ms$", re.MULTILINE)


@dataclass(frozen=True)
class Ran:
    """What a command line did.

    Attributes:
        files: what was written, by its path; None: removed.
    """

    code: int
    out: str
    err: str
    files: dict[str, bytes | None]


@dataclass(frozen=True)
class Case:
    """One folder of the corpus."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def expected(self) -> Path:
        return self.folder / "expected"

    @property
    def is_success(self) -> bool:
        return self.expected.is_dir()

    @property
    def is_failure(self) -> bool:
        return (self.folder / "stderr.txt").is_file()

    @cached_property
    def options(self) -> dict[str, Any]:
        """What `case.toml` says: `command`, `exit`, and whether it takes a `process` of its own."""
        path = self.folder / "case.toml"
        found = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
        assert found.keys() <= {"command", "exit", "process"}, path
        return found

    @property
    def code(self) -> int:
        """The exit code that is agreed."""
        return int(self.options.get("exit", self.is_failure))

    def agreed(self, stream: str) -> str:
        """The text that is agreed for `stdout` or `stderr`; without a file there is none."""
        path = self.folder / f"{stream}.txt"
        return path.read_text("utf-8") if path.is_file() else ""

    @property
    def packages(self) -> list[Path]:
        """The packages that a success makes."""
        return sorted(each.parent for each in self.expected.rglob("_wsgen.json"))

    def run(self, place: Path) -> Ran:
        """Run the command line of the case on a copy of its files, inside of `place`."""
        folder = place / self.name
        shutil.copytree(self.folder, folder, symlinks=True, ignore=self._unseen)
        before = files_below(folder)
        command = self.options.get("command", ["build", "schema.yaml"])
        how = _in_a_process if self.options.get("process", False) else _in_this_process
        code, out, err = how(command, folder)
        after = files_below(folder)
        names = sorted(before.keys() | after.keys())
        files = {each: after.get(each) for each in names if before.get(each) != after.get(each)}
        return Ran(code, out, _TIME.sub("in … ms", err), files)

    def accept(self) -> None:
        """Make what the command line does now what is agreed."""
        with tempfile.TemporaryDirectory() as place:
            ran = self.run(Path(place))
        _keep(self.folder / "stdout.txt", ran.out)
        _keep(self.folder / "stderr.txt", ran.err if ran.code else "")
        shutil.rmtree(self.expected, ignore_errors=True)
        for name, data in ran.files.items():
            path = self.expected / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data or b"")

    def _unseen(self, folder: str, names: Sequence[str]) -> set[str]:
        return _AGREED & set(names) if Path(folder) == self.folder else set()


CASES: Final = [Case(each) for each in sorted(HERE.iterdir()) if (each / "schema.yaml").exists()]
SUCCESSES: Final = [each for each in CASES if each.is_success]
FAILURES: Final = [each for each in CASES if each.is_failure]


def files_below(folder: Path) -> dict[str, bytes]:
    """The files of a folder, by their paths in it; those of Python's cache apart."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _in_this_process(command: Sequence[str], folder: Path) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run_wsgen(command)
    return code, out.getvalue(), err.getvalue()


def _in_a_process(command: Sequence[str], folder: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "wsgen", *command],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def _keep(path: Path, text: str) -> None:
    if text:
        path.write_text(text, "utf-8")
    else:
        path.unlink(missing_ok=True)
