"""Findings as data, the table of rules, and what findings look like."""

from wsgen.diagnostics.diagnostic import (
    Collector,
    Diagnostic,
    closest,
    did_you_mean,
    has_errors,
    in_order,
)
from wsgen.diagnostics.rules import RULES, Rule, Severity

__all__ = [
    "RULES",
    "Collector",
    "Diagnostic",
    "Rule",
    "Severity",
    "closest",
    "did_you_mean",
    "has_errors",
    "in_order",
]
