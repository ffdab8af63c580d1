"""The benchmarks measure applications that do the same, and the page has what it shows."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from tests.bench.clients import _first, frame
from tests.bench.page import Goal, Plot, Section, Spread, Table
from tests.bench.report import DOCS

CHECK = """
import asyncio
from tests.bench.contenders import CONTENDERS
from tests.bench.in_process import checked

async def main() -> None:
    for each in CONTENDERS:
        await checked(each, each.make())

asyncio.run(main())
"""


@pytest.mark.slow
def test_every_contender_answers_what_the_others_answer() -> None:
    # In a process of its own: what chanx knows of messages is known to the whole of one.
    subprocess.run([sys.executable, "-c", CHECK], check=True, cwd=DOCS.parent)


def test_the_page_shows_the_plots_that_are_there() -> None:
    shown = re.findall(r"\((speed-\w+\.svg)\)", (DOCS / "speed.md").read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(path.name for path in DOCS.glob("speed-*.svg"))


def test_a_goal_is_reached_up_to_its_bound() -> None:
    assert Goal(what="x", value=1.2, bound=1.2, unit="×").row == ["x", "≤ 1.2 ×", "1.20 ×", "yes"]
    assert Goal(what="x", value=1.21, bound=1.2).row[-1] == "**no**"


def test_a_spread_is_a_median_between_quartiles() -> None:
    assert str(Spread.of([1.0, 2.0, 3.0, 40.0, 500.0])) == "3.00 (2.00–40.0)"


def test_a_section_is_markdown() -> None:
    plot = Plot(name="size", title="Size", x="bytes", y="µs")
    section = Section("Title", ["Prose.", Table(["", "a"], [["row", "1"]]), plot])
    assert str(section) == (
        "## Title\n\nProse.\n\n|  | a |\n| --- | ---: |\n| row | 1 |\n\n![Size](speed-size.svg)"
    )
    assert section.plots == [plot]


@pytest.mark.parametrize("size", [0, 125, 126, 65_535])
def test_frames_have_the_length_that_rfc_6455_gives_them(size: int) -> None:
    sent = frame("x" * size)
    length = sent[1] & 0x7F
    assert sent[1] & 0x80
    assert size == (length if length < 126 else int.from_bytes(sent[2:4], "big"))
    head = bytes([0x81, length]) + (b"" if length < 126 else sent[2:4])
    unmasked = head + b"x" * size
    assert _first(unmasked) == len(unmasked)
    assert _first(unmasked[:-1]) is None or size == 0
