"""Where the two differ, and shall: what either does, and the behaviour that says why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.differential.playing import Build, Case, X, after
from tests.runtime.notation import Sent

from wsgen_runtime._asgi import Message


@dataclass(frozen=True)
class Difference:
    """A case with two outcomes.

    Attributes:
        behaviour: the statement of the contract that ours keeps.
        theirs: what Litestar sends; `late` events and what it raises are listed behind.
    """

    case: Case
    behaviour: int
    ours: Sequence[Sent]
    theirs: Sequence[Any]


DIFFERENCES: list[Difference] = []
TRUNCATED = "Input data was truncated"
ERROR = X(4500, "Internal Server Error")
LATE = "an event after the end"


def differs(
    item: str,
    behaviour: int,
    script: Sequence[Message | after],
    ours: Sequence[Sent],
    theirs: Sequence[Any],
    **opening: Any,
) -> Callable[[Build], Build]:
    """Add a difference to the table."""

    def add(build: Build) -> Build:
        made = Case(name=build.__name__, item=item, build=build, script=script, opening=opening)
        DIFFERENCES.append(Difference(made, behaviour, ours, theirs))
        return build

    return add
