"""The page of a whole run: `docs/speed.md`, and its plots."""

from __future__ import annotations

import os
import platform
import sys
import textwrap
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.bench.page import Plot, Section, Table

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
_PACKAGES: Final = (
    *("msgspec", "pydantic", "starlette", "fastapi", "litestar", "chanx", "uvicorn", "websockets"),
    *("uvloop", "granian", "hypercorn", "datamodel-code-generator"),
)
_HEAD: Final = """\
# Speed

What things cost, beside ASGI by hand and beside what else there is. Written by `uv run poe bench
--write`, from one run of everything; ratios travel, microseconds do not. The code is in
[tests/bench](../tests/bench)."""


def page(sections: Sequence[Section]) -> str:
    """The whole of it, the goals first."""
    goals = [goal.row for section in sections for goal in section.goals]
    parts = [
        _HEAD,
        _machine(),
        "## Goals",
        str(Table(["", "goal", "measured", "reached"], goals)),
        *map(str, sections),
    ]
    return "\n\n".join(parts) + "\n"


def write(sections: Sequence[Section]) -> None:
    """Write the page and its plots."""
    (DOCS / "speed.md").write_text(page(sections), encoding="utf-8")
    for section in sections:
        for plot in section.plots:
            _draw(plot)


def _machine() -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return textwrap.fill(
        f"{platform.python_implementation()} {platform.python_version()} on {sys.platform},"
        f" {_processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end of the"
        f" run (1 would be this run alone). {versions}.",
        width=100,
        break_on_hyphens=False,
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _draw(plot: Plot) -> None:
    """As SVG with text as text, and the same bytes for the same figures."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "wsgen"})
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3.5))
    for name, line in plot.lines.items():
        axes.plot(*zip(*line, strict=True), marker="o", label=name)
    axes.set(title=plot.title, xlabel=plot.x, ylabel=plot.y, xscale="log")
    if max(y for line in plot.lines.values() for _, y in line) > 100:
        axes.set(yscale="log")
    else:
        axes.set(ylim=(0, None))
    axes.legend()
    axes.grid(visible=True, alpha=0.3)
    figure.savefig(DOCS / f"speed-{plot.name}.svg", metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)
