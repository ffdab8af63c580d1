"""What a generated listener costs, as numbers that are committed: `python -m tests.bench.guard`.

Instructions and calls of Python are the same in every run of one minor version of Python, whatever
else the machine does; what C code costs shows only in CPU time, beside the loop by hand.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final, NamedTuple

from tests.bench import playing
from tests.bench.contenders import CAREFUL, GENERATED, Contender
from tests.bench.rows import LISTENER
from tests.timing import undisturbed

from wsgen_runtime._asgi import ASGIApp

COMMAND: Final = "uv run python -m tests.bench.guard"
FILE: Final = Path(__file__).with_name("guard.json")
VERSION: Final = f"{sys.version_info.major}.{sys.version_info.minor}"
_MESSAGES: Final = 100
_ROUNDS: Final = 40


class Counter:
    """Counts what Python does, but for what drives the application."""

    def __init__(self) -> None:
        self.instructions = 0
        self.calls = 0

    def __call__(self, frame: FrameType, event: str, _: object) -> Counter | None:
        """Be told by the interpreter."""
        if event == "opcode":
            self.instructions += 1
        elif event == "call":
            if frame.f_code.co_filename == playing.__file__:
                return None
            self.calls += 1
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self

    async def count(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something and count."""
        sys.settrace(self)
        try:
            await work
        finally:
            sys.settrace(None)


class Figures(NamedTuple):
    """What a message or a connection costs.

    Attributes:
        instructions: of Python.
        calls: of Python functions; one that goes on after it waited counts again.
        ratio: CPU time beside the loop by hand.
    """

    instructions: float
    calls: float
    ratio: float


def measured() -> dict[str, Figures]:
    """Those of a message and of a connection."""
    return asyncio.run(_measured())


def committed() -> dict[str, Figures] | None:
    """What was measured when somebody last looked at it, for this version of Python."""
    known: dict[str, dict[str, list[float]]] = json.loads(FILE.read_text(encoding="utf-8"))
    found = known.get(VERSION)
    return found and {name: Figures(*each) for name, each in found.items()}


async def _measured() -> dict[str, Figures]:
    app = GENERATED.make()
    connection, busy = await _counted(app, 0), await _counted(app, _MESSAGES)
    by_message, by_connection = await _ratios(app)
    return {
        "message": Figures(
            (busy.instructions - connection.instructions) / _MESSAGES,
            (busy.calls - connection.calls) / _MESSAGES,
            by_message,
        ),
        "connection": Figures(connection.instructions, connection.calls, by_connection),
    }


async def _counted(app: ASGIApp, messages: int) -> Counter:
    """One connection, when everything is made that is made once."""
    says = GENERATED.says(LISTENER)
    for _ in range(2):
        visit = playing.Visit(playing.script_of(LISTENER, says, messages))
        counter = Counter()
        scope = playing.scope_of(LISTENER.path)
        await counter.count(app(scope, visit.receive, visit.send))  # type: ignore[arg-type]
    return counter


async def _ratios(app: ASGIApp) -> tuple[float, float]:
    """What a message and a connection cost beside those by hand, when least disturbed.

    The least of many rounds each, and the least ratio of three times that: one busy moment of the
    machine decides nothing.
    """
    limit = CAREFUL.make()
    ratios: list[tuple[float, float]] = []
    for _ in range(3):
        ours: list[tuple[float, float]] = []
        by_hand: list[tuple[float, float]] = []
        with undisturbed():
            for _ in range(_ROUNDS):
                ours.append(await _costs(GENERATED, app))
                by_hand.append(await _costs(CAREFUL, limit))
        ratios.append((_least(ours, 0) / _least(by_hand, 0), _least(ours, 1) / _least(by_hand, 1)))
    return _least(ratios, 0), _least(ratios, 1)


def _least(pairs: Sequence[tuple[float, float]], which: int) -> float:
    return min(pair[which] for pair in pairs)


async def _costs(contender: Contender, app: ASGIApp) -> tuple[float, float]:
    message = await playing.per_message(app, LISTENER, contender.says(LISTENER), 200)
    connection = await playing.per_connection(app, LISTENER, 20)
    return message.cpu, connection.cpu


def main() -> None:
    """Write down what is measured now."""
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    known[VERSION] = {name: [round(each, 2) for each in f] for name, f in measured().items()}
    FILE.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
