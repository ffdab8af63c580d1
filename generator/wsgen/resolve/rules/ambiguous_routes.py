"""WSG304: two paths match the same requests, so that one handler could never be reached."""

from __future__ import annotations

import re
from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.source import Span

_PARAMETER: Final = re.compile(r"\{[^}:]*(?::([a-z]+))?\}")


def check(api: Api, found: Collector) -> None:
    """Compare paths without the names of their parameters, and without a slash at the end.

    Of two converters in one place the stricter one is tried first, so they are not in each
    other's way.
    """
    seen: dict[str, tuple[str, Span]] = {}
    for handler in api.handlers:
        for path in handler.paths:
            shape = _PARAMETER.sub(lambda match: f"{{{match[1] or 'str'}}}", path).rstrip("/")
            if shape in seen:
                other, place = seen[shape]
                message = f"`{path}` and `{other}` match the same requests"
                related = ((place, "the other one"),)
                found.report("WSG304", message, handler.place("path"), related=related)
            seen.setdefault(shape, (path, handler.place("path")))
