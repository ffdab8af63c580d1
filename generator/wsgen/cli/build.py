"""`wsgen build`: schemas → packages."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from wsgen.cli import report
from wsgen.cli.options import ConfigFile, Format, Out, OutputFormat, Quiet, Schemas, Verbose
from wsgen.cli.outcomes import outcomes
from wsgen.cli.request import refuse, requests
from wsgen.output.apply import apply
from wsgen.output.changes import ChangeSet
from wsgen.output.diff import diff as as_diff


def build(
    schemas: Schemas = None,
    *,
    diff: Annotated[bool, typer.Option("--diff", help="Print what would change.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    out: Out = None,
    config: ConfigFile = None,
    format: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Generate the package of each schema."""
    found = outcomes(requests(schemas, config, out))
    stream = sys.stderr if diff else sys.stdout
    diagnostics = [each for outcome in found for each in outcome.diagnostics]
    texts = {name: text for outcome in found for name, text in outcome.texts.items()}
    report.show(diagnostics, texts, format=format, stream=stream)
    writes = not (diff or dry_run)
    for outcome in found:
        if outcome.changes is not None:
            _carry_out(outcome.changes, show=diff, write=writes, verbose=verbose or dry_run)
        if not quiet:
            report.summary(outcome, report.DONE if writes else report.PLANNED)
    raise typer.Exit(report.exit_code(diagnostics))


def _carry_out(changes: ChangeSet, *, show: bool, write: bool, verbose: bool) -> None:
    if show:
        sys.stdout.write(as_diff(changes))
    if write:
        try:
            apply(changes)
        except OSError as error:
            refuse(f"cannot write {error.filename}: {error.strerror}; nothing was changed")
    if verbose:
        _name_files(changes)


def _name_files(changes: ChangeSet) -> None:
    for each in changes.writes:
        print(f"write {changes.package.name}/{each.artifact.path}", file=sys.stderr)
    for path, _ in changes.removals:
        print(f"remove {changes.package.name}/{path}", file=sys.stderr)
