"""WSG304: two paths match the same requests, so that one handler could never be reached."""

from __future__ import annotations

import re
from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.source import Span

_PARAMETER: Final = re.compile(r"\{[^}:]*(:path)?[^}]*\}")


def check(api: Api, found: Collector) -> None:
    """Compare paths with their parameters blanked out; a trailing slash makes no difference."""
    seen: dict[str, tuple[str, Span]] = {}
    for handler in api.handlers:
        for path in handler.paths:
            shape = _PARAMETER.sub(lambda match: "{path}" if match[1] else "{}", path).rstrip("/")
            first, place = seen.setdefault(shape, (path, handler.at))
            if place is not handler.at or first != path:
                message = f"`{path}` and `{first}` match the same requests"
                found.report("WSG304", message, handler.at, related=((place, "the other one"),))
