"""The semantic rules, one a file: each looks at the whole API and reports what it finds."""

from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.resolve.rules import (
    ambiguous_routes,
    ambiguous_unions,
    close_codes,
    endless_records,
    envelope_fields,
    kinds,
    late_bounds,
    needs_one_type,
    one_spelling,
    parameter_types,
    raw_payloads,
    reserved_names,
    subprotocols,
    subscriptions,
    unheard_topics,
    unique_tags,
)

_RULES: Final = (
    one_spelling.check,
    reserved_names.check,
    unique_tags.check,
    envelope_fields.check,
    ambiguous_unions.check,
    endless_records.check,
    close_codes.check,
    kinds.check,
    raw_payloads.check,
    late_bounds.check,
    parameter_types.check,
    needs_one_type.check,
    subprotocols.check,
    ambiguous_routes.check,
    subscriptions.check,
    unheard_topics.check,
)


def check_all(api: Api, found: Collector) -> None:
    """Run every rule."""
    for rule in _RULES:
        rule(api, found)
