"""`wsgen explain`: the page of a finding."""

from __future__ import annotations

from typing import Annotated

import typer

from wsgen.cli.request import refuse


def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Such as WSG204.")],
) -> None:
    """Say what a finding means: why it is one, and how to mend it."""
    from wsgen.diagnostics import RULES, Rule, did_you_mean

    def page(rule: Rule) -> str:
        parts = [f"{rule.code}: {rule.name} ({rule.severity.value})", rule.why]
        parts += [f"For example:\n\n{_indented(rule.example)}"] if rule.example else []
        parts += [f"Fix: {rule.fix}"]
        parts += [_indented(rule.fixed)] if rule.fixed else []
        return "\n\n".join(parts)

    rule = RULES.get(code.upper())
    if rule is None:
        hint = did_you_mean(code.upper(), RULES)
        refuse(f"there is no {code}" + (f"; {hint}" if hint else ""))
    print(page(rule))


def _indented(text: str) -> str:
    lines = text.strip("\n").split("\n")
    return "\n".join(f"    {line}".rstrip() for line in lines)
