"""`wsgen check`: is the schema right, and is what was generated from it up to date?"""

from __future__ import annotations

from typing import Annotated

import typer

from wsgen.cli import report
from wsgen.cli.options import ConfigFile, Format, Out, OutputFormat, Quiet, Schemas
from wsgen.cli.outcomes import outcomes
from wsgen.cli.request import requests
from wsgen.diagnostics import Diagnostic
from wsgen.output.changes import ChangeSet


def check(
    schemas: Schemas = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    out: Out = None,
    config: ConfigFile = None,
    format: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Find mistakes in schemas, and packages that differ from what build would write."""
    found = outcomes(requests(schemas, config, out=out))
    diagnostics = [each for outcome in found for each in outcome.diagnostics]
    for outcome in found:
        if outcome.changes is not None:
            diagnostics += _drift(outcome.changes)
    texts = {name: text for outcome in found for name, text in outcome.texts.items()}
    report.show(diagnostics, texts, format=format)
    if not quiet:
        for outcome in found:
            report.summary(outcome, report.FOUND)
    raise typer.Exit(report.exit_code(diagnostics, strict=strict))


def _drift(changes: ChangeSet) -> list[Diagnostic]:
    name = changes.package.name
    found = [
        f"`{name}/{each.artifact.path}` is missing"
        if each.old is None
        else f"`{name}/{each.artifact.path}` differs from what the schema gives"
        for each in changes.writes
    ]
    found += [f"`{name}/{path}` is no longer generated" for path, _ in changes.removals]
    return [Diagnostic("WSG903", message, None, "run `wsgen build`") for message in found]
