"""The servers, as an operator would start them: their command lines, and a running one.

Each has a process of its own, on a port of the system's choice, which it says itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from tests.servers.journal import MARK

ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE: Final = 10.0
"""Seconds that anything may take before a test fails."""
GRACE: Final = 3
"""Seconds that servers are told to give to handlers at the end, where they can be told."""
_APP: Final = "tests.servers.application:app"
_visitors: Final = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Command:
    """How a server is started.

    Attributes:
        recommended: what an operator should say, behind `python -m`; `APP` is the application,
            `SECONDS` are what handlers have at the end.
        port: what makes it choose a port.
        said: finds the port in what it prints.
        root_path: what says that the application is found below `/mounted`.
        prefix: what of it is in the paths of requests, where no proxy takes it away before.
        pings: what makes it ping its clients once a second; None: nothing does.
        package: what it is called by package registries.
    """

    recommended: str
    port: Sequence[str]
    said: str
    root_path: Sequence[str] = ("--root-path", "/mounted")
    prefix: str = ""
    pings: Sequence[str] | None
    package: str

    def line(self, *more: str) -> list[str]:
        """The whole command."""
        words = self.recommended.replace("APP", _APP).replace("SECONDS", str(GRACE)).split()
        return [sys.executable, "-m", *words, *self.port, *more]


def _uvicorn(implementation: str) -> Command:
    return Command(
        recommended=f"uvicorn APP --ws {implementation} --timeout-graceful-shutdown SECONDS",
        port=("--port", "0"),
        said=r"running on http://127\.0\.0\.1:(\d+)",
        pings=("--ws-ping-interval", "1"),
        package="uvicorn",
    )


COMMANDS: Final[dict[str, Command]] = {
    "uvicorn-websockets-sansio": _uvicorn("websockets-sansio"),
    "uvicorn-websockets": _uvicorn("websockets"),
    "uvicorn-wsproto": _uvicorn("wsproto"),
    "granian": Command(
        recommended="granian APP --interface asgi --workers-kill-timeout SECONDS",
        port=("--port", "0"),
        said=rf"(?s){MARK} server port \[(\d+)\].*Started worker",
        root_path=("--url-path-prefix", "/mounted"),
        prefix="/mounted",
        pings=None,
        package="granian",
    ),
    "hypercorn": Command(
        recommended="hypercorn APP --graceful-timeout SECONDS",
        port=("--bind", "127.0.0.1:0"),
        said=r"Running on http://127\.0\.0\.1:(\d+)",
        pings=("--websocket-ping-interval", "1"),
        package="hypercorn",
    ),
    "daphne": Command(
        recommended="daphne APP --application-close-timeout SECONDS"
        " --websocket-max-message-size 2097152 --websocket-max-frame-size 2097152",
        port=("--port", "0"),
        said=r"Listening on TCP address 127\.0\.0\.1:(\d+)",
        pings=("--ping-interval", "1"),
        package="daphne",
    ),
}
"""By the names that tests, tables and docs use."""


class Server:
    """A running server.

    Attributes:
        name: which of `COMMANDS`.
        port: where it listens.
        prefix: where the application is mounted.
    """

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name = name
        self.process = process
        self.prefix = ""
        self._lines: list[str] = []
        self._grown = threading.Condition()
        self._ended = False
        self._before = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = int(self.logged(COMMANDS[name].said)[1])
        self._reach()

    def visitor(self) -> str:
        """A name for a client, by which the application tells of its connection."""
        return f"visitor-{next(_visitors)}"

    def target(self, path: str, **query: object) -> str:
        """A path with its query."""
        return self.prefix + path + (f"?{urlencode(query, doseq=True)}" if query else "")

    def ws(self, path: str, **query: object) -> str:
        """The WebSocket URL of a path."""
        return f"ws://127.0.0.1:{self.port}{self.target(path, **query)}"

    async def told(self, who: str, event: str, *, within: float = PATIENCE) -> list[Any]:
        """Wait until the application has told of an event on a visitor's connection.

        Raises:
            AssertionError: it has not in time; the text has the server's log.
        """
        pattern = rf"{MARK} {who} {event} (\[.*\])\n"
        found = await asyncio.to_thread(self.logged, pattern, within)
        details: list[Any] = json.loads(found[1])
        return details

    async def tells(self, who: str, event: str) -> bool:
        """Whether the application tells of an event within a second."""
        try:
            await self.told(who, event, within=1)
        except AssertionError:
            return False
        return True

    async def logged_times(self, who: str, event: str, count: int) -> None:
        """Wait until the application has told of an event that often.

        Raises:
            AssertionError: it has not in time; the text has the server's log.
        """
        what = f"{event} of {who}, {count} times"
        await asyncio.to_thread(self._until, lambda: self.count(who, event) >= count, what)

    def count(self, who: str, event: str) -> int:
        """How often the application has told of an event."""
        return self.log.count(f"{MARK} {who} {event} ")

    def logged(self, pattern: str, within: float = PATIENCE) -> re.Match[str]:
        """Wait until the server has said something.

        Raises:
            AssertionError: it has not in time, or ended without; the text has its log.
        """
        found: list[re.Match[str] | None] = []

        def said() -> bool:
            found[:] = [re.search(pattern, self.log)]
            return found[0] is not None

        self._until(said, pattern, within)
        assert found[0] is not None
        return found[0]

    def _until(self, said: Callable[[], bool], what: str, within: float = PATIENCE) -> None:
        with self._grown:
            self._grown.wait_for(lambda: said() or self._ended, within)
            if not said():
                raise AssertionError(f"{self.name}: no {what} in {within} s:\n{self.recent}")

    def _reach(self) -> None:
        """Connect once: granian says that it has started a moment before it listens.

        Raises:
            AssertionError: it never does.
        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.port), PATIENCE).close()
                return
        raise AssertionError(f"{self.name} does not listen:\n{self.log}")

    @property
    def log(self) -> str:
        """All that the server has said."""
        return "".join(self._lines)

    @property
    def recent(self) -> str:
        """What it has said since the test began."""
        return self.log[self._before :]

    async def ended(self, within: float) -> int:
        """Wait for the process, which was told to end; its exit status.

        Raises:
            AssertionError: it goes on.
        """
        try:
            status = await asyncio.to_thread(self.process.wait, within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not end in {within} s:\n{self.recent}") from None
        await asyncio.to_thread(self._reader.join, PATIENCE)
        return status

    @contextmanager
    def shown(self) -> Generator[None]:
        """Print afterwards what the server said meanwhile: pytest shows it where a test fails."""
        self._before = len(self.log)
        try:
            yield
        finally:
            print(self.recent)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._grown:
                self._lines.append(line)
                self._grown.notify_all()
        with self._grown:
            self._ended = True
            self._grown.notify_all()


@contextmanager
def running(name: str, *more: str, prefix: str = "") -> Generator[Server]:
    """Serve the application; at the end the process and its workers are killed.

    Parameters:
        more: behind the recommended command line.
        prefix: where that mounts the application.

    Raises:
        AssertionError: the server does not start.
    """
    with subprocess.Popen(
        COMMANDS[name].line(*more),
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # so that its workers are known, and end with it
    ) as process:
        try:
            server = Server(name, process)
            server.prefix = prefix
            yield server
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
