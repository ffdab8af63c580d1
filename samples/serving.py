"""For the samples' tests: an application under a real uvicorn, and a client that never waits long.

The server runs in a process of its own, on a port of the system's choice, which it says itself.
Nothing here sleeps: every wait is for something, and bounded.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final
from urllib.request import ProxyHandler, build_opener

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

PATIENCE: Final = 10.0
"""Seconds that anything may take before a test fails."""
_ADDRESS: Final = re.compile(r"running on http://(\S+:\d+)")


class Server:
    """A running uvicorn.

    Attributes:
        address: host and port.
        pid: of its process.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: list[str] = []
        self._grown = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.pid = process.pid
        self.address = self.logged(_ADDRESS)[1]

    def ws(self, path: str) -> str:
        """The WebSocket URL of a path."""
        return f"ws://{self.address}{path}"

    def http(self, path: str) -> str:
        """The HTTP URL of a path."""
        return f"http://{self.address}{path}"

    def logged(self, pattern: str | re.Pattern[str]) -> re.Match[str]:
        """Wait until the server has said something.

        Raises:
            AssertionError: it did not in time, or ended without; the text has its log.
        """
        found: list[re.Match[str]] = []

        def said() -> bool:
            match = re.search(pattern, self.log)
            found.extend([match] if match else [])
            return bool(found) or self._ended

        with self._grown:
            self._grown.wait_for(said, PATIENCE)
        if not found:
            raise AssertionError(f"the server never said {pattern!r}:\n{self.log}")
        return found[0]

    @property
    def log(self) -> str:
        """All that the server has said."""
        return "".join(self._lines)

    def stop(self) -> None:
        """End the process, as an operator would.

        Raises:
            AssertionError: it does not end, since something in it goes on.
        """
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the server did not end:\n{self.log}") from None
        self._reader.join(PATIENCE)

    @contextmanager
    def shown(self) -> Generator[Server]:
        """Print afterwards what the server said meanwhile: pytest shows it where a test fails."""
        before = len(self.log)
        try:
            yield self
        finally:
            print(self.log[before:])

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._grown:
                self._lines.append(line)
                self._grown.notify_all()
        with self._grown:
            self._ended = True
            self._grown.notify_all()


@contextmanager
def serving(
    app: str, folder: Path, *, workers: int = 1, environment: Mapping[str, str] | None = None
) -> Generator[Server]:
    """Serve an application such as `app:app`, found in `folder`, with uvicorn.

    Raises:
        AssertionError: the server does not start, or does not end.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "uvicorn", app, "--port", "0", "--workers", str(workers)],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            server = Server(process)
            server.logged("(?s)" + "startup complete.*" * workers)  # only then they listen
            yield server
            server.stop()
        finally:
            process.kill()


@asynccontextmanager
async def dialled(
    url: str, *, subprotocols: Sequence[str] = (), origin: str | None = None
) -> AsyncGenerator[ClientConnection]:
    """A client; all that is done with it together is done within ten seconds.

    Raises:
        InvalidStatus: the server refused.
        TimeoutError: it took too long.
    """
    async with (
        asyncio.timeout(PATIENCE),
        connect(
            url,
            subprotocols=[Subprotocol(each) for each in subprotocols] or None,
            origin=None if origin is None else Origin(origin),
            proxy=None,
        ) as client,
    ):
        yield client


async def refusal(
    url: str, *, subprotocols: Sequence[str] = (), origin: str | None = None
) -> tuple[int, str]:
    """The HTTP status and body with which the server refuses a connection.

    Raises:
        AssertionError: it accepts.
    """
    try:
        async with dialled(url, subprotocols=subprotocols, origin=origin):
            raise AssertionError(f"{url} was accepted")
    except InvalidStatus as refused:
        return refused.response.status_code, refused.response.body.decode()


def fetched(url: str) -> str:
    """What an HTTP request brings."""
    with build_opener(ProxyHandler({})).open(url, timeout=PATIENCE) as response:
        text: str = response.read().decode()
        return text
