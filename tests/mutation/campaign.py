"""Which modules are mutated, which tests have to notice, and which survivors are explained."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.running import Outcome, run_against

__all__ = ["SUITES", "Campaign", "explanations"]

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
RUNTIME: Final = ROOT / "runtime" / "wsgen_runtime"


def _tests(*names: str) -> Sequence[str]:
    return [str(ROOT / "tests" / "runtime" / f"test_{name}.py") for name in names]


SUITES: Final[Mapping[str, Sequence[str]]] = {
    "_state": _tests("state", "exact"),
    "_opening": _tests("exact", "handshake", "refusal"),
    "_route": _tests("exact_paths", "router", "route"),
    "_router": _tests("exact_paths", "router", "app"),
    "_convert": _tests("exact_paths", "convert"),
    "close_codes": _tests("close", "exact"),
}
"""The modules by name, each with the tests that must notice what is wrong with it."""


def explanations() -> Mapping[str, Mapping[str, str]]:
    """Why a mutant survives, by module and key."""
    with (HERE / "survivors.toml").open("rb") as file:
        found: Mapping[str, Mapping[str, str]] = tomllib.load(file)
    return found


class Campaign:
    """The mutants of one module, one after another.

    Attributes:
        outcomes: what became of each.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._path = RUNTIME / f"{name}.py"
        self.outcomes: list[tuple[Mutant, Outcome]] = []

    def run(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Try every mutant; the tests have to pass without one."""
        source = self._path.read_text("utf-8")
        if self._try(source) != "survived":
            raise RuntimeError(f"the tests of {self._name} fail without any mutant")
        for each in mutants_of(source):
            outcome = self._try(each.source)
            self.outcomes.append((each, outcome))
            if outcome != "killed":
                tell(f"{self._name}:{each.line}: {outcome}: {each.key}")

    def _try(self, source: str) -> Outcome:
        module = f"wsgen_runtime.{self._name}"
        return run_against(module, self._path, source, SUITES[self._name])

    @property
    def summary(self) -> str:
        """How many were killed, and how many were not."""
        counts = Counter(outcome for _, outcome in self.outcomes)
        killed = counts["killed"] + counts["timed out"]
        return f"{len(self.outcomes)} mutants, {killed} killed, {counts['survived']} survive"

    def compared(self, known: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """Survivors that are not explained, and explanations without a survivor."""
        survivors = [each.key for each, outcome in self.outcomes if outcome == "survived"]
        unexplained = [each for each in survivors if each not in known]
        return unexplained, [each for each in known if each not in survivors]
