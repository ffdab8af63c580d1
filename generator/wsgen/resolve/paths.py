"""Path templates: `/rooms/{room_id:int}/ws`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

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
    """Why a path cannot be routed, and what to do."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def parse_path(path: str) -> tuple[PathParameter, ...]:
    """The parameters of a path, in its order.

    Raises:
        BadPath: it cannot be routed.
    """
    if not path.startswith("/"):
        raise BadPath("a path starts with `/`", f"write `/{path}`")
    if path.endswith("/") and path != "/":
        help_ = "remove it: one `/` at the end of a request makes no difference"
        raise BadPath("a path ends without `/`", help_)
    segments = path[1:].split("/") if path != "/" else []
    found: list[PathParameter] = []
    for index, segment in enumerate(segments):
        parameter = _parameter(segment)
        if parameter is None:
            continue
        if any(each.name == parameter.name for each in found):
            raise BadPath(f"`{parameter.name}` stands twice in the path")
        if parameter.converter == "path" and index < len(segments) - 1:
            raise BadPath("a `path` parameter takes the rest, so it stands last")
        found.append(parameter)
    return tuple(found)


def _parameter(segment: str) -> PathParameter | None:
    match = _SEGMENT.fullmatch(segment)
    if match:
        converter = match[2] or "str"
        if converter not in CONVERTERS:
            raise BadPath(f"no converter `{converter}`", f"one of {', '.join(CONVERTERS)}")
        return PathParameter(match[1], converter)
    if "{" in segment or "}" in segment:
        raise BadPath(
            "a parameter is a whole segment: `/{name:int}/`",
            "split the segment, or take it as a `str`",
        )
    if not _STATIC.fullmatch(segment):
        raise BadPath(
            "an empty segment" if not segment else f"`{segment}` cannot stand in a path unquoted"
        )
    return None
