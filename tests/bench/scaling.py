"""How costs grow: with messages in a union, handlers, open connections, and bytes."""

from __future__ import annotations

import asyncio
import importlib
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from tests.bench.contenders import BARE, CAREFUL, GENERATED, STARLETTE, Contender
from tests.bench.in_process import Costs, in_turns
from tests.bench.page import Effort, Plot, Point, Section, Spread, Table
from tests.bench.playing import (
    CONNECT,
    Cost,
    Visit,
    per_connection,
    per_message,
    received,
    scope_of,
)
from tests.bench.rows import JSON_API, LISTENER, Body, Row, text_of

from wsgen.cli import run as wsgen

Run: TypeAlias = Callable[[], Awaitable[Cost]]
Prepared: TypeAlias = Callable[[], Awaitable[Run]]
_UNION: Final = """\
wsgen: 1
api: {{name: {name}, version: 1.0.0}}
messages:
{messages}
handlers:
{handlers}
"""
_SIZES: Final = (256, 1_024, 16_384, 262_144, 1_048_576)
_WHO: Final = (BARE, CAREFUL, GENERATED, STARLETTE)
_ABOUT: Final = """\
Medians of CPU time, in turns like above. *Messages*: a generated listener that takes so many of
them, and is sent all in turn. *Handlers*: a connection to each of so many generated ones in turn.
*Connections*: so many are open, and each says something in turn. *Size*: the JSON API, where an
order has an address that is sent back."""


