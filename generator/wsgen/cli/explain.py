"""`wsgen explain`: the page of a rule, or the list of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wsgen.cli.request import refuse

if TYPE_CHECKING:
    from wsgen.diagnostics import Rule


def explain(
    code: Annotated[
        str | None,
        typer.Argument(metavar="CODE", help="Such as WSG204; without it all are listed."),
    ] = None,
) -> None:
    """Say what a finding means: why it is one, and how to mend it."""
    from wsgen.diagnostics import RULES, did_you_mean

    if code is None:
        for each in sorted(RULES):
            print(_title(RULES[each]))
        return
    rule = RULES.get(code.upper())
    if rule is None:
        hint = did_you_mean(code.upper(), RULES)
        refuse(f"there is no {code}" + (f"; {hint}" if hint else ""))
    print(_page(rule))


def _title(rule: Rule) -> str:
    return f"{rule.code}: {rule.name} ({rule.severity.value})"


def _page(rule: Rule) -> str:
    parts = [_title(rule), rule.why]
    parts += [f"For example:\n\n{_indented(rule.example)}"] if rule.example else []
    parts += [f"Fix: {rule.fix}"]
    parts += [_indented(rule.fixed)] if rule.fixed else []
    return "\n\n".join(parts)


def _indented(text: str) -> str:
    lines = text.strip("\n").split("\n")
    return "\n".join(f"    {line}".rstrip() for line in lines)
