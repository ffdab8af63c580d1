"""What the table of the comparison says; `test_comparison.py` shows each cell to be true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

WSGEN: Final = "wsgen"
LITESTAR: Final = "Litestar"
FASTAPI: Final = "FastAPI"
CHANX: Final = "chanx"
COLUMNS: Final = {
    WSGEN: "wsgen 0.1.0",
    LITESTAR: "Litestar 2.25.0",
    FASTAPI: "FastAPI 0.165.0",
    CHANX: "chanx 2.13.0",
}
"""The frameworks, each in the release that was tested."""

NOT_TESTED: Final = "–"


@dataclass(frozen=True)
class Row:
    """One behaviour: what was asked, and what each framework did."""

    question: str
    cells: Mapping[str, str]


def row(question: str, *cells: str) -> Row:
    """A row; the cells in the order of the columns."""
    return Row(question, dict(zip(COLUMNS, cells, strict=True)))


ROWS: Final[Mapping[str, Row]] = {
    "typed": row(
        "A message arrives as its declared type, an invalid one never",
        "yes",
        "with a DTO; else as plain JSON",
        "by hand; it hands over plain JSON",
        "yes",
    ),
    "dispatch": row(
        "Two message types, told apart by their tag, each to its own method",
        "yes",
        "by hand: a DTO takes one type, and without one it is plain JSON",
        "by hand; it hands over plain JSON",
        "yes",
    ),
    "too_long": row(
        "A text longer than declared",
        "closes with 1007; or answers, or ignores it, by `on_invalid`",
        "closes with 4500",
        "by hand; else the exception goes to the server",
        "answers with an error, goes on",
    ),
    "malformed": row(
        "A frame that is not JSON",
        "closes with 1007; or answers, or ignores it, by `on_invalid`",
        "closes with 4500",
        "by hand; else the exception goes to the server",
        "answers with an error, goes on",
    ),
    "binary": row(
        "A binary frame where text is expected",
        "closes with 1003; or answers, or ignores it, by `on_invalid`",
        "closes with 4500",
        "by hand; else the exception goes to the server",
        "answers with an error, goes on",
    ),
    "order": row(
        "Two messages at once, the first takes longer",
        "handled and answered in order",
        "handled and answered in order",
        "handled and answered in order",
        "handled side by side, answered out of order",
    ),
    "failure": row(
        "A handler raises: what the client sees",
        "closes with 1011",
        "closes with 4500",
        "the exception goes to the server",
        "answers with an error, goes on",
    ),
    "after_close": row(
        "A handler closes; the server has one more message",
        "not handled, nothing sent",
        "handled, answered after the close",
        "not handled; answering raises",
        "handled, answered after the close",
    ),
    "loop": row(
        "`try: …` (receive, send) `except Exception: close()`, and the client leaves",
        "nothing sent",
        "sends a close after the disconnect",
        "sends a close after the disconnect",
        NOT_TESTED,
    ),
    "left": row(
        "The client leaves while a handler is at work",
        "nothing sent after the disconnect",
        "nothing sent after the disconnect",
        "nothing sent after the disconnect",
        "answers after the disconnect",
    ),
    "origin": row(
        "A browser's page of a foreign origin, nothing configured",
        "HTTP 403",
        "let in",
        "let in",
        "let in; `OriginValidator` refuses it",
    ),
    "refusal": row(
        "A guard refuses with 4001: what the client sees",
        "HTTP 401; or accepts, closes with 4001, by `on_reject`",
        "closes with 4001 before accepting",
        "closes with 4001 before accepting; HTTP 401 by an `HTTPException`",
        "accepts, closes with 4001",
    ),
    "misspelt": row(
        "A misspelt option, where the guard is named",
        "an error when it is built",
        "ignored: all are let in",
        "an error when it is declared",
        "ignored: all are let in",
    ),
    "path": row(
        "`/rooms/x`, where the parameter is an int",
        "HTTP 404",
        "closes with 4500 before accepting",
        "closes with 1008 before accepting",
        "closes with 1000 before accepting",
    ),
    "digits": row(
        "`/rooms/1_0`, where the parameter is an int",
        "HTTP 404",
        "room 10",
        "room 10",
        "closes with 1000 before accepting",
    ),
    "teardown": row(
        "A handler fails: a session and the store that it needs are torn down",
        "session, store",
        "store, session",
        "session, store",
        NOT_TESTED,
    ),
    "instance": row(
        "An attribute of a handler class",
        "of one connection",
        "of all connections",
        NOT_TESTED,
        "of one connection",
    ),
    "too_big": row(
        "A message of more than 1 MiB, nothing configured",
        "closes with 1009",
        "reaches the handler",
        "reaches the handler",
        "reaches the handler",
    ),
    "reason": row(
        "A close reason of 200 bytes, where the protocol has room for 123",
        "cut to 123",
        "sent as it is",
        "sent as it is",
        "sent as it is",
    ),
    "codes": row(
        "Close codes in the contract",
        "declared: constants, exceptions, HTTP statuses",
        "its document leaves WebSockets out",
        "its document leaves WebSockets out",
        "not in its document",
    ),
    "asyncapi": row(
        "A document of the messages for other tools",
        "not AsyncAPI; its own, by `wsgen ir`",
        "none: OpenAPI, without WebSockets",
        "none: OpenAPI, without WebSockets",
        "AsyncAPI 3.0",
    ),
    "http": row(
        "HTTP routes in the same application",
        "none of its own: what is given as `http=`",
        "yes",
        "yes",
        "yes, FastAPI's",
    ),
    "publish": row(
        "Publishing to all connections of a group",
        "typed topics: in memory, over Redis or NATS",
        "channels",
        NOT_TESTED,
        "groups",
    ),
}


def markdown(rows: Sequence[Row] = tuple(ROWS.values())) -> str:
    """The table as it stands in the documentation."""
    lines = [["", *COLUMNS.values()], ["---"] * (1 + len(COLUMNS))]
    lines += [[each.question, *(each.cells[name] for name in COLUMNS)] for each in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
