"""In a process of its own: many connections that have said something once, and what they hold.

`python -m tests.bench.idle NAME ROW COUNT` prints bytes per connection, twice.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tracemalloc
from pathlib import Path
from typing import Final

from tests.bench.contenders import CONTENDERS
from tests.bench.playing import CONNECT, Visit, received, scope_of
from tests.bench.rows import ROWS

_PAGE: Final = 4096
_TRACED: Final = 1_000


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


async def held(name: str, row_name: str, count: int) -> tuple[float, float]:
    """Bytes per connection: as the process grows, and as tracemalloc counts those of some more."""
    contender = next(each for each in CONTENDERS if each.name == name)
    row = next(each for each in ROWS if each.name == row_name)
    app, first = contender.make(), received(contender.says(row)[0])
    tasks: list[asyncio.Future[None]] = []

    async def connect(number: int) -> None:
        visits = [Visit([first, CONNECT]) for _ in range(number)]
        for visit in visits:
            scope = scope_of(row.path, row.query)
            tasks.append(asyncio.ensure_future(app(scope, visit.receive, visit.send)))
        while not all(visit.waiting for visit in visits):
            await asyncio.sleep(0)
        gc.collect()

    await connect(100)  # whatever is made once
    before = resident()
    await connect(count)
    grown = (resident() - before) / count
    tracemalloc.start()
    await connect(_TRACED)
    traced = tracemalloc.get_traced_memory()[0] / _TRACED
    tracemalloc.stop()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return grown, traced


if __name__ == "__main__":
    print(*asyncio.run(held(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
