"""Messages and connections without a network: every contender in turns, in one process."""

from __future__ import annotations

import asyncio
import gc
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tests.bench.contenders import BARE, CAREFUL, CONTENDERS, GENERATED, OURS, Contender
from tests.bench.page import Effort, Goal, Section, Spread, Table
from tests.bench.playing import Cost, answers, per_connection, per_message
from tests.bench.rows import LISTENER, PER_CONNECTION, PER_MESSAGE, Row

from wsgen_runtime._asgi import ASGIApp

Unit = Literal["message", "connection"]
Costs = Mapping[str, Sequence[Cost]]
_MESSAGES: Final = 400
_CONNECTIONS: Final = 40
_ABOUT: Final = """\
Every application is driven in one process, in turns, {rounds} times; figures are medians over
those rounds, with quartiles in brackets. What a client says next, it says when it was answered.
The collector runs as it does by default, and what existed before is frozen. "By hand, bare" is
the limit: it trusts the client in everything. "By hand, careful" bounds messages, looks at the
kind of frame, answers what is invalid with 1007, checks the origin and takes everything down.
Both have the codec of what they are compared with: msgspec, or where it says so, pydantic. A
dash: the framework has no such thing. The listener of Litestar is given text and decodes it by
hand, since an annotation validates nothing there; its DTO takes no union, so there only one of
the two messages is said. chanx has an envelope of its own."""


@dataclass(frozen=True)
class Scenario:
    """A row, and what of it is counted."""

    row: Row
    unit: Unit

    async def cost(self, contender: Contender, app: ASGIApp) -> Cost:
        """One short round."""
        if self.unit == "message":
            return await per_message(app, self.row, contender.says(self.row), _MESSAGES)
        return await per_connection(app, self.row, _CONNECTIONS)


SCENARIOS: Final = (
    *(Scenario(row, "message") for row in PER_MESSAGE),
    *(Scenario(row, "connection") for row in PER_CONNECTION),
)


async def checked(contender: Contender, app: ASGIApp) -> None:
    """See that an application does what the others do.

    Raises:
        AssertionError: it answers something else.
    """
    for row in contender.rows:
        got = await answers(app, row, contender.says(row))
        expected = contender.answers(row)
        assert list(map(_value, got)) == list(map(_value, expected)), (contender.name, row.name)


def _value(text: str) -> object:
    return json.loads(text) if text.startswith("{") else text


async def in_turns(runs: Mapping[str, Callable[[], Awaitable[Cost]]], rounds: int) -> Costs:
    """What each of some runs costs in each round; one round before them is for warming up.

    Everybody begins a round once in a while, so that nobody always comes after the same one.
    """
    costs: dict[str, list[Cost]] = defaultdict(list)
    names = list(runs)
    gc.collect()
    gc.freeze()
    try:
        for number in range(-1, rounds):
            first = number % len(names)
            for name in (*names[first:], *names[:first]):
                gc.collect()
                cost = await runs[name]()
                if number >= 0:
                    costs[name].append(cost)
    finally:
        gc.unfreeze()
    return {name: costs[name] for name in names}


def ratios(costs: Costs, name: str, baseline: str) -> Spread:
    """What somebody costs beside somebody else, round by round."""
    pairs = zip(costs[name], costs[baseline], strict=True)
    return Spread.of([own.cpu / other.cpu for own, other in pairs])


def measured(effort: Effort) -> Section:
    """All scenarios, for everybody who has them."""
    return asyncio.run(_measured(effort))


async def _measured(effort: Effort) -> Section:
    apps = {each: each.make() for each in CONTENDERS}
    for contender, app in apps.items():
        await checked(contender, app)
    found: dict[Scenario, Costs] = {}
    for scenario in SCENARIOS:
        runs = {
            each.name: lambda each=each, app=app, scenario=scenario: scenario.cost(each, app)
            for each, app in apps.items()
            if scenario.row in each.rows
        }
        found[scenario] = await in_turns(runs, effort.rounds)
    tables: list[str | Table] = [_ABOUT.format(rounds=effort.rounds)]
    for unit in ("message", "connection"):
        part = {each: costs for each, costs in found.items() if each.unit == unit}
        tables += [f"### Per {unit}", f"CPU time beside “{CAREFUL.name}”:", _ratios(part, CAREFUL)]
        tables += [f"CPU time beside “{BARE.name}”:", _ratios(part, BARE)]
        tables += ["Microseconds of CPU time, and of time altogether:", _times(part)]
    return Section("Without a network", [*tables, *_slower(found)], _goals(found))


def _ratios(part: Mapping[Scenario, Costs], baseline: Contender) -> Table:
    def cell(name: str, costs: Costs) -> str:
        return str(ratios(costs, name, baseline.name)) if name in costs else "–"

    return _table(part, cell)


def _times(part: Mapping[Scenario, Costs]) -> Table:
    def cell(name: str, costs: Costs) -> str:
        if name not in costs:
            return "–"
        cpu, wall = (Spread.of([each[i] * 1e6 for each in costs[name]]) for i in (1, 0))
        return f"{cpu} / {wall.median:.2f}"

    return _table(part, cell)


def _table(part: Mapping[Scenario, Costs], cell: Callable[[str, Costs], str]) -> Table:
    return Table(
        ["", *(each.row.name for each in part)],
        [[each.name, *(cell(each.name, costs) for costs in part.values())] for each in CONTENDERS],
    )


def _slower(found: Mapping[Scenario, Costs]) -> list[str]:
    """The rows in which some framework is faster than generated handlers."""
    lines: list[str] = []
    for scenario, costs in found.items():
        others = [name for name in costs if not name.startswith((OURS, "by hand"))]
        beside = {name: ratios(costs, GENERATED.name, name).median for name in others}
        lines += [
            f"- {scenario.row.name}, per {scenario.unit}: {ratio:.2f} × {name}"
            for name, ratio in beside.items()
            if ratio > 1
        ]
    if not lines:
        return ["Generated handlers are faster than every other framework in every row."]
    return ["Rows in which generated handlers are slower than another framework:", "\n".join(lines)]


def _goals(found: Mapping[Scenario, Costs]) -> list[Goal]:
    goals: list[Goal] = []
    for unit, bound in (("message", 1.2), ("connection", 2.5)):
        costs = next(costs for each, costs in found.items() if each == Scenario(LISTENER, unit))
        goals += [
            Goal(
                what=f"a typed listener's {unit} beside “{baseline.name}”",
                value=ratios(costs, GENERATED.name, baseline.name).median,
                bound=bound,
                unit="×",
            )
            for baseline in (CAREFUL, BARE)
        ]
    return goals
