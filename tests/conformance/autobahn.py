"""Running the fuzzing client of the Autobahn test suite, where it is installed.

It needs Python 2.7, so it cannot be a dependency of ours. `WSGEN_AUTOBAHN` names a folder that has
been made so, with a C compiler at hand:

    python2.7 -m pip install --target FOLDER autobahntestsuite && touch FOLDER/zope/__init__.py
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from tests.conformance.report import read_index
from tests.conformance.serving import Served

__all__ = ["fuzz", "missing"]

FOLDER: Final = "WSGEN_AUTOBAHN"
SECONDS: Final = 300.0
CASES: Final = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"]
"""All but performance (9) and compression (12, 13), which are the servers' alone, and slow."""


def missing() -> str | None:
    """Why the suite cannot run here; None where it can."""
    folder = os.environ.get(FOLDER)
    if folder is None:
        return f"{FOLDER} does not name a folder with autobahntestsuite (see docs/conformance.md)"
    if shutil.which("python2.7") is None:
        return "the Autobahn suite needs python2.7"
    if not (Path(folder) / "bin" / "wstest").is_file():
        return f"{FOLDER}={folder} has no bin/wstest"
    return None


def specification(port: int, agent: str, folder: Path) -> dict[str, Any]:
    """What `wstest` is told."""
    return {
        "outdir": str(folder),
        "servers": [{"agent": agent, "url": f"ws://127.0.0.1:{port}"}],
        "cases": CASES,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    }


def fuzz(served: Served, agent: str, folder: Path) -> dict[str, str]:
    """The behaviour of a server in each case.

    Raises:
        AssertionError: the fuzzing client fails, or does not end in time.
    """
    said = folder / "specification.json"
    said.write_text(json.dumps(specification(served.port, agent, folder / "reports")), "utf-8")
    home = os.environ[FOLDER]
    process = subprocess.run(
        ["python2.7", f"{home}/bin/wstest", "-m", "fuzzingclient", "-s", str(said)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": home},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=SECONDS,
        check=False,
    )
    assert process.returncode == 0, process.stdout[-2000:]
    return read_index(folder / "reports" / "index.json")[agent]
