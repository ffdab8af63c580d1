"""Path templates: `/rooms/{room_id:int}/ws`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wsgen.diagnostics import did_you_mean

CONVERTERS: Final = (
    "str",
    "int",
    "float",
    "uuid",
    "decimal",
    "date",
    "datetime",
    "time",
    "timedelta",
    "path",
)
_SEGMENT: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,63})(?::([a-z]+))?\}")
_STATIC: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+")


@dataclass(frozen=True, slots=True)
class PathParameter:
    """A parameter in a path."""

    name: str
    converter: str


class BadPath(Exception):
    """Why a path cannot be routed, where in it, and what to do."""

    def __init__(self, message: str, part: tuple[int, int], *, help: str) -> None:
        super().__init__(message)
        self.message = message
        self.part = part
        self.help = help


def parse_path(path: str) -> tuple[PathParameter, ...]:
    """The parameters of a path, in its order.

    Raises:
        BadPath: it cannot be routed.
    """
    if not path.startswith("/"):
        raise BadPath("a path starts with `/`", (0, 1), help=f"write `/{path}`")
    if path.endswith("/") and path != "/":
        help_ = "remove it: one `/` at the end of a request makes no difference"
        raise BadPath("a path ends without `/`", (len(path) - 1, len(path)), help=help_)
    found: list[PathParameter] = []
    start = 1
    for segment in path[1:].split("/") if path != "/" else []:
        end = start + len(segment)
        parameter = _parameter(segment, start)
        if parameter is not None:
            if any(each.name == parameter.name for each in found):
                message = f"`{parameter.name}` stands twice in the path"
                raise BadPath(message, (start, end), help="rename one of them")
            if parameter.converter == "path" and end < len(path):
                message = "a `path` parameter takes the rest, so it stands last"
                raise BadPath(message, (start, end), help="move it to the end, or use `str`")
            found.append(parameter)
        start = end + 1
    return tuple(found)


def _parameter(segment: str, start: int) -> PathParameter | None:
    part = (start, start + len(segment))
    match = _SEGMENT.fullmatch(segment)
    if match:
        converter = match[2] or "str"
        if converter not in CONVERTERS:
            help_ = did_you_mean(converter, CONVERTERS) or f"one of {', '.join(CONVERTERS)}"
            part = (start + match.start(2), start + match.end(2))
            raise BadPath(f"no converter `{converter}`", part, help=help_)
        return PathParameter(match[1], converter)
    if "{" in segment or "}" in segment:
        message = "a parameter is a whole segment: `/{name:int}/`"
        raise BadPath(message, part, help="split the segment, or take it as a `str`")
    if not segment:
        raise BadPath("an empty segment", (start - 1, start + 1), help="remove one `/`")
    if segment in {".", ".."}:
        message = f"clients resolve `{segment}` before they ask, so this is never asked for"
        raise BadPath(message, part, help="write the path without it")
    if not _STATIC.fullmatch(segment):
        message = f"`{segment}` cannot stand in a path unquoted"
        raise BadPath(message, part, help="use letters, digits and `-._~!$&'()*+,;=:@`")
    return None
