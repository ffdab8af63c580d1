"""Where the time of a message goes, in generated listeners."""

from __future__ import annotations

import asyncio
import cProfile
import pstats
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.bench.contenders import GENERATED
from tests.bench.page import Effort, Section, Table
from tests.bench.playing import per_message
from tests.bench.rows import LISTENER

_MESSAGES: Final = 2_000
_FUNCTIONS: Final = 12
_ROOT: Final = Path(__file__).resolve().parents[2]
_DRIVER: Final = Path(__file__).with_name("playing.py")
_ABOUT: Final = """\
A message of the typed listener, from one run under cProfile, which adds the same to each call:
shares are those of many small functions rather than of few big ones. A function that waits counts
as called again when it goes on. What drives the application is left out."""


def measured(effort: Effort) -> Section:
    """The functions that take most of it."""
    profile = cProfile.Profile(time.process_time)
    app, says = GENERATED.make(), GENERATED.says(LISTENER)
    profile.enable()
    asyncio.run(per_message(app, LISTENER, says, _MESSAGES))
    profile.disable()
    found = _functions(profile)
    total = sum(seconds for _, seconds in found.values())
    most = sorted(found.items(), key=lambda each: -each[1][1])[:_FUNCTIONS]
    rows = [
        [f"`{name}`", f"{calls / _MESSAGES:.2f}", f"{seconds / total:.0%}"]
        for name, (calls, seconds) in most
    ]
    table = Table(["function", "calls per message", "share of time"], rows)
    return Section("Where the time goes", [_ABOUT, table])


def _functions(profile: cProfile.Profile) -> Mapping[str, tuple[int, float]]:
    """Calls and seconds of each function, without those that it calls."""
    found: dict[str, tuple[int, float]] = {}
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, object]]
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, function), (_, calls, seconds, _, _) in stats.items():
        path = Path(file)
        if path == _DRIVER or calls < _MESSAGES / 4:
            continue
        name = f"{path.relative_to(_ROOT)}: {function}" if path.is_relative_to(_ROOT) else function
        before = found.get(name, (0, 0.0))
        found[name] = (before[0] + calls, before[1] + seconds)
    return found
