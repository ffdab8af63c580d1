"""WSG309: a subprotocol that no header can carry (RFC 6455, section 4.1: a token of RFC 9110)."""

from __future__ import annotations

import re
from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def check(api: Api, found: Collector) -> None:
    """Look at each subprotocol of each handler."""
    for handler in api.handlers:
        for index, name in enumerate(handler.subprotocols):
            at = handler.place(f"subprotocols.{index}")
            if not _TOKEN.fullmatch(name):
                help_ = "use a name such as `chat.v1`"
                found.report("WSG309", f"`{name}` is not a subprotocol", at, help=help_)
            elif name in handler.subprotocols[:index]:
                found.report("WSG309", f"`{name}` stands twice", at, help="remove one of them")
