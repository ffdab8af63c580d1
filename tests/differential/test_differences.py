"""What differs from Litestar by intention does, on both sides: a change of either shows up."""

from __future__ import annotations

from typing import Any

import pytest
from tests.differential import differences_others, differences_sockets
from tests.differential.differences import DIFFERENCES, LATE, Difference
from tests.differential.frameworks import LITESTAR, WSGEN, Framework
from tests.differential.playing import A, C, Case, D, R, S, play

MODULES = (differences_sockets, differences_others)
"""Importing them fills `DIFFERENCES`."""
pytestmark = pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.case.name)
async def test_difference(difference: Difference) -> None:
    ours = await play(WSGEN, difference.case)
    theirs = await play(LITESTAR, difference.case)
    assert (ours.raised, ours.late) == (None, 0)
    assert ours.sent == list(difference.ours)
    outcome: list[Any] = [*theirs.sent, *[LATE] * theirs.late]
    assert outcome + ([theirs.raised] if theirs.raised else []) == list(difference.theirs)
    assert (outcome, theirs.seen) != (ours.sent, ours.seen)


@pytest.mark.parametrize(("framework", "numbers"), [(WSGEN, "1 1"), (LITESTAR, "1 2")])
async def test_j114_a_class_has_an_instance_for_each_connection(
    framework: Framework, numbers: str
) -> None:
    """Behaviour 42."""

    async def on_receive(self: Any, data: str) -> str:
        self.number += 1
        return str(self.number)

    app = framework.app([framework.class_listener("/", {"number": 0, "on_receive": on_receive})])
    case = Case(name="x", item="J114", build=lambda *_: app, script=[C, R("?"), D(1000)])
    played = [await play(framework, case) for _ in range(2)]
    assert [each.sent for each in played] == [[A, S(each)] for each in numbers.split()]
