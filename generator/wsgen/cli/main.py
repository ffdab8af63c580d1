"""From `sys.argv` to an exit code. What a command needs is imported when it runs."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

INTERNAL: Final = 3
INTERRUPTED: Final = 130


def main() -> NoReturn:
    """The entry point."""
    gc.disable()  # a command is short and needs most of what it makes to its end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command line."""
    try:
        return _run(list(arguments))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence()
        return 1
    except Exception as error:  # whatever it is, the user gets a short text
        _apologize(error, verbose=not {"-v", "--verbose"}.isdisjoint(arguments))
        return INTERNAL


def _run(arguments: list[str]) -> int:
    from wsgen.cli.shortcut import nothing_to_build

    if nothing_to_build(arguments):
        return 0
    from wsgen.cli.commands import parse

    parse(arguments)
    return 0


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
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
