"""WSG503: pages of any origin may connect with the cookies of their visitors."""

from __future__ import annotations

from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Handler, Source

_ON_PURPOSE: Final = {Source.QUERY, Source.HEADER}


def check(api: Api, found: Collector) -> None:
    """Look at handlers that are open to every page, and may know a visitor by cookies."""
    for handler in api.handlers:
        reader = _reader(handler) if handler.origins == "any" else None
        if reader is not None:
            message = f"any page may connect with its visitors' cookies, which {reader}"
            help_ = "list the origins of your pages"
            found.report("WSG503", message, handler.place("origins"), help=help_)


def _reader(handler: Handler) -> str | None:
    """What reads cookies, or may: providers and guards see the socket.

    A parameter that a page has to add on purpose is taken for what they know a client by.
    """
    sources = {each.source for each in handler.parameters}
    if Source.COOKIE in sources:
        return "this handler reads"
    known_by = (*handler.guards, *handler.dependencies)
    if not known_by or not sources.isdisjoint(_ON_PURPOSE):
        return None
    return f"`{known_by[0]}` may read"
