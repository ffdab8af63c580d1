"""Builds that end badly at every possible moment: run as a program, with a list of folders.

Each folder holds a `schema.yaml` and is called by a number; the build in folder `7` meets its fate
at step 7, in a process of its own. How each ended is printed, one a line: an exit code, or `-9`
for a kill.

    python crashing.py killed|failing|interrupted FOLDER…

A step is what changes the disk (`killed`, `failing`), or a line of the module that does it
(`interrupted`: Ctrl-C comes anywhere).
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from wsgen.cli import run
from wsgen.output import apply

CHANGES = {"os.chmod", "os.mkdir", "os.remove", "os.rename", "os.rmdir"}
"""What changes the disk, beside opening a file to write, as Python tells its audit hooks."""


def kill() -> None:
    """As the kernel does when it runs out of memory: nothing more of this process is run."""
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    """As a full disk does."""
    raise OSError(errno.ENOSPC, "No space left on device", "a file")


def interrupt() -> None:
    """As Ctrl-C does."""
    raise KeyboardInterrupt


def at_change(number: int, folder: Path, fate: Callable[[], None]) -> None:
    """Meet the fate just before the n-th change of the disk below a folder."""
    left = number

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event == "open":
            path, _, flags = arguments
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        else:
            path, writes = (arguments or (None,))[0], event in CHANGES
        if writes and str(path).startswith(str(folder)):
            left -= 1
            if left == 0:
                fate()

    sys.addaudithook(hook)


def at_line(number: int, fate: Callable[[], None]) -> None:
    """Meet the fate before the n-th line that `apply` runs."""
    left = number

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        if frame.f_code.co_filename != apply.__file__:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                fate()
        return trace

    sys.settrace(trace)


def build(how: str, number: int, folder: Path) -> int:
    """Build the schema of a folder; the exit code, if it gets that far."""
    if how == "interrupted":
        at_line(number, interrupt)
    else:
        at_change(number, folder, kill if how == "killed" else fail)
    return run(["build", str(folder / "schema.yaml"), "-q"])


def main(how: str, folders: list[Path]) -> None:
    """Start each build, and print how it ended."""
    # What is imported by a build is imported by then, and not by each process anew.
    with contextlib.redirect_stdout(io.StringIO()):  # ours is for how each ended
        run(["build", str(folders[0] / "schema.yaml"), "--dry-run", "-q"])
    sys.stderr.flush()
    for folder in folders:
        pid = os.fork()
        if pid == 0:
            sys.stdout = sys.stderr = io.StringIO()  # what it finds, and who fails says so
            os._exit(build(how, int(folder.name), folder))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    main(sys.argv[1], [Path(each) for each in sys.argv[2:]])
