"""WSG304: two paths match the same requests, so that one handler could never be reached."""

from __future__ import annotations

import re
from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.source import Span

_PARAMETER: Final = re.compile(r"\{\w+(?::(\w+))?\}", re.ASCII)


def check(api: Api, found: Collector) -> None:
    """Compare paths without their parameters' names and converters, as the router does.

    Converters do not tell paths apart, however different they are: which of two handlers a request
    reaches would hang on how its text looks. Only `path` does, which takes several segments.
    """
    seen: dict[str, tuple[str, Span]] = {}
    for handler in api.handlers:
        for index, path in enumerate(handler.paths):
            shape = _PARAMETER.sub(_blank, path)
            at = handler.place(f"path.{index}")
            if shape in seen:
                other, place = seen[shape]
                message = f"`{path}` and `{other}` match the same requests"
                help_ = "change a segment that is no parameter"
                related = ((place, "the other one"),)
                found.report("WSG304", message, at, help=help_, related=related)
            seen.setdefault(shape, (path, at))


def _blank(parameter: re.Match[str]) -> str:
    return "{path}" if parameter[1] == "path" else "{}"
