"""What a rule is: the code of a finding, and the page that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: errors stop the build, warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code stands for.

    Attributes:
        name: a short title.
        why: what goes wrong without the rule.
        fix: what to do.
        example: a piece of a schema that breaks the rule; empty for files that wsgen writes.
        fixed: the same piece, corrected.
    """

    code: str
    name: str
    why: str
    fix: str
    example: str = ""
    fixed: str = ""
    severity: Severity = Severity.ERROR
