"""`wsgen build`: schemas → packages."""

from __future__ import annotations

import sys

import typer

from wsgen.cli import report
from wsgen.cli.options import (
    ConfigFile,
    Loud,
    Out,
    OutputFormat,
    Preview,
    Schemas,
    Watch,
)
from wsgen.cli.outcomes import outcomes
from wsgen.cli.report import Format
from wsgen.cli.request import refuse, requests
from wsgen.output.apply import apply
from wsgen.output.changes import ChangeSet
from wsgen.output.diff import diff
from wsgen.output.place import shown
from wsgen.pipeline import Outcome


def build(
    schemas: Schemas = None,
    *,
    preview: Preview = None,
    out: Out = None,
    config: ConfigFile = None,
    format: OutputFormat = Format.TEXT,
    loud: Loud = None,
    watch: Watch = False,
) -> None:
    """Generate the package of each schema."""

    def once() -> int:
        found = outcomes(requests(schemas, config, out=out))
        stream = sys.stderr if preview else sys.stdout
        diagnostics = [each for outcome in found for each in outcome.diagnostics]
        texts = {name: text for outcome in found for name, text in outcome.texts.items()}
        report.show(diagnostics, texts, format=format, stream=stream)
        for outcome in found:
            _finish(outcome, preview, loud)
        return report.exit_code(diagnostics)

    if watch:
        from wsgen.cli.watch import build_forever

        build_forever(once, schemas, config)
    raise typer.Exit(once())


def _finish(outcome: Outcome, preview: bool | None, loud: bool | None) -> None:
    """Change the files of one package, and say so."""
    if outcome.changes is not None:
        _carry_out(outcome.changes, preview)
        if loud or preview is False:
            _name_files(outcome.changes)
    if loud is not False:
        report.summary(outcome, report.DONE if preview is None else report.PLANNED)


def _carry_out(changes: ChangeSet, preview: bool | None) -> None:
    if preview:
        sys.stdout.write(diff(changes))
    if preview is None:
        try:
            apply(changes)
        except OSError as error:
            refuse(f"cannot write {error.filename}: {error.strerror}; nothing was changed")


def _name_files(changes: ChangeSet) -> None:
    for each in changes.writes:
        print(f"write {shown(changes.package / each.artifact.path)}", file=sys.stderr)
    for path, _ in changes.removals:
        print(f"remove {shown(changes.package / path)}", file=sys.stderr)
