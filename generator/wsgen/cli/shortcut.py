"""`wsgen build` where nothing has changed: told by digests, without a parser and any stage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from wsgen.cli.report import show
from wsgen.cli.request import requests
from wsgen.cli.summary import made, print_line
from wsgen.output.freshness import find_fresh

_QUIET: Final = {"-q", "--quiet"}


def nothing_to_build(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for packages that are all up to date; says so, if they are.

    Any other option, and anything out of the ordinary, is left to the command itself.
    """
    command, *rest = arguments or [""]
    schemas = [Path(each) for each in rest if each not in _QUIET]
    if command != "build" or any(str(each).startswith("-") for each in schemas):
        return False
    found = [find_fresh(each.schema, each.name, each.out) for each in requests(schemas, None)]
    fresh = [each for each in found if each is not None]
    if len(fresh) < len(found):
        return False
    texts = {name: text for each in fresh for name, text in each.texts.items()}
    show([finding for each in fresh for finding in each.warnings], texts)
    if len(schemas) == len(rest):
        for each in fresh:
            print_line(made(each.name, each.totals, each.files))
    return True
