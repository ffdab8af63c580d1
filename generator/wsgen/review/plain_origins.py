"""WSG504: an allowed page that travels without TLS, so that anybody on the way can change it."""

from __future__ import annotations

import re
from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api

_PLAIN: Final = re.compile(r"http://(?!(localhost|127\.[0-9.]+|\[::1\])(:|$))")
"""Over HTTP, and from elsewhere than this machine."""


def check(api: Api, found: Collector) -> None:
    """Look at each origin of each handler."""
    for handler in api.handlers:
        if isinstance(handler.origins, str):
            continue
        for index, origin in enumerate(handler.origins):
            if _PLAIN.match(origin):
                message = f"a page of `{origin}` can be changed on its way to the visitor"
                at = handler.place(f"origins.{index}")
                found.report("WSG504", message, at, help="serve it over https, and write so")
