"""The same over the loopback interface: 64 connections to real servers, everybody in turns.

Linux only: what a server costs is read from /proc, since it may have threads and workers.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import uvloop
from tests.bench.clients import Flock
from tests.bench.contenders import (
    BARE,
    CAREFUL,
    CHANX,
    DECORATED,
    FASTAPI,
    GENERATED,
    LITESTAR,
    STARLETTE,
    VARIABLE,
    Contender,
)
from tests.bench.in_process import in_turns
from tests.bench.models import MSGSPEC
from tests.bench.page import Effort, Goal, Section, Spread, Table
from tests.bench.playing import Cost, per_message
from tests.bench.rows import LISTENER

_ROOT: Final = Path(__file__).resolve().parents[2]
_CONNECTIONS: Final = 64
_SECONDS: Final = 0.4
_WHO: Final = (BARE, CAREFUL, GENERATED, DECORATED, STARLETTE, FASTAPI, LITESTAR, CHANX)
_OTHERS: Final = (STARLETTE, FASTAPI, LITESTAR, CHANX)
SERVERS: Final = {
    "uvicorn (websockets-sansio, uvloop)": "uvicorn --ws websockets-sansio --loop uvloop"
    " --ws-ping-interval 3600 --no-access-log --log-level error --port PORT APP",
    "granian": "granian --interface asgi --loop uvloop --no-log --port PORT APP",
    "hypercorn": "hypercorn --worker-class uvloop --log-level error --bind 127.0.0.1:PORT APP",
}
_ABOUT: Final = """\
{connections} connections over loopback, each of which says the next thing when it was answered;
the typed listener of above. One process a server, the clients in another one. Everybody has a
turn of {seconds} s in each of {rounds} rounds. There are {cores} cores, shared with whatever else
runs: CPU time of the server per message is the steadier figure, messages a second are what was
left of the machine. Both with quartiles in brackets."""


_SHARES: Final = """\
Of generated handlers: reading and writing alone, what the careful loop by hand adds to it, what
wsgen adds to that, all three measured in process; the rest is the server and the network. What is
greatest is the next limit; where that is the server, more worker processes move it, or one that
does less for each frame."""


class Turn(NamedTuple):
    """What a round came to: messages a second, and CPU seconds of the server for each."""

    rate: float
    cpu: float


@dataclass(frozen=True)
class Side:
    """A running server with its clients."""

    process: subprocess.Popen[bytes]
    port: int
    flock: Flock

    async def ready(self) -> None:
        """Wait until the server takes connections, and open them.

        Raises:
            AssertionError: it ended, or it does not in time.
        """
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                await self.flock.connect(_CONNECTIONS)
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"no server: {self.process.args}")

    async def turn(self) -> Turn:
        """One round."""
        count, cpu, began = self.flock.count, _cpu_of_group(self.process.pid), time.perf_counter()
        await self.flock.talk(_SECONDS)
        seconds = time.perf_counter() - began
        messages = self.flock.count - count
        return Turn(messages / seconds, (_cpu_of_group(self.process.pid) - cpu) / messages)


def measured(effort: Effort) -> Section:
    """All servers, one after another."""
    rounds = max(3, effort.rounds // 4)
    found = {name: uvloop.run(_rounds(line, rounds)) for name, line in SERVERS.items()}
    about = _ABOUT.format(
        connections=_CONNECTIONS, seconds=_SECONDS, rounds=rounds, cores=os.cpu_count()
    )
    parts: list[str | Table] = [about]
    for server, turns in found.items():
        parts += [f"### {server}", _table(turns)]
    parts += ["### Where the time of a message goes", _SHARES, asyncio.run(_shares(found, rounds))]
    return Section("Over the wire", parts, [_goal(*each) for each in found.items()])


def _table(turns: Mapping[Contender, Sequence[Turn]]) -> Table:
    header = ["", f"CPU beside “{CAREFUL.name}”", "CPU µs per message", "messages a second"]
    return Table(
        header,
        [
            [
                each.name,
                str(_beside(turns, each, CAREFUL)),
                str(Spread.of([turn.cpu * 1e6 for turn in own])),
                f"{Spread.of([turn.rate for turn in own]).median:,.0f}",
            ]
            for each, own in turns.items()
        ],
    )


async def _shares(found: Mapping[str, Mapping[Contender, Sequence[Turn]]], rounds: int) -> Table:
    careful, generated = CAREFUL.make(), GENERATED.make()
    says = GENERATED.says(LISTENER)
    costs = await in_turns(
        {
            "codec": _codec,
            "by hand": lambda: per_message(careful, LISTENER, says, 400),
            "wsgen": lambda: per_message(generated, LISTENER, says, 400),
        },
        rounds * 3,
    )
    codec, by_hand, wsgen = (
        Spread.of([each.cpu * 1e6 for each in costs[name]]).median for name in costs
    )
    rows: list[list[str]] = []
    for server, turns in found.items():
        total = Spread.of([turn.cpu * 1e6 for turn in turns[GENERATED]]).median
        parts = (codec, by_hand - codec, wsgen - by_hand, total - wsgen)
        cells = [f"{part:.1f} ({part / total:.0%})" for part in parts]
        rows.append([server, f"{total:.1f}", *cells])
    header = ["CPU µs", "altogether", "codec", "a loop by hand", "wsgen", "server and network"]
    return Table(header, rows)


async def _codec() -> Cost:
    """Reading and writing alone."""
    says = GENERATED.says(LISTENER) * 200
    cpu = time.process_time()
    for text in says:
        MSGSPEC.write(MSGSPEC.answer(MSGSPEC.talk(text)))
    seconds = (time.process_time() - cpu) / len(says)
    return Cost(seconds, seconds)


def _beside(turns: Mapping[Contender, Sequence[Turn]], own: Contender, other: Contender) -> Spread:
    pairs = zip(turns[own], turns[other], strict=True)
    return Spread.of([mine.cpu / theirs.cpu for mine, theirs in pairs])


def _goal(server: str, turns: Mapping[Contender, Sequence[Turn]]) -> Goal:
    beside = {each.name: _beside(turns, GENERATED, each).median for each in _OTHERS}
    name = max(beside, key=lambda each: beside[each])
    return Goal(
        what=f"CPU per message on {server.partition(' ')[0]}, beside the fastest ({name})",
        value=beside[name],
        bound=1.05,
        unit="×",
    )


async def _rounds(line: str, rounds: int) -> dict[Contender, list[Turn]]:
    with ExitStack() as stack:
        sides = {each: stack.enter_context(_serving(line, each)) for each in _WHO}
        turns: dict[Contender, list[Turn]] = {each: [] for each in _WHO}
        for side in sides.values():
            await side.ready()
        for number in range(-1, rounds):
            for contender, side in sides.items():
                turn = await side.turn()
                if number >= 0:
                    turns[contender].append(turn)
        for side in sides.values():
            side.flock.leave()
        return turns


@contextmanager
def _serving(line: str, contender: Contender) -> Generator[Side]:
    """A server, and clients for it; at the end it is killed, with its workers."""
    port = _free_port()
    words = line.replace("PORT", str(port)).replace("APP", "tests.bench.served:app").split()
    flock = Flock(port, LISTENER.path, contender.says(LISTENER))
    with subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=_ROOT,
        env=os.environ | {VARIABLE: contender.name},
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # so that its workers are known, and end with it
    ) as process:
        try:
            yield Side(process, port, flock)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def _cpu_of_group(leader: int) -> float:
    """CPU seconds of all threads of a process and its workers.

    A group is a process that began a session, and what it has started.
    """
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(process.name)) == leader:
                for thread in (process / "task").iterdir():
                    total += int((thread / "schedstat").read_text(encoding="ascii").split()[0])
    return total / 1e9
