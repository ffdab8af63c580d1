"""WSG301: a close code that an application may not use, or a reason that does not fit a frame.

RFC 6455, sections 5.5 and 7.4.2: 4000–4999 are for applications, and a close frame holds at most
125 bytes, two of which are the code.
"""

from __future__ import annotations

from functools import cache
from typing import Final, cast

import yaml

from wsgen._resources import data_root
from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, CloseCode

_MAX_REASON: Final = 123


def check(api: Api, found: Collector) -> None:
    """Look at each declared code, and for the same number twice."""
    seen: dict[int, CloseCode] = {}
    for code in api.close_codes:
        _number(code, found)
        size = len(code.reason.encode())
        if size > _MAX_REASON:
            message = f"the reason has {size} bytes, at most {_MAX_REASON} fit"
            help_ = "shorten it: a client shows its own text"
            found.report("WSG301", message, code.place("reason"), help=help_)
        if code.status is not None and not 400 <= code.status <= 599:
            message = f"{code.status} is no HTTP status of a refusal"
            found.report("WSG301", message, code.place("status"), help="give one from 400 to 599")
        first = seen.setdefault(code.code, code)
        if first is not code:
            related = ((first.place("code"), "first given here"),)
            help_ = "give each its own number"
            message = f"{code.code} is used twice"
            found.report("WSG301", message, code.place("code"), help=help_, related=related)


def _number(code: CloseCode, found: Collector) -> None:
    if 4000 <= code.code <= 4999:
        return
    name = registered().get(code.code)
    message = f"{code.code} is not for applications"
    if name is not None:
        message = f"{code.code} is registered as {name}, and not for applications"
    found.report("WSG301", message, code.place("code"), help="choose a number from 4000 to 4999")


@cache
def registered() -> dict[int, str]:
    """The names of the registered codes; read when one of them is declared, which is rare."""
    text = (data_root("schemas") / "close_codes.yaml").read_text("utf-8")
    rows = cast("list[dict[str, object]]", yaml.safe_load(text))
    return {cast("int", row["code"]): str(row["name"]) for row in rows}
