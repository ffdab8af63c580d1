"""`wsgen schema`: the JSON Schema of schemas."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from wsgen.cli import report
from wsgen.cli.request import refuse
from wsgen.output.place import shown
from wsgen.source import Unreadable


def schema(
    schema: Annotated[
        Path | None,
        typer.Argument(metavar="SCHEMA", help="A schema file whose names are offered too."),
    ] = None,
) -> None:
    """Print the JSON Schema of schema.yaml, for editors."""
    from wsgen.schema import json_schema, json_schema_text

    found = json_schema() if schema is None else _with_names(schema)
    sys.stdout.write(json_schema_text(found))


def _with_names(schema: Path) -> dict[str, object]:
    """What is right of the schema is enough; exits where it cannot be read at all."""
    from wsgen.schema import json_schema_for, load

    name = shown(schema)
    try:
        loaded = load(schema, name)
    except Unreadable as error:
        refuse(str(error))
    if not loaded.units:
        texts = {each.name: each.text for each in loaded.sources}
        report.show(loaded.diagnostics, texts, stream=sys.stderr)
        report.failed(name, loaded.diagnostics)
        raise typer.Exit(report.exit_code(loaded.diagnostics))
    return json_schema_for(loaded.units)
