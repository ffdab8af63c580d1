"""The mutator does what it says; and, when asked for, no mutant survives unexplained."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.mutation.campaign import ROOT, RUNTIME, SUITES, Campaign, explanations
from tests.mutation.mutants import mutants_of

SOURCE = '''"""Not a string to change."""

from enum import Enum

__all__ = ["f"]
T = TypeVar("T")


class Phase(Enum):
    """Two."""

    A = "a"
    B = "b"


def f(x: int = 1, *, on: bool = True) -> "str":
    """Nor this."""
    if x < 2 and not on:
        raise ValueError
    while g(Phase.A):
        x += 1
        break
    self.x = {1: "{1,2}"}
    return x - 1 if x is None else None
'''


def test_every_kind_of_change() -> None:
    changes = {(each.line, each.change) for each in mutants_of(SOURCE)}
    assert changes == {
        (12, "'a' + '!'"),
        (13, "'b' + '!'"),
        (16, "1 → 2"),
        (16, "True → False"),
        (18, "the condition is turned round"),
        (18, "and → or"),
        (18, "lt → lte"),
        (18, "2 → 3"),
        (18, "without its sign"),
        (19, "is left out"),
        (20, "the condition is turned round"),
        (20, "Phase.A → Phase.B"),
        (21, "is left out"),
        (21, "1 → 2"),
        (22, "break → pass"),
        (23, "is left out"),
        (23, "without 1"),
        (23, "1 → 2"),
        (23, "'{1,2}' + '!'"),
        (23, "{1,2} → {1,3}"),
        (24, "returns None"),
        (24, "sub → add"),
        (24, "1 → 2"),
        (24, "is → isnot"),
    }


def test_a_mutant_is_one_change_in_a_module_that_compiles() -> None:
    sources = {each.source for each in mutants_of(SOURCE)}
    assert len(sources) == len(list(mutants_of(SOURCE)))
    for each in sources:
        compile(each, "mutant", "exec")
    (broken,) = (each for each in mutants_of(SOURCE) if each.change == "break → pass")
    assert "x += 1\n        pass" in broken.source
    assert broken.key == "break  [break → pass]"


@pytest.mark.parametrize("name", SUITES)
def test_what_is_explained_still_exists(name: str) -> None:
    keys = {each.key for each in mutants_of((RUNTIME / f"{name}.py").read_text("utf-8"))}
    for key, reason in explanations().get(name, {}).items():
        assert key in keys, "this line has changed: is the explanation still needed?"
        assert reason
    assert set(explanations()) <= set(SUITES)


def test_what_survives_is_compared_with_what_is_explained() -> None:
    campaign = Campaign("_state")
    first, second, *_ = mutants_of(SOURCE)
    campaign.outcomes = [(first, "survived"), (second, "killed")]
    assert campaign.summary == "2 mutants, 1 killed, 1 survive"
    assert campaign.compared({}) == ([first.key], [])
    assert campaign.compared({first.key: "why", second.key: "why"}) == ([], [second.key])


@pytest.mark.mutation
@pytest.mark.parametrize("name", SUITES)
def test_no_mutant_survives_unexplained(name: str) -> None:
    """In a process of its own, which has not imported the module."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutation", name],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(Path("runtime"))},
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
