"""The table of rules: every code that a diagnostic may carry. Codes are stable for ever.

WSG0xx YAML and shape, 1xx names and imports, 2xx types, 3xx handlers, routes and close codes,
4xx style, 5xx security, 6xx compatibility, 7xx user code, 9xx output files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wsgen.diagnostics.pages import (
    advice,
    handlers,
    names,
    output,
    routes,
    shape,
    types,
    user_code,
)
from wsgen.diagnostics.rule import Rule, Severity

__all__ = ["RULES", "Rule", "Severity"]

RULES: Final[Mapping[str, Rule]] = {
    rule.code: rule
    for rule in (
        *shape.RULES,
        *names.RULES,
        *types.RULES,
        *routes.RULES,
        *handlers.RULES,
        *advice.RULES,
        *user_code.RULES,
        *output.RULES,
    )
}
