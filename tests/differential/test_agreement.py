"""What must agree with Litestar does: the same handlers, the same events, the same answers."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from tests.differential import cases_listeners, cases_others
from tests.differential.cases_sockets import CASES
from tests.differential.frameworks import LITESTAR, WSGEN
from tests.differential.playing import Case, play

pytestmark = pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")

MODULES = (cases_listeners, cases_others)
"""Importing them fills `CASES`."""


def test_the_version_that_was_compared() -> None:
    assert version("litestar").startswith("2."), "look through the differences again"


def test_there_are_many_cases_and_none_twice() -> None:
    assert len(CASES) >= 90
    assert len({(each.name, each.build.__module__) for each in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda each: f"{each.item}-{each.name}")
async def test_agreement(case: Case) -> None:
    ours, theirs = await play(WSGEN, case), await play(LITESTAR, case)
    assert (ours.raised, ours.late) == (None, 0)
    assert (ours.sent, ours.seen) == (theirs.sent, theirs.seen)
    assert ours.sent or ours.seen, "nothing happened"
