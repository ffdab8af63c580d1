"""Playing our own cases against a server, and what it does differently from what RFC 6455 says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import Any, Final, Literal, TypeAlias

from tests.conformance.cases import CASES, Case
from tests.conformance.frames import Client
from tests.conformance.serving import Served

__all__ = ["Manner", "deviations", "manner_of"]

Manner: TypeAlias = Literal["code", "close", "end"]
"""How mistakes of the client are answered: by a close frame with the code, by one without a code,
or by hanging up. RFC 6455 leaves that open (section 7.1.7)."""
SILENCE: Final = "silence"
_numbers: Final = count()


def play(served: Served, case: Case, *, seconds: float) -> tuple[list[str], list[Any]]:
    """What the client receives, and what the application sees."""
    name = f"client-{next(_numbers)}"
    with Client(served.port, name, seconds) as client:
        client.send(case.sends)
        frames = client.frames()
        received = [next(frames, "end") for _ in case.receives]
        client.send(case.then)
        received += frames
    return received, json.loads(served.saw(name))


def manner_of(served: Served) -> Manner:
    """How a server answers a mistake."""
    received, _ = play(served, CASES["opcode 3"], seconds=5)
    match received[1:]:
        case ["close", "end"]:
            return "close"
        case ["end"]:
            return "end"
        case _:
            return "code"


def deviations(
    served: Served, manner: Manner, known: Mapping[str, str], *, seconds: float = 5
) -> dict[str, str]:
    """What was received and seen, in short, of each case that went otherwise than it should.

    Parameters:
        known: what is expected; where that is silence, the wait for more is short.
    """
    found: dict[str, str] = {}
    for name, case in CASES.items():
        wait = 0.3 if SILENCE in known.get(name, "") else seconds
        received, seen = play(served, case, seconds=wait)
        if not _right(case, manner, received, seen):
            found[name] = f"{', '.join(received)}; {', '.join(map(str, seen))}"
    return found


def _right(case: Case, manner: Manner, received: list[str], seen: list[Any]) -> bool:
    number = len(case.receives)
    ends = [["close" if code is None else f"close {code}", "end"] for code in case.closes]
    if case.mistake and manner != "code":
        ends.append(["close", "end"] if manner == "close" else ["end"])
    *messages, _ = seen
    return (
        received[:number] == list(case.receives)
        and received[number:] in ends
        and messages == list(case.sees)
    )
