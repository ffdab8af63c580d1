"""All advice on a schema that has no errors, less what its author has answered in comments."""

from __future__ import annotations

from collections.abc import Sequence

from wsgen.diagnostics import Collector, Diagnostic
from wsgen.ir.api import Api
from wsgen.review import foreign_pages, open_handlers, plain_origins, secrets_in_urls, unused
from wsgen.review.ignores import heeded
from wsgen.schema import Unit


def review(api: Api, units: Sequence[Unit]) -> tuple[Diagnostic, ...]:
    """What is to be said of an API and the files that it was written in."""
    found = Collector()
    unused.check(units, found)
    for rule in (secrets_in_urls, open_handlers, foreign_pages, plain_origins):
        rule.check(api, found)
    return heeded(found.diagnostics, units)
