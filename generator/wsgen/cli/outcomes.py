"""Schemas → outcomes, as `build` and `check` need them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wsgen import pipeline
from wsgen.cli import report
from wsgen.cli.request import Request, refuse, request
from wsgen.pipeline import Outcome, TooOld
from wsgen.source import Unreadable

if TYPE_CHECKING:
    from wsgen.ir.api import Api


def outcomes(requests: Sequence[Request]) -> list[Outcome]:
    """What each schema comes to; exits where one cannot be looked at."""
    found: list[Outcome] = []
    packages: dict[Path, str] = {}
    for each in requests:
        try:
            found.append(pipeline.build(each.schema, each.name, each.out))
        except (Unreadable, TooOld) as error:
            refuse(str(error))
        changes = found[-1].changes
        if changes is not None:
            first = packages.setdefault(changes.package.resolve(), each.name)
            if first != each.name:
                refuse(f"{first} and {each.name} would be generated into one package")
    return found


def understood(schema: Path | None, config: Path | None) -> Api:
    """The API of the one schema that is asked for; exits where it has errors."""
    wanted = request(schema, config)
    try:
        found = pipeline.understand(wanted.schema, wanted.name)
    except Unreadable as error:
        refuse(str(error))
    report.show(found.diagnostics, found.texts, stream=sys.stderr)
    if found.api is None:
        report.failed(wanted.name, found.diagnostics)
        raise typer.Exit(report.exit_code(found.diagnostics))
    return found.api
