"""What an editor offers to whoever writes a handler: a real language server, over stdio."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.language_server import LanguageServer, language_server

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
CHAT = ROOT / "samples" / "chat"
SERVER = Path(sys.executable).with_name("basedpyright-langserver")
TEXT = """\
from chat import messages as m
from chat.close_codes import CloseCode
from chat.handlers.room import RoomHandler


class Room(RoomHandler):
    async def on_say(self, message: m.Say, /) -> m.Said:
        self.
        self.params.
        m.
        CloseCode.
        message.
"""


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncGenerator[LanguageServer]:
    config = {"extraPaths": [str(CHAT), str(ROOT / "runtime")]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(config), encoding="utf-8")
    settings = {"python": {"pythonPath": sys.executable}}
    async with language_server([str(SERVER), "--stdio"], tmp_path, settings) as running:
        yield running


def place(after: str) -> tuple[int, int]:
    """Line and column behind a piece of the text, counted from 0."""
    lines = TEXT.splitlines()
    line = next(number for number, each in enumerate(lines) if each.endswith(after))
    return line, len(lines[line])


async def test_an_editor_offers_what_the_schema_names(
    server: LanguageServer, tmp_path: Path
) -> None:
    uri = await server.open(tmp_path / "room.py", TEXT, "python")
    after_self = await server.completions(uri, *place("        self."))
    assert {"socket", "params", "rooms", "user", "on_say", "on_typing", "background"} <= {
        *after_self
    }
    assert {"room_id", "token"} <= {*await server.completions(uri, *place("self.params."))}
    assert {"Say", "Said", "Typing", "Tick", "User"} <= {
        *await server.completions(uri, *place(" m."))
    }
    codes = await server.completions(uri, *place("CloseCode."))
    assert {"UNAUTHORIZED", "ROOM_FULL"} <= {*codes}
    assert {"text", "mentions"} <= {*await server.completions(uri, *place("message."))}


async def test_hovering_shows_the_docs_of_the_schema(
    server: LanguageServer, tmp_path: Path
) -> None:
    uri = await server.open(tmp_path / "room.py", TEXT, "python")
    line = next(number for number, each in enumerate(TEXT.splitlines()) if "on_say" in each)
    column = TEXT.splitlines()[line].index("m.Say") + 3
    assert "Say something in the room." in await server.hover(uri, line, column)
