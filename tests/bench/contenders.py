"""Everybody who serves the rows, and which of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from tests.bench import by_hand, in_chanx, in_fastapi, in_litestar, in_starlette, in_wsgen
from tests.bench.models import MSGSPEC, PYDANTIC
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


BARE: Final = Contender(name="by hand, bare", make=partial(by_hand.bare, MSGSPEC))
CAREFUL: Final = Contender(name="by hand, careful", make=partial(by_hand.careful, MSGSPEC))
GENERATED: Final = Contender(name="wsgen, generated", make=in_wsgen.generated)
DECORATED: Final = Contender(name="wsgen, decorated", make=in_wsgen.decorated)
STARLETTE: Final = Contender(name="Starlette, msgspec", make=partial(in_starlette.app, MSGSPEC))
FASTAPI: Final = Contender(name="FastAPI, pydantic", make=partial(in_fastapi.app, PYDANTIC))
LITESTAR: Final = Contender(name="Litestar, listener", make=in_litestar.listeners)
CHANX: Final = Contender(
    name="chanx, pydantic", make=in_chanx.app, rows=(LISTENER, STREAM, JSON_API), payload=True
)
CONTENDERS: Final = (
    BARE,
    CAREFUL,
    GENERATED,
    DECORATED,
    STARLETTE,
    Contender(name="FastAPI, msgspec", make=partial(in_fastapi.app, MSGSPEC)),
    LITESTAR,
    Contender(
        name="Litestar, DTO",
        make=in_litestar.with_dto,
        rows=(LISTENER, JSON_API),
        one_message=True,
    ),
    Contender(name="by hand, careful, pydantic", make=partial(by_hand.careful, PYDANTIC)),
    Contender(name="wsgen, decorated, pydantic", make=in_wsgen.with_pydantic),
    Contender(name="Starlette, pydantic", make=partial(in_starlette.app, PYDANTIC)),
    FASTAPI,
    CHANX,
)
"""Those with msgspec first, then those with pydantic."""
OURS: Final = "wsgen"
"""What the names of our own begin with."""
