"""What sections consist of, and how it is written down: tables, plots, goals and prose."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Effort:
    """How much is done.

    Attributes:
        rounds: in which everybody has a turn.
        limit: the greatest number of whatever grows.
    """

    rounds: int
    limit: int


FULL: Final = Effort(rounds=25, limit=10_000)
QUICK: Final = Effort(rounds=5, limit=1_000)


@dataclass(frozen=True)
class Table:
    """Rows of text below a header; the first column is on the left, the others on the right."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        lines = [self.header, ["---", *["---:"] * (len(self.header) - 1)], *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True, kw_only=True, eq=False)
class Plot:
    """Lines over a logarithmic axis; `name` is that of its file."""

    name: str
    title: str
    x: str
    y: str
    lines: Mapping[str, Sequence[Point]] = field(default_factory=dict[str, Sequence[Point]])

    def __str__(self) -> str:
        return f"![{self.title}](speed-{self.name}.svg)"


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Something to be reached: `value` is to be at most `bound`."""

    what: str
    value: float
    bound: float
    unit: str = ""

    @property
    def row(self) -> Sequence[str]:
        """As a row of a table."""
        shown = f"{self.value:.2f} {self.unit}".strip()
        verdict = "yes" if self.value <= self.bound else "**no**"
        return [self.what, f"≤ {self.bound:g} {self.unit}".strip(), shown, verdict]


@dataclass(frozen=True)
class Section:
    """A part of the page: what was measured, what was found, and which goals it is about."""

    title: str
    parts: Sequence[str | Table | Plot]
    goals: Sequence[Goal] = field(default_factory=list[Goal])

    def __str__(self) -> str:
        return "\n\n".join([f"## {self.title}", *map(str, self.parts)])

    @property
    def plots(self) -> list[Plot]:
        """Those among the parts."""
        return [each for each in self.parts if isinstance(each, Plot)]


@dataclass(frozen=True)
class Spread:
    """The median of some numbers, and the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Spread:
        """That of two numbers or more."""
        low, median, high = statistics.quantiles(numbers, n=4, method="inclusive")
        return cls(median, low, high)

    def __str__(self) -> str:
        return f"{_short(self.median)} ({_short(self.low)}–{_short(self.high)})"


def _short(number: float) -> str:
    """A number with three digits that say something."""
    return (
        f"{number:.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"
    )