def measured(effort: Effort) -> Section:
    """Four plots, with what they show."""
    rounds = max(5, effort.rounds // 4)
    parts: list[str | Table | Plot] = [_ABOUT]
    with tempfile.TemporaryDirectory() as folder, _importable(folder):
        for plot, prepared in _plots(Path(folder), effort.limit).items():
            costs = asyncio.run(_costs(prepared, rounds))
            drawn = replace(plot, lines=_lines(costs))
            parts += [f"### {plot.title}", drawn, _figures(drawn)]
    return Section("Scaling", parts)


def _figures(plot: Plot) -> Table:
    xs = [x for x, _ in next(iter(plot.lines.values()))]
    rows = [[name, *(f"{y:.2f}" for _, y in line)] for name, line in plot.lines.items()]
    return Table([f"{plot.y}; {plot.x}:", *(f"{x:,.0f}" for x in xs)], rows)


def _plots(folder: Path, limit: int) -> Mapping[Plot, Mapping[str, Prepared]]:
    """What is drawn, and for each point of it what prepares a run."""
    counts = [each for each in (1, 10, 100, 500) if each <= limit]
    crowds = [each for each in (1, 10, 100, 1_000, 10_000) if each <= limit]
    sizes = [each for each in _SIZES if each <= limit * 200]
    ours = GENERATED.name
    return {
        _plot("messages", "Messages of one handler", "messages", "µs per message"): {
            f"{ours}|{count}": partial(_of_messages, folder, count) for count in counts
        },
        _plot("handlers", "Handlers of one application", "handlers", "µs per connection"): {
            f"{ours}|{count}": partial(_of_handlers, folder, count) for count in counts
        },
        _plot("connections", "Open connections", "connections", "µs per message"): {
            f"{each.name}|{count}": partial(_of_crowd, each, count)
            for count in crowds
            for each in _WHO
        },
        _plot("size", "Size of a message", "bytes", "µs per message"): {
            f"{each.name}|{size}": partial(_of_size, each, size) for size in sizes for each in _WHO
        },
    }


def _plot(name: str, title: str, x: str, y: str) -> Plot:
    return Plot(name=name, title=title, x=x, y=y)


async def _costs(prepared: Mapping[str, Prepared], rounds: int) -> Costs:
    return await in_turns({name: await each() for name, each in prepared.items()}, rounds)


def _lines(costs: Costs) -> Mapping[str, Sequence[Point]]:
    lines: dict[str, list[Point]] = {}
    for key, found in costs.items():
        name, _, x = key.partition("|")
        median = Spread.of([each.cpu * 1e6 for each in found]).median
        lines.setdefault(name, []).append((float(x), median))
    return lines


async def _of_messages(folder: Path, count: int) -> Run:
    """A listener that takes so many messages, and answers none: what it is sent, it reads."""
    package = _built(folder, f"union{count}", messages=count, handlers=1)
    handler = importlib.import_module(f"{package.__name__}.handlers.handler0").Handler0Handler
    app = package.create_app(handler0=_answering(handler, package.messages, range(count)))
    says = [f'{{"type":"message{n}","text":"hello world"}}' for n in range(count)]
    row = Row(name="messages", path="/handlers/0", says=says)
    return lambda: per_message(app, row, says, 400)


async def _of_handlers(folder: Path, count: int) -> Run:
    """So many handlers of one message."""
    package = _built(folder, f"handlers{count}", messages=1, handlers=count)
    modules = [
        importlib.import_module(f"{package.__name__}.handlers.handler{n}") for n in range(count)
    ]
    app = package.create_app(
        **{
            f"handler{n}": _answering(
                getattr(module, f"Handler{n}Handler"), package.messages, range(1)
            )
            for n, module in enumerate(modules)
        }
    )
    rows = [Row(name="", path=f"/handlers/{n * count // 10 % count}") for n in range(10)]

    async def run() -> Cost:
        costs = [await per_connection(app, row, 4) for row in rows]
        return Cost(*(sum(each) / len(costs) for each in zip(*costs, strict=True)))

    return run


async def _of_crowd(contender: Contender, count: int) -> Run:
    """So many open connections, of which the next one says something when one was answered.

    They are open until the loop ends: nobody measures how they close.
    """
    app, message = contender.make(), received(contender.says(LISTENER)[0])
    visits = [Visit([message, CONNECT]) for _ in range(count)]
    tasks = [
        asyncio.ensure_future(app(scope_of(LISTENER.path), visit.receive, visit.send))
        for visit in visits
    ]
    while not all(visit.waiting for visit in visits):
        await asyncio.sleep(0)
    talking = [visits[n * count // 400 % count] for n in range(400)]

    async def run() -> Cost:
        wall, cpu = time.perf_counter(), time.process_time()
        assert len(tasks) == count
        for visit in talking:
            visit.say(message)
            while not visit.waiting:
                await asyncio.sleep(0)
        return Cost((time.perf_counter() - wall) / 400, (time.process_time() - cpu) / 400)

    return run


async def _of_size(contender: Contender, size: int) -> Run:
    """An order of so many bytes, nearly all of which are sent back."""
    app, order = contender.make(), dict(cast("Body", JSON_API.says[0]), items=[])
    address = dict(order["address"], street="")
    padding = "x" * (size - len(text_of(order | {"address": address})))
    says = [text_of(order | {"address": address | {"street": padding}})]
    assert len(says[0]) == size
    return lambda: per_message(app, JSON_API, says, max(5, min(400, 2_000_000 // size)))


def _answering(handler: type[Any], messages: Any, numbers: Sequence[int] | range) -> type[Any]:
    said = messages.Said(text="hello world")

    async def answer(self: Any, message: Any, /) -> Any:
        return said

    return type("Answering", (handler,), {f"on_message{n}": answer for n in numbers})


def _built(folder: Path, name: str, *, messages: int, handlers: int) -> Any:
    """A generated package with handlers that all take the same messages."""
    names = [f"Message{number}" for number in range(messages)]
    body = [f"  {each}: {{fields: {{text: {{type: str, max_length: 280}}}}}}" for each in names]
    takes = "\n".join(f"      {each}: {{reply: Said}}" for each in names)
    listeners = [
        f"  handler{number}:\n    kind: listener\n    path: /handlers/{number}\n"
        f"    from_client:\n{takes}"
        for number in range(handlers)
    ]
    schema = folder / f"{name}.yaml"
    said = "  Said: {fields: {text: str}}"
    text = _UNION.format(
        name=name, messages="\n".join([*body, said]), handlers="\n".join(listeners)
    )
    schema.write_text(text, encoding="utf-8")
    assert wsgen(["build", str(schema), "-q"]) == 0
    return importlib.import_module(name)


@contextmanager
def _importable(folder: str) -> Generator[None]:
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
