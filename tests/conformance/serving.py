"""The servers that are installed, each in a process of its own on a port that it chooses."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from tests.conformance.echo import MARK

__all__ = ["SERVERS", "Served", "installed", "serving"]

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 10.0
_APP: Final = "tests.conformance.echo:app"
_UVICORN: Final = r"running on http://127\.0\.0\.1:(\d+)"

SERVERS: Final[Mapping[str, tuple[str, str]]] = {
    "uvicorn": (f"uvicorn {_APP} --port 0", _UVICORN),
    "uvicorn-websockets": (f"uvicorn {_APP} --port 0 --ws websockets", _UVICORN),
    "uvicorn-wsproto": (f"uvicorn {_APP} --port 0 --ws wsproto", _UVICORN),
    "granian": (
        f"granian {_APP} --interface asgi --port 0",
        rf"(?s){MARK} port (\d+).*Started worker",
    ),
    "hypercorn": (
        f"hypercorn {_APP} --bind 127.0.0.1:0",
        r"Running on http://127\.0\.0\.1:(\d+)",
    ),
    "daphne": (f"daphne {_APP} --port 0", r"Listening on TCP address 127\.0\.0\.1:(\d+)"),
}
"""What is run, behind `python -m`, and how the port is found in what it prints."""
_NEEDS: Final = {"uvicorn-wsproto": "wsproto", "uvicorn-websockets": "websockets"}


def installed(name: str) -> bool:
    """Whether a server and what it needs can be imported."""
    modules = {name.partition("-")[0], _NEEDS.get(name, name.partition("-")[0])}
    return all(importlib.util.find_spec(each) is not None for each in modules)


class Served:
    """A running server."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self._name = name
        self._process = process
        self._log = ""
        self._ended = False
        self._grown = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.port = int(self.said(SERVERS[name][1])[1])

    def said(self, pattern: str) -> re.Match[str]:
        """Wait until the server has printed something.

        Raises:
            AssertionError: it has not in time; the text has what it printed.
        """
        found: list[re.Match[str] | None] = []

        def looked() -> bool:
            found.append(re.search(pattern, self._log))
            return found[-1] is not None or self._ended

        with self._grown:
            self._grown.wait_for(looked, SECONDS)
        match = found[-1]
        assert match is not None, f"{self._name} never said {pattern!r}:\n{self._log}"
        return match

    def saw(self, name: str) -> str:
        """What the application saw of a connection, as it printed it."""
        return self.said(rf"{MARK} {name} (\[.*\])\n")[1]

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._grown:
                self._log += line
                self._grown.notify_all()
        with self._grown:
            self._ended = True
            self._grown.notify_all()


@contextmanager
def serving(name: str) -> Generator[Served]:
    """Serve the echo; at the end the process and its workers are killed."""
    more: dict[str, Any] = {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", *SERVERS[name][0].split()],
        cwd=ROOT,
        env=os.environ | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            yield Served(name, process)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
