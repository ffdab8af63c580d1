"""The tables of docs/servers.md, from what the tests expect: `python -m tests.servers.page`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.servers.deviations import DEVIATIONS
from tests.servers.matrix import CHECKS
from tests.servers.processes import COMMANDS

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "servers.md"
COMMAND: Final = "uv run python -m tests.servers.page"
_PART: Final = re.compile(r"(<!-- (?!end)(\w+) -->\n).*?(?=<!-- end -->\n)", re.DOTALL)


def with_tables(text: str) -> str:
    """The page with its tables as they have to be."""
    tables = {"commands": commands(), "matrix": matrix(), "deviations": deviations()}
    return _PART.sub(lambda part: f"{part[1]}\n{tables[part[2]]}\n", text)


def commands() -> str:
    """Which versions were tested, started how."""
    return _table(
        ("Name here", "Version", "Command"),
        (
            (name, version(command.package), f"`{_filled(command.recommended)}`")
            for name, command in COMMANDS.items()
        ),
    )


def _filled(command: str) -> str:
    return command.replace("APP", "app:app").replace("SECONDS", "15")


def matrix() -> str:
    """A line for each check, a column for each server."""
    rows = (
        (sentence, *("own" if check in DEVIATIONS[name] else "yes" for name in COMMANDS))
        for check, sentence in CHECKS.items()
    )
    return _table(("", *COMMANDS), rows)


def deviations() -> str:
    """What is behind each `own`; where one cause has several effects, under one heading."""
    parts: list[str] = []
    for name in COMMANDS:
        causes: dict[tuple[str, str], list[str]] = {}
        for check, deviation in DEVIATIONS[name].items():
            causes.setdefault((deviation.effect, deviation.because), []).append(CHECKS[check])
        parts.append(f"### {name}\n\n{''.join(_bullets(causes))}")
    return "\n".join(parts)


def _bullets(causes: Mapping[tuple[str, str], list[str]]) -> Iterator[str]:
    for (effect, because), sentences in causes.items():
        yield f"- {effect} Cause: {because}.\n"
        yield from (f"  - instead of: {sentence}\n" for sentence in sentences)


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
