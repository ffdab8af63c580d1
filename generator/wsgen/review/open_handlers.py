"""WSG502: anybody may send as much as they like."""

from __future__ import annotations

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api


def check(api: Api, found: Collector) -> None:
    """Look at handlers that nobody stands before: no guard, and no provider that could refuse.

    The size of a message is bounded by default, how many there are is not.
    """
    for handler in api.handlers:
        is_open = not handler.guards and not handler.dependencies
        if is_open and handler.from_client is not None and handler.limits.rate is None:
            message = f"anybody may send to `{handler.name.written}` as fast as they like"
            help_ = "add `limits: {rate: 20/s}`, or a guard"
            found.report("WSG502", message, handler.at, help=help_)
