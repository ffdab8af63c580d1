"""Fast enough for every commit, in CPU time of this process."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.generator.support import run_text
from tests.timing import least, slowness

from wsgen import pipeline

HANDLERS = 20
SCHEMA = (
    "wsgen: 1\napi: {name: chat}\nmessages: {Say: {}, Said: {}, Typing: {}}\nhandlers:\n"
    + "".join(
        f"  h{number}:\n    kind: listener\n    path: /{number}\n"
        "    from_client: {Say: {reply: Said}, Typing: {}}\n"
        for number in range(HANDLERS)
    )
)
BODY = '''
    async def helper_{number}(self, first: int, second: str = "{number}") -> dict[str, int]:
        """What it does, in a line."""
        # Why it does so.
        found = {{"first": first}}
        for each in second.split(","):
            if each and first > {number}:
                found[each] = len(each) + first
        return found
'''


def source() -> str:
    """2,000 lines of handlers, each of which lacks a method and has another annotated wrongly."""
    lines = ["from chat import messages as m"]
    lines += [f"from chat.handlers.h{number} import H{number}Handler" for number in range(HANDLERS)]
    for number in range(HANDLERS):
        lines += ["", "", f"class H{number}(H{number}Handler):"]
        for helper in range(11):
            lines += BODY.format(number=helper).rstrip("\n").split("\n")
        lines += ["", "    async def on_say(self, message: m.Typing, /) -> m.Said:"]
        lines += ["        return m.Said()"]
    return "\n".join(lines) + "\n"


@pytest.mark.slow
def test_two_thousand_lines_take_half_a_second_and_a_tenth_when_done(tmp_path: Path) -> None:
    api = run_text(SCHEMA).good
    path = tmp_path / "app.py"
    path.write_text(source())
    assert len(source().splitlines()) > 2000

    def work() -> pipeline.Scaffolded:
        return pipeline.scaffold(api, tmp_path / "chat", path)

    done = work()
    assert len(done.behind) == 2 * HANDLERS
    assert least(work, of=5) < 0.5 * slowness()
    (write,) = done.changes.writes
    path.write_bytes(write.artifact.data)
    assert not work().changes
    assert least(work, of=5) < 0.1 * slowness()
