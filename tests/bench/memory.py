"""What an idle connection holds."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

from tests.bench.contenders import (
    BARE,
    CAREFUL,
    CHANX,
    DECORATED,
    FASTAPI,
    GENERATED,
    LITESTAR,
    STARLETTE,
    Contender,
)
from tests.bench.page import Effort, Goal, Section, Table
from tests.bench.rows import ECHO, LISTENER, Row

_WHO: Final = (BARE, CAREFUL, GENERATED, DECORATED, STARLETTE, FASTAPI, LITESTAR, CHANX)
_ABOUT: Final = """\
{count:,} connections in one process, without a server: each has a task, was accepted, has said
one thing and was answered, and waits. Bytes per connection above “{bare}”, which holds
{traced:,.0f} (its task, its scope, what drives it): as counted by tracemalloc for 1,000 further
ones, and as the growth of the process (RSS)."""


def measured(effort: Effort) -> Section:
    """Listeners, and handlers that have a loop of their own."""
    count = effort.limit
    found = {
        (each, row): _held(each, row, count)
        for row in (LISTENER, ECHO)
        for each in _WHO
        if row in each.rows
    }

    def cells(contender: Contender, row: Row) -> list[str]:
        if (contender, row) not in found:
            return ["–", "–"]
        pairs = zip(found[contender, row], found[BARE, row], strict=True)
        return [f"{own - limit:,.0f}" for own, limit in pairs]

    table = Table(
        ["", "typed listener", "RSS", "echo", "RSS"],
        [[each.name, *cells(each, LISTENER), *cells(each, ECHO)] for each in _WHO],
    )
    above = found[GENERATED, LISTENER][0] - found[BARE, LISTENER][0]
    goal = Goal(
        what="memory of an idle listener above “by hand, bare”", value=above, bound=1536, unit="B"
    )
    about = _ABOUT.format(count=count, bare=BARE.name, traced=found[BARE, LISTENER][0])
    return Section("Memory of an idle connection", [about, table], [goal])


def _held(contender: Contender, row: Row, count: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.bench.idle", contender.name, row.name, str(count)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    grown, traced = map(float, printed.split())
    return traced, grown
