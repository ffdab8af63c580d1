"""In a process of its own: many connections that have said something once, and what they hold.

`python -m tests.bench.idle NAME ROW COUNT rss|traced` prints bytes per connection.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tracemalloc
from pathlib import Path

from tests.bench.contenders import CONTENDERS
from tests.bench.playing import CONNECT, Visit, received, scope_of
from tests.bench.rows import ROWS

_PAGE = 4096


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


async def held(name: str, row_name: str, count: int, *, traced: bool) -> float:
    """Bytes per connection."""
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

    await connect(100)  # whatever is made once
    gc.collect()
    if traced:
        tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0] if traced else resident()
    await connect(count)
    gc.collect()
    after = tracemalloc.get_traced_memory()[0] if traced else resident()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return (after - before) / count


if __name__ == "__main__":
    name, row_name, count, how = sys.argv[1:]
    print(asyncio.run(held(name, row_name, int(count), traced=how == "traced")))
