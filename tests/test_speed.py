"""A generated listener costs what it did: instructions to the letter, CPU time with much room."""

from __future__ import annotations

import sys

import pytest

from tests.bench.guard import COMMAND, VERSION, Figures, committed, measured

pytestmark = pytest.mark.slow

ROOM = 1.15
"""How much of a number that is the same in every run may come or go unnoticed."""
MUCH_ROOM = 1.25
"""The same for CPU time on a machine that others use."""


@pytest.fixture(scope="module")
def figures() -> dict[str, tuple[Figures, Figures]]:
    """What is measured, and what is committed."""
    if sys.gettrace() is not None:
        pytest.skip("something else is tracing, such as coverage or a debugger")
    known = committed()
    if known is None:
        pytest.skip(f"no figures for Python {VERSION}: {COMMAND}")
    found = measured()
    return {name: (found[name], known[name]) for name in known}


@pytest.mark.parametrize("unit", ["message", "connection"])
@pytest.mark.parametrize("what", ["instructions", "calls"])
def test_python_does_no_more_for_it_than_before(
    figures: dict[str, tuple[Figures, Figures]], unit: str, what: str
) -> None:
    now, before = (getattr(each, what) for each in figures[unit])
    assert now <= before * ROOM, f"a {unit} takes more {what}; if that is meant: {COMMAND}"
    assert now >= before / ROOM, f"a {unit} takes fewer {what}: hold on to it with {COMMAND}"


@pytest.mark.parametrize("unit", ["message", "connection"])
def test_it_costs_no_more_beside_a_loop_by_hand_than_before(
    figures: dict[str, tuple[Figures, Figures]], unit: str
) -> None:
    now, before = figures[unit]
    assert now.ratio <= before.ratio * MUCH_ROOM, f"a {unit}; if that is meant: {COMMAND}"
