"""`wsgen check`: is the schema right, and is what was generated from it up to date?"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from wsgen.cli import report
from wsgen.cli.options import ConfigFile, Out, OutputFormat, Quiet, Schemas
from wsgen.cli.outcomes import outcomes
from wsgen.cli.report import Format
from wsgen.cli.request import requests
from wsgen.diagnostics import Diagnostic
from wsgen.output.changes import ChangeSet
from wsgen.output.place import shown
from wsgen.source import Span


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
    asked = requests(schemas, config, out=out)
    found = outcomes(asked)
    diagnostics = [each for outcome in found for each in outcome.diagnostics]
    for request, outcome in zip(asked, found, strict=True):
        if outcome.changes is not None:
            schema = request.name if schemas else None
            diagnostics += _drift(outcome.changes, _build(schema, out, config))
    texts = {name: text for outcome in found for name, text in outcome.texts.items()}
    report.show(diagnostics, texts, format=format)
    if not quiet:
        for outcome in found:
            report.summary(outcome, report.FOUND)
    raise typer.Exit(report.exit_code(diagnostics, strict=strict))


def _build(schema: str | None, out: Path | None, config: Path | None) -> str:
    """The command that mends it, with what this one was given."""
    words = ["wsgen", "build", *((schema,) if schema else ())]
    words += ["--out", str(out)] if out else []
    words += ["--config", str(config)] if config else []
    return shlex.join(words)


def _drift(changes: ChangeSet, command: str) -> list[Diagnostic]:
    found = [
        (
            each.artifact.path,
            "is missing" if each.old is None else "differs from what the schema gives",
        )
        for each in changes.writes
    ]
    found += [(path, "is no longer generated") for path, _ in changes.removals]
    named = [(shown(changes.package / path), what) for path, what in found]
    return [
        Diagnostic("WSG903", f"`{name}` {what}", Span.start_of(name), f"run `{command}`")
        for name, what in named
    ]
