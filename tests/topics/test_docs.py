"""docs/topics.md: its application runs, and is clean under the type checkers."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tests.checkers import CHECKERS, ROOT
from tests.topics.relaying import eventually, subscribed

from wsgen.cli import run
from wsgen_runtime.testing import WebSocketTestClient

PAGE = (ROOT / "docs" / "topics.md").read_text(encoding="utf-8")
CODE = "\n".join(re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("topics")
    (schema,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (made / "schema.yaml").write_text(schema, encoding="utf-8")
    (made / "documented.py").write_text(CODE, encoding="utf-8")
    assert run(["build", str(made / "schema.yaml"), "-q"]) == 0
    return made


@pytest.fixture
def documented(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    try:
        yield importlib.import_module("documented")
    finally:
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in {"chat", "documented"}:
                del sys.modules[name]


async def test_the_application_of_the_page_does_what_it_says(documented: ModuleType) -> None:
    app, m = documented.app, documented.m
    async with WebSocketTestClient(app, wire=m.WIRE) as client:
        async with client.connect("/rooms/7/feed") as feed:
            channel = app.topics.room(room_id=7).channel
            await eventually(lambda: subscribed(app, channel))
            async with client.connect("/rooms/7", query={"name": "Alice"}) as alice:
                coming = m.Said(name="", text="somebody comes")
                assert await feed.receive(m.Said) == coming
                async with client.connect("/rooms/7", query={"name": "Bob"}) as bob:
                    assert await alice.receive(m.Said) == coming
                    await bob.send(m.Say(text="Hello"))
                    assert await alice.receive(m.Said) == m.Said(name="Bob", text="Hello")
                app.topics.hub.gap(channel)
                await alice.receive(m.Reload)
                heard = [await feed.receive(m.Said) for _ in range(2)]
                assert [each.text for each in heard] == [coming.text, "Hello"]
                await feed.receive(m.Reload)
                await documented.close_down(app.topics)
                assert (await alice.receive(m.Said)).text == "closing"
        assert app.topics.hub._listened == {}


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_type_checker_accepts_the_application(checker: str, folder: Path) -> None:
    assert CHECKERS[checker](folder, [folder]) == set()


def test_the_figures_of_the_page_are_those_of_the_runtime() -> None:
    from wsgen_runtime._topics import hub, names, supervised, topic

    assert f"a name has at most {names.LONGEST:,} characters" in PAGE
    assert f"`queue` messages ({topic.DEFAULT_QUEUE})" in PAGE
    assert (
        f"after {supervised.FIRST_DELAY} seconds at first and {supervised.LONGEST_DELAY:.0f}"
        in PAGE
    )
    assert hub.SUBSCRIBE_TIMEOUT == 5
    assert supervised.PING_INTERVAL + supervised.PATIENCE == 3
