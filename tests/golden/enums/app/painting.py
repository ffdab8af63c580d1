"""A closed enum is matched to its end; an open one needs an arm for what it does not know."""

from typing import assert_never

from enums import messages as m


def number(level: m.Level) -> int:
    match level:
        case m.Level.LOW:
            return 0
        case m.Level.HIGH:
            return 1
        case m.Level.MAX_ISH:
            return 2
        case _:
            assert_never(level)


def name(shade: m.Shade) -> str:
    match shade:
        case "#ccc":
            return "light grey"
        case "#000":
            return "black"
        case _:
            return shade
