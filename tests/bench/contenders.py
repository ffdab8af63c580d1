"""Everybody who serves the rows, and which of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final, cast

from tests.bench.models import MSGSPEC, PYDANTIC, Codec
from tests.bench.rows import JSON_API, LISTENER, ROWS, STREAM, Body, Row, in_payload, text_of

from wsgen_runtime._asgi import ASGIApp


@dataclass(frozen=True, kw_only=True, eq=False)
class Contender:
    """An application in some framework.

    Attributes:
        name: in tables.
        make: makes the application.
        rows: what it serves.
        one_message: whether its listener has one message type, and the other is never said.
        payload: whether messages travel in the envelope of chanx.
    """

    name: str
    make: Callable[[], ASGIApp]
    rows: Sequence[Row] = ROWS
    one_message: bool = False
    payload: bool = False

    def says(self, row: Row) -> list[str]:
        """What its clients say."""
        return self._texts(row, row.says)

    def answers(self, row: Row) -> list[str]:
        """What it has to answer."""
        return self._texts(row, row.answers)

    def _texts(self, row: Row, bodies: Sequence[Body | str]) -> list[str]:
        if self.one_message and row is LISTENER:
            bodies = bodies[:1]
        if self.payload:
            bodies = [each if isinstance(each, str) else in_payload(each) for each in bodies]
        return [text_of(each) for each in bodies]


def _in(module: str, function: str, *codec: Codec) -> Callable[[], ASGIApp]:
    """What makes an application; a process that serves one of them imports none of the others."""

    def make() -> ASGIApp:
        made = getattr(import_module(f"tests.bench.{module}"), function)
        return cast("ASGIApp", made(*codec))

    return make


BARE: Final = Contender(name="by hand, bare", make=_in("by_hand", "bare", MSGSPEC))
CAREFUL: Final = Contender(name="by hand, careful", make=_in("by_hand", "careful", MSGSPEC))
GENERATED: Final = Contender(name="wsgen, generated", make=_in("in_wsgen", "generated"))
DECORATED: Final = Contender(name="wsgen, decorated", make=_in("in_wsgen", "decorated"))
STARLETTE: Final = Contender(name="Starlette, msgspec", make=_in("in_starlette", "app", MSGSPEC))
FASTAPI: Final = Contender(name="FastAPI, pydantic", make=_in("in_fastapi", "app", PYDANTIC))
LITESTAR: Final = Contender(name="Litestar, listener", make=_in("in_litestar", "listeners"))
CHANX: Final = Contender(
    name="chanx, pydantic",
    make=_in("in_chanx", "app"),
    rows=(LISTENER, STREAM, JSON_API),
    payload=True,
)
CONTENDERS: Final = (
    BARE,
    CAREFUL,
    GENERATED,
    DECORATED,
    STARLETTE,
    Contender(name="FastAPI, msgspec", make=_in("in_fastapi", "app", MSGSPEC)),
    LITESTAR,
    Contender(
        name="Litestar, DTO",
        make=_in("in_litestar", "with_dto"),
        rows=(LISTENER, JSON_API),
        one_message=True,
    ),
    Contender(name="by hand, careful, pydantic", make=_in("by_hand", "careful", PYDANTIC)),
    Contender(name="wsgen, decorated, pydantic", make=_in("in_wsgen", "with_pydantic")),
    Contender(name="Starlette, pydantic", make=_in("in_starlette", "app", PYDANTIC)),
    FASTAPI,
    CHANX,
)
"""Those with msgspec first, then those with pydantic."""
OURS: Final = "wsgen"
"""What the names of our own begin with."""
VARIABLE: Final = "WSGEN_BENCH_CONTENDER"
"""In the environment of a server, the name of whom it serves."""
