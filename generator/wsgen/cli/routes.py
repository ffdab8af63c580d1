"""`wsgen routes`: the routing table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wsgen.cli.options import ConfigFile, OneSchema
from wsgen.cli.outcomes import understood

if TYPE_CHECKING:
    from wsgen.ir.api import Api, Handler, Payload
    from wsgen.ir.types import Reference

_HEADS = ("PATH", "KIND", "HANDLER", "FROM CLIENT", "FROM SERVER", "GUARDS")


def routes(schema: OneSchema = None, *, config: ConfigFile = None) -> None:
    """Print the routing table: what answers each path, and what travels there."""
    api = understood(schema, config)
    rows = [row for handler in api.handlers for row in _rows(handler, api)]
    for line in _aligned([_HEADS, *rows]):
        print(line)


def _rows(handler: Handler, api: Api) -> Iterable[Sequence[str]]:
    from wsgen.ir.api import Raw

    sent = handler.from_server
    server = _payload(sent) if isinstance(sent, Raw) else _names(api.sent_by(handler))
    client = _payload(handler.from_client)
    for path in handler.paths:
        guards = ", ".join(handler.guards) or "-"
        yield path, handler.kind.value, handler.name.written, client, server, guards


def _payload(payload: Payload | None) -> str:
    from wsgen.ir.api import Raw
    from wsgen.ir.types import Reference, ScalarType

    if payload is None:
        return "-"
    if not isinstance(payload, Raw):
        return _names(each.message for each in payload.received)
    match payload.type:
        case ScalarType(scalar=scalar):
            return scalar.value
        case Reference() as reference:
            return _names([reference])
        case _:
            return "raw"


def _names(references: Iterable[Reference]) -> str:
    names = dict.fromkeys(f"{e.module}.{e.name}" if e.module else e.name for e in references)
    return ", ".join(names) or "-"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
