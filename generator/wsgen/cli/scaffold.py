"""`wsgen scaffold`: the application's handler classes, begun and completed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from wsgen import pipeline
from wsgen.cli import report
from wsgen.cli.options import ConfigFile, OutputFormat, Quiet, Write
from wsgen.cli.report import Format
from wsgen.cli.request import Request, refuse, requests
from wsgen.cli.summary import count, print_line
from wsgen.diagnostics import Diagnostic, did_you_mean, in_order
from wsgen.output.apply import write as put
from wsgen.output.changes import ChangeSet
from wsgen.output.diff import file_diff
from wsgen.output.place import shown
from wsgen.source import Unreadable

if TYPE_CHECKING:
    from wsgen.ir.api import Api


def scaffold(
    handlers: Annotated[
        list[str] | None,
        typer.Argument(metavar="HANDLER", help="Handlers by name; by default all of them."),
    ] = None,
    *,
    write: Write = None,
    config: ConfigFile = None,
    format: OutputFormat = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Begin and complete your handler classes: shows what it would add."""
    asked = requests(None, config)
    found: list[Diagnostic] = []
    texts: dict[str, str] = {}
    understood = list(_understand(asked, found, texts))
    _check_names(handlers or [], [api for _, api in understood], complete=not found)
    for request, api in understood:
        done = _scaffolded(request, api, handlers or [])
        _carry_out(done.changes, write)
        found += (*done.diagnostics, *(done.behind if write is False else ()))
        texts |= done.texts
        if not quiet:
            print_line(_summary(api, done.changes, write))
    stream = sys.stderr if write is None else sys.stdout
    report.show(in_order(found), texts, format=format, stream=stream)
    raise typer.Exit(report.exit_code(found))


def _understand(
    asked: Sequence[Request], found: list[Diagnostic], texts: dict[str, str]
) -> Iterator[tuple[Request, Api]]:
    """The schemas that can be understood; what is wrong with the others is a finding."""
    for each in asked:
        try:
            understood = pipeline.understand(each.schema, each.name)
        except Unreadable as error:
            refuse(str(error))
        texts |= understood.texts
        if understood.api is None:
            found += understood.diagnostics
        else:
            yield each, understood.api


def _check_names(names: Sequence[str], apis: Sequence[Api], *, complete: bool) -> None:
    known = {each.name.written for api in apis for each in api.handlers}
    for name in names:
        if complete and name not in known:
            hint = did_you_mean(name, known)
            refuse(f"there is no handler {name}" + (f"; {hint}" if hint else ""))


def _scaffolded(request: Request, api: Api, names: Sequence[str]) -> pipeline.Scaffolded:
    package = pipeline.package_of(api, request.schema, request.out)
    try:
        return pipeline.scaffold(api, package, request.handlers, only=names)
    except OSError as error:
        refuse(f"cannot read {error.filename}: {error.strerror}")


def _carry_out(changes: ChangeSet, write: bool | None) -> None:
    if write is None:
        for each in changes.writes:
            name = shown(changes.package / each.artifact.path)
            sys.stdout.writelines(file_diff(name, each.old, each.artifact.data))
    if write:
        try:
            put(changes)
        except OSError as error:
            refuse(f"cannot write {error.filename}: {error.strerror}; nothing was changed")


def _summary(api: Api, changes: ChangeSet, write: bool | None) -> str:
    """`chat: 3 handlers → 1 file to complete, 1 file to begin`"""
    old = sum(each.old is not None for each in changes.writes)
    words = ("completed", "begun") if write else ("to complete", "to begin")
    counts = zip((old, len(changes.writes) - old), words, strict=True)
    parts = [f"{count(number, 'file')} {word}" for number, word in counts if number]
    what = ", ".join(parts) or "nothing to do"
    return f"{api.name.written}: {count(len(api.handlers), 'handler')} → {what}"
