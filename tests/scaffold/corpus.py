"""The corpus: a folder for each case, with a file before and after, and what `--check` says.

python -m tests.scaffold.corpus    writes what is expected anew; read the diff
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from wsgen.cli import run

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("cases/*/before.py"))


@dataclass(frozen=True)
class Outcome:
    """What became of a file, and what was said about it."""

    checked: int
    written: int
    after: bytes
    report: str


def prepare(case: str, folder: Path) -> None:
    """A project with the case's schema and file."""
    schema = HERE / "cases" / case / "schema.yaml"
    shutil.copy(schema if schema.exists() else HERE / "schema.yaml", folder / "schema.yaml")
    shutil.copy(HERE / "cases" / case / "before.py", folder / "app.py")
    (folder / "wsgen.toml").write_text('handlers = "app.py"\n')


def scaffolded(case: str, folder: Path) -> Outcome:
    """Check and then write, in a folder that is prepared, and is the current one."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        checked = run(["scaffold", "--check", "-q"])
    with contextlib.redirect_stdout(io.StringIO()):
        written = run(["scaffold", "--write", "-q"])
    return Outcome(checked, written, (folder / "app.py").read_bytes(), said.getvalue())


def main() -> int:
    for case in CASES:
        with tempfile.TemporaryDirectory() as temporary:
            os.chdir(temporary)
            prepare(case, Path(temporary))
            outcome = scaffolded(case, Path(temporary))
            (HERE / "cases" / case / "after.py").write_bytes(outcome.after)
            (HERE / "cases" / case / "report.txt").write_text(outcome.report, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
