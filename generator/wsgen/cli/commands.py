"""All commands, and the parser that finds them."""

from __future__ import annotations

from typing import Annotated

import typer

from wsgen import __version__
from wsgen.cli.build import build
from wsgen.cli.check import check
from wsgen.cli.explain import explain
from wsgen.cli.init import init
from wsgen.cli.ir import ir
from wsgen.cli.routes import routes
from wsgen.cli.scaffold import scaffold
from wsgen.cli.schema import schema


def parse(arguments: list[str]) -> None:
    """Run the command that the arguments name; exits with its code."""
    app = typer.Typer(
        help="Typed WebSocket APIs in Python from one schema.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for command in (init, build, check, scaffold, routes, ir, schema, explain):
        app.command()(command)
    typer.main.get_command(app).main(arguments, prog_name="wsgen")


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"wsgen {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    del version
