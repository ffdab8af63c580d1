"""docs/rules.md: the pages of all rules, as `wsgen explain` shows them one by one."""

from __future__ import annotations

from pathlib import Path

from wsgen.diagnostics import RULES, Rule

RULES_PAGE = Path(__file__).resolve().parents[1] / "docs" / "rules.md"

HEAD = """\
# Rules

<!-- Made from generator/wsgen/diagnostics/pages by `uv run poe generate`. -->

What wsgen finds, by code. Codes are stable: none is ever given another meaning.
`wsgen explain CODE` shows the same page. Errors stop the build. Warnings are printed, and fail with
`wsgen check --strict`; those of style and security can be
[ignored for a reason](commands.md#answer-a-warning).
"""
GROUPS = {
    "WSG0": "YAML and shape",
    "WSG1": "Names and imports",
    "WSG2": "Types",
    "WSG3": "Handlers, routes and close codes",
    "WSG4": "Style",
    "WSG5": "Security",
    "WSG7": "Your own handlers",
    "WSG9": "Generated files",
}


def rules_page() -> str:
    """The text of docs/rules.md."""
    parts = [HEAD, _contents()]
    for prefix, title in GROUPS.items():
        rules = [rule for code, rule in sorted(RULES.items()) if code.startswith(prefix)]
        parts += [f"## {title}\n", *map(_section, rules)]
    return "\n".join(parts)


def _contents() -> str:
    rows = (
        f"| [{code}](#{code.lower()}) | {rule.name} | {rule.severity.value} |"
        for code, rule in sorted(RULES.items())
    )
    return "\n".join(("| | | |", "|---|---|---|", *rows, ""))


def _section(rule: Rule) -> str:
    """A heading that is an anchor for the code alone, and the page below it."""
    parts = [f"### {rule.code}", f"**{rule.name[0].upper()}{rule.name[1:]}.** {rule.why}"]
    parts += [_yaml(rule.example)] if rule.example else []
    parts += [f"Fix: {rule.fix}"]
    parts += [_yaml(rule.fixed)] if rule.fixed else []
    return "\n\n".join(parts) + "\n"


def _yaml(text: str) -> str:
    return f"```yaml\n{text}```"
