"""Measure what was asked for, and print it as a page."""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from typing import Final

from tests.bench.page import FULL, QUICK, Section
from tests.bench.report import page, write

SECTIONS: Final = (
    *("in_process", "profile", "routing", "memory", "broadcast", "wire", "generator", "scaling"),
)
"""Modules with a function `measured`, in the order of the page."""


def main() -> int:
    """Measure, print, and write the page if all of it was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("section", nargs="*", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="few rounds, small numbers")
    parser.add_argument("--write", action="store_true", help="write docs/speed.md, of everything")
    given = parser.parse_args()
    names = given.section or list(SECTIONS)
    if set(names) - set(SECTIONS):
        parser.error(f"no such section; there are {', '.join(SECTIONS)}")
    if given.write and (given.quick or names != list(SECTIONS)):
        parser.error("the page is that of a whole run: --write goes with nothing else")
    sections: list[Section] = []
    for name in names:
        began = time.monotonic()
        sections.append(
            import_module(f"tests.bench.{name}").measured(QUICK if given.quick else FULL)
        )
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    if given.write:
        write(sections)
    print(page(sections))
    return 0


if __name__ == "__main__":
    sys.exit(main())
