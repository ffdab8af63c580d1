"""What a client sends, right and wrong, and what it and the application shall see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.conformance.echo import MAX_MESSAGE
from tests.conformance.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close, frame

__all__ = ["CASES", "Case"]


@dataclass(frozen=True)
class Case:
    """One connection.

    Attributes:
        sends: the client's bytes.
        receives: what comes back for them.
        then: what the client sends after that.
        closes: the close codes that RFC 6455 leaves to the server; None: a close without one.
        sees: what the application sees; behind it comes a close code.
        mistake: whether `then` is one, so that the server may also hang up without a word.
    """

    sends: bytes = b""
    receives: Sequence[str] = ()
    then: bytes = close(1000)
    closes: Sequence[int | None] = (1000,)
    sees: Sequence[str] = ()
    mistake: bool = False


_HELLO: Final = "héllo €".encode()
_BROKEN: Final = b"h\xc3\x28"
_ANSWER: Final = "text 'x'"


def _wrong(sends: bytes, *codes: int) -> Case:
    """A mistake of the client: the application sees nothing of it, and the connection ends."""
    return Case(frame(TEXT, b"x"), ["text b'x'"], sends, codes or (1002,), [_ANSWER], True)


def _split(opcode: int, *parts: bytes, between: bytes = b"") -> bytes:
    first, *middle, last = parts
    return b"".join(
        [
            frame(opcode, first, fin=False),
            between,
            *(frame(CONTINUATION, each, fin=False) + between for each in middle),
            frame(CONTINUATION, last),
        ]
    )


CASES: Final[Mapping[str, Case]] = {
    # Messages
    "text": Case(frame(TEXT, _HELLO), [f"text {_HELLO!r}"], sees=["text 'héllo €'"]),
    "bytes": Case(frame(BINARY, b"\0\xff"), ["binary b'\\x00\\xff'"],
                  sees=["bytes b'\\x00\\xff'"]),
    "empty text": Case(frame(TEXT), ["text b''"], sees=["text ''"]),
    "empty bytes": Case(frame(BINARY), ["binary b''"], sees=["bytes b''"]),
    "length in 2 bytes": Case(frame(BINARY, b"x" * 126), ["binary of 126"],
                              sees=["bytes of 126"]),
    "length in 8 bytes": Case(frame(TEXT, b"x" * 65536), ["text of 65536"],
                              sees=["text of 65536"]),
    "too big": Case(frame(TEXT, b"x" * (MAX_MESSAGE + 1)), then=b"", closes=(1009,)),
    # Fragments
    "fragments": Case(_split(TEXT, b"a", b"b", b"c"), ["text b'abc'"], sees=["text 'abc'"]),
    "empty fragments": Case(_split(BINARY, b"", b"", b""), ["binary b''"],
                            sees=["bytes b''"]),
    "a ping between fragments": Case(
        _split(TEXT, b"a", b"b", between=frame(PING, b"p")),
        ["pong b'p'", "text b'ab'"], sees=["text 'ab'"],
    ),
    "a close between fragments": Case(
        frame(TEXT, b"a", fin=False), then=close(4000), closes=(4000, 1002)
    ),
    "UTF-8 split over fragments": Case(
        _split(TEXT, _HELLO[:2], _HELLO[2:8], _HELLO[8:]),
        [f"text {_HELLO!r}"], sees=["text 'héllo €'"],
    ),
    "UTF-8 split byte by byte": Case(
        _split(TEXT, *(_HELLO[each : each + 1] for each in range(len(_HELLO)))),
        [f"text {_HELLO!r}"], sees=["text 'héllo €'"],
    ),
    "a continuation of nothing": _wrong(frame(CONTINUATION, b"x")),
    "a message within a message": _wrong(frame(TEXT, b"a", fin=False) + frame(TEXT, b"b")),
    # UTF-8
    "invalid UTF-8": _wrong(frame(TEXT, _BROKEN), 1007),
    "invalid UTF-8 over fragments": _wrong(_split(TEXT, _BROKEN[:2], _BROKEN[2:]), 1007),
    "UTF-8 that does not end": _wrong(frame(TEXT, _HELLO[:2]), 1007),
    "a surrogate in UTF-8": _wrong(frame(TEXT, b"\xed\xa0\x80"), 1007),
    "beyond Unicode": _wrong(frame(TEXT, b"\xf4\x90\x80\x80"), 1007),
    "an overlong form": _wrong(frame(TEXT, b"\xc0\xaf"), 1007),
    # What is reserved
    "reserved bit 1": _wrong(frame(TEXT, b"x", rsv=4)),
    "reserved bit 2": _wrong(frame(TEXT, b"x", rsv=2)),
    "reserved bit 3": _wrong(frame(BINARY, b"x", rsv=1)),
    "a reserved bit on a ping": _wrong(frame(PING, b"x", rsv=4)),
    "opcode 3": _wrong(frame(0x3, b"x")),
    "opcode 7": _wrong(frame(0x7)),
    "opcode 11": _wrong(frame(0xB, b"x")),
    "opcode 15": _wrong(frame(0xF)),
    "not masked": _wrong(frame(TEXT, b"x", masked=False)),
    "a ping that is not masked": _wrong(frame(PING, masked=False)),
    # Pings and pongs
    "ping": Case(frame(PING), ["pong b''"]),
    "ping with 125 bytes": Case(frame(PING, b"p" * 125), ["pong of 125"]),
    "ping with what is no text": Case(frame(PING, b"\xff\0"), ["pong b'\\xff\\x00'"]),
    "ping with 126 bytes": _wrong(frame(PING, b"p" * 126)),
    "ping in fragments": _wrong(frame(PING, b"p", fin=False) + frame(CONTINUATION, b"q")),
    "pong that nobody asked for": Case(
        frame(PONG, b"x") + frame(TEXT, b"x"), ["text b'x'"], sees=[_ANSWER]
    ),
    "pings answered in order": Case(
        frame(PING, b"1") + frame(PING, b"2"), ["pong b'1'", "pong b'2'"]
    ),
    # Closing
    "close without a code": Case(then=close(), closes=(None, 1000, 1005)),
    "close with half a code": _wrong(frame(CLOSE, b"\x03")),
    "close with a reason": Case(then=close(4001, "é".encode() * 61), closes=(4001,)),
    "close with a reason that is no text": _wrong(close(1000, _BROKEN), 1007, 1002),
    "close with too long a reason": _wrong(close(1000, b"x" * 124)),
    "data after a close": Case(then=close(1001) + frame(TEXT, b"late"), closes=(1001,)),
    **{
        f"close {code}": Case(then=close(code), closes=(code,))
        for code in (1001, 1002, 1003, 1007, 1008, 1009, 1011, 3000, 3999, 4000, 4999)
    },
    **{
        f"close {code}, which may not be sent": _wrong(close(code))
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65535)
    },
}  # fmt: skip
