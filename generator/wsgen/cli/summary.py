"""The line at the end, on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

from wsgen.output.manifest import Totals

_start = time.perf_counter()


def start_again() -> None:
    """Count the time from here: another build begins."""
    global _start
    _start = time.perf_counter()


def made(name: str, totals: Totals, files: int, *, changes: Iterable[tuple[int, str]] = ()) -> str:
    """`chat: 7 messages, 3 handlers → 9 files (2 changed, 1 removed)`"""
    what = ", ".join(f"{number} {word}" for number, word in changes if number) or "unchanged"
    parts = f"{count(totals.messages, 'message')}, {count(totals.handlers, 'handler')}"
    return f"{name}: {parts} → {count(files, 'file')} ({what})"


def print_line(text: str) -> None:
    """A line, with the time that it took."""
    elapsed = round((time.perf_counter() - _start) * 1000)
    print(f"{text} in {elapsed} ms", file=sys.stderr)


def count(number: int, word: str) -> str:
    """`1 file`, `2 files`"""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
