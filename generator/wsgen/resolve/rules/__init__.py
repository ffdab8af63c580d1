"""The semantic rules, one a file: each looks at the whole API and reports what it finds."""

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.resolve.rules import (
    ambiguous_routes,
    ambiguous_unions,
    close_codes,
    envelope_fields,
    kinds,
    one_spelling,
    parameter_types,
    raw_payloads,
    reserved_names,
    subprotocols,
    topics_pending,
    unique_tags,
)

_RULES = (
    one_spelling.check,
    reserved_names.check,
    unique_tags.check,
    envelope_fields.check,
    ambiguous_unions.check,
    close_codes.check,
    kinds.check,
    raw_payloads.check,
    parameter_types.check,
    subprotocols.check,
    ambiguous_routes.check,
    topics_pending.check,
)


def check_all(api: Api, found: Collector) -> None:
    """Run every rule."""
    for rule in _RULES:
        rule(api, found)
