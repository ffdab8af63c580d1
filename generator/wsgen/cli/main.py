"""From `sys.argv` to an exit code. What a command needs is imported when it runs."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Final, NoReturn

import typer

from wsgen import __version__
from wsgen.cli.build import build
from wsgen.cli.check import check
from wsgen.cli.explain import explain
from wsgen.cli.ir import ir
from wsgen.cli.routes import routes
from wsgen.cli.schema import schema

INTERNAL: Final = 3
INTERRUPTED: Final = 130


def main() -> NoReturn:
    """The entry point."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command line."""
    try:
        typer.main.get_command(_app()).main(list(arguments), prog_name="wsgen")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence()
        return 1
    except Exception as error:  # noqa: BLE001  # whatever it is, the user gets a short text
        _apologize(error, verbose=not {"-v", "--verbose"}.isdisjoint(arguments))
        return INTERNAL
    return 0


def _app() -> typer.Typer:
    app = typer.Typer(
        help="Typed WebSocket APIs in Python from one schema.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for command in (build, check, routes, ir, schema, explain):
        app.command()(command)
    return app


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


def _apologize(error: Exception, *, verbose: bool) -> None:
    if verbose:
        import traceback

        traceback.print_exception(error)
    text = str(error).split("\n")[0]
    detail = f"{type(error).__name__}: {text}" if text else type(error).__name__
    hint = "" if verbose else " Run it again with -v for the details."
    print(f"wsgen: internal error: {detail}\nThis is a mistake of wsgen's.{hint}", file=sys.stderr)


def _silence() -> None:
    """Nobody reads stdout any more: do not fail again when it is flushed at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
