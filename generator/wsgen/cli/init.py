"""`wsgen init`: a project to begin with."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from wsgen import pipeline
from wsgen.cli.request import refuse
from wsgen.cli.summary import count
from wsgen.output.place import shown

_HERE = Path()


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or empty folder; by default this one.")
    ] = _HERE,
) -> None:
    """Begin a project: schema, application, tests, CI job and pre-commit hook."""
    _refuse_occupied(folder)
    name, files = _project(Path(os.path.abspath(folder)).name)
    try:
        for path, data in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    except OSError as error:
        refuse(f"cannot write {error.filename}: {error.strerror}")
    steps = ['pip install -e ".[dev]"', "pytest"]
    if folder != _HERE:
        steps.insert(0, f"cd {shlex.quote(shown(folder))}")
    print(f"{name}: {count(len(files), 'file')}; next: {' && '.join(steps)}", file=sys.stderr)


def _refuse_occupied(folder: Path) -> None:
    """A repository without files is empty."""
    try:
        found = sorted(each.name for each in folder.iterdir() if each.name != ".git")
    except FileNotFoundError:
        return
    except OSError as error:
        refuse(f"cannot use {shown(folder)}: {error.strerror}")
    if found:
        refuse(f"{shown(folder / found[0])} is in the way: init begins in an empty folder")


def _project(folder: str) -> tuple[str, dict[PurePosixPath, bytes]]:
    """The name of a project in such a folder; its files, and what is made of its schema."""
    from wsgen.schema import json_schema_for, json_schema_text, load
    from wsgen.starter import FOR_EDITORS, SCHEMA, BadName, project_files, project_name

    try:
        name = project_name(folder)
    except BadName as error:
        refuse(f"a package cannot be called after this folder: {error}")
    files = {path: text.encode() for path, text in project_files(name).items()}
    with TemporaryDirectory() as elsewhere:
        schema = Path(elsewhere, SCHEMA)
        schema.write_bytes(files[SCHEMA])
        outcome = pipeline.build(schema, str(SCHEMA), None)
        names = json_schema_for(load(schema, str(SCHEMA)).units)
    if outcome.changes is None:
        refuse(f"a package cannot be called after this folder: {outcome.diagnostics[0].message}")
    for each in outcome.changes.writes:
        files[PurePosixPath(name, each.artifact.path)] = each.artifact.data
    return name, files | {FOR_EDITORS: json_schema_text(names).encode()}
