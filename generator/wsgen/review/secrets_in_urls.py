"""WSG501: a parameter that looks like a secret stands in the URL."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Parameter, Source
from wsgen.ir.names import Name

_IN_URL: Final = {Source.PATH, Source.QUERY}
_SECRETS: Final = {
    "apikey", "auth", "authorization", "bearer", "credential", "credentials", "jwt", "passphrase",
    "passwd", "password", "pwd", "secret", "token",
}  # fmt: skip
_PAIRS: Final = {("access", "key"), ("api", "key"), ("private", "key"), ("session", "id")}


def check(api: Api, found: Collector) -> None:
    """Look at what parameters of paths and queries are called, here and on the wire."""
    for handler in api.handlers:
        for parameter in handler.parameters:
            if parameter.source in _IN_URL and _is_secret(parameter):
                message = f"`{parameter.wire}` stands in the URL, which servers and proxies log"
                help_ = "take a cookie or a header, or a ticket that is good for one opening"
                found.report("WSG501", message, parameter.at, help=help_)


def _is_secret(parameter: Parameter) -> bool:
    for words in (parameter.name.words, Name.of(parameter.wire).words):
        if not _SECRETS.isdisjoint(words) or not _PAIRS.isdisjoint(pairwise(words)):
            return True
    return False
