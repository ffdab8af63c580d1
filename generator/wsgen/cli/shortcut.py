"""`wsgen build` where nothing has changed: told by digests, without a parser and any stage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wsgen.cli.request import requests
from wsgen.cli.summary import made, print_line
from wsgen.output.freshness import find_fresh


def nothing_to_build(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for packages that are all up to date; says so, if they are.

    Any option, and anything out of the ordinary, is left to the command itself.
    """
    if arguments[:1] != ["build"] or any(each.startswith("-") for each in arguments):
        return False
    asked = requests(list(map(Path, arguments[1:])), None)
    found = [find_fresh(each.schema, each.out) for each in asked]
    fresh = [each for each in found if each is not None]
    if len(fresh) < len(found):
        return False
    for each in fresh:
        print_line(made(each.name, each.totals, each.files))
    return True
