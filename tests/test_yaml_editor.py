"""What an editor offers to whoever writes a schema: the YAML language server, over stdio."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.language_server import LanguageServer, language_server
from tests.yaml_server.installing import Unreachable, install
from wsgen.ir.types import Scalar
from wsgen.schema import json_schema_for, json_schema_text, load

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

ROOT = Path(__file__).resolve().parents[1]
DOCS = (ROOT / "docs" / "editor.md").read_text(encoding="utf-8")
MODELINE, *_ = re.findall(r"^# yaml-language-server: .*\n", DOCS, re.MULTILINE)
(SETTING,) = re.findall(r"^```json\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)
SETTINGS = {
    "yaml": {
        "completion": True,
        "hover": True,
        "validate": True,
        "schemas": json.loads(SETTING)["yaml.schemas"],
        "schemaStore": {"enable": False},
    }
}
CHAT = ROOT / "samples" / "chat" / "schema.yaml"
HERE = "¦"
"""Where the cursor stands in a text."""
ROOM = "wsgen: 1\napi: {name: demo}\nhandlers:\n  room:\n    "


@pytest.fixture(scope="module")
def command(pytestconfig: pytest.Config) -> list[str]:
    """The server; pytest's cache keeps it from one run to the next."""
    assert pytestconfig.cache is not None
    try:
        return install(pytestconfig.cache.mkdir("yaml-language-server"))
    except Unreachable as error:
        pytest.skip(f"npm cannot get the YAML language server: {error}")


class Editor:
    """An editor with schemas open, and the cursor somewhere in the last one."""

    def __init__(self, server: LanguageServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self._paths = (folder / f"schema{number}.yaml" for number in itertools.count())

    async def offered(self, text: str, modeline: str = MODELINE) -> list[str]:
        """What may stand at the cursor."""
        return await self.server.completions(*await self._open(text, modeline))

    async def shown(self, text: str) -> str:
        """What is told of the word at the cursor."""
        return await self.server.hover(*await self._open(text))

    async def underlined(self, text: str) -> list[tuple[str, str]]:
        """What is marked as wrong, and what is said of it."""
        uri, *_ = await self._open(text)
        lines = (MODELINE + text).splitlines()
        found: list[tuple[str, str]] = []
        for each in await self.server.findings(uri):
            start, end = each["range"]["start"], each["range"]["end"]
            word = lines[start["line"]][start["character"] : end["character"]]
            found.append((word, each["message"]))
        return found

    async def _open(self, text: str, modeline: str = MODELINE) -> tuple[str, int, int]:
        before, _, after = (modeline + text).partition(HERE)
        uri = await self.server.open(next(self._paths), before + after, "yaml")
        return uri, before.count("\n"), len(before) - before.rfind("\n") - 1


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(
    command: list[str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Editor]:
    """An editor for a folder with the schema of all schemas, and that of the chat's."""
    folder = tmp_path_factory.mktemp("editor")
    shutil.copy(ROOT / "schemas" / "wsgen.schema.json", folder)
    named = json_schema_for(load(CHAT, "schema.yaml").units)
    (folder / "chat.schema.json").write_text(json_schema_text(named), encoding="utf-8")
    async with language_server(command, folder, SETTINGS) as running:
        yield Editor(running, folder)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("wsgen: 1\n¦", {"api", "types", "messages", "close_codes", "handlers"}),
        (f"{ROOM}¦", {"kind", "path", "from_client", "limits", "on_invalid"}),
        (f"{ROOM}limits:\n      ¦", {"max_message", "rate", "idle_timeout"}),
        (f"{ROOM}from_client:\n      Say:\n        ¦", {"reply"}),
        ("messages:\n  Say:\n    ¦", {"fields", "doc", "tag"}),
        ("messages:\n  Say:\n    fields:\n      text:\n        ¦", {"type", "min_length", "wire"}),
        ("types:\n  Role:\n    ¦", {"type", "enum", "fields", "union"}),
    ],
)
async def test_keys_are_offered(editor: Editor, text: str, wanted: set[str]) -> None:
    assert wanted <= {*await editor.offered(text)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"{ROOM}kind: ¦", ["websocket", "listener", "stream"]),
        (f"{ROOM}on_invalid: ¦", ["close", "reply", "ignore"]),
        (f"{ROOM}origins: ¦", ["same", "any", "https://app.example.com"]),
        ("api:\n  codec: ¦", ["json", "msgpack"]),
        ("close_codes:\n  FULL:\n    retry: ¦", ["never", "backoff", "immediate", "auth"]),
    ],
)
async def test_words_that_may_stand_there_are_offered_and_no_others(
    editor: Editor, text: str, wanted: list[str]
) -> None:
    assert await editor.offered(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "messages:\n  Say:\n    fields:\n      text: ¦",
        "messages:\n  Say:\n    fields:\n      text:\n        type: ¦",
        "types:\n  Role: ¦",
        f"{ROOM}from_client: ¦",
        f"{ROOM}query:\n      token: ¦",
    ],
)
async def test_types_are_offered(editor: Editor, text: str) -> None:
    assert {*Scalar, "list[str]", "str | None"} <= {*await editor.offered(text)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"{ROOM}ki¦nd: listener", "How it talks"),
        (f"{ROOM}kind: listener\n    from_¦client: [Say]", "What the client sends"),
        (f"{ROOM}limits: {{max_¦message: 64KiB}}", "The largest message"),
        ("typ¦es: {A: str}", "Types with a name"),
        ("types: {Role: {en¦um: [a]}}", "The values, as a list"),
        ("messages: {Say: {fields: {text: {type: str, min_¦length: 1}}}}", "Least number"),
        ("close_codes: {FULL: {code: 4009, ret¦ry: backoff}}", "connect again"),
    ],
)
async def test_hovering_shows_what_a_key_means(editor: Editor, text: str, wanted: str) -> None:
    assert wanted in await editor.shown(text)


@pytest.mark.parametrize(
    ("text", "word", "message"),
    [
        (f"{ROOM}kind: listener\n    path: /\n    gaurds: [a]\n", "gaurds", "not allowed"),
        (f"{ROOM}kind: listner\n    path: /\n", "listner", '"listener"'),
        (f"{ROOM}kind: stream\n    path: /\n    limits: {{rate: fast}}\n", "fast", "20/s"),
        ("wsgen: 1\nhandler: {}\n", "handler", "not allowed"),
        ("wsgen: 1\ntypes: {A: {type: str, min_lenght: 1}}\n", "min_lenght", "not allowed"),
        ("wsgen: 1\nmessages: {A: {fields: {a: str}, tga: b}}\n", "tga", "not allowed"),
        ("wsgen: 1\nclose_codes: {A: {code: 400}}\n", "400", "4000"),
        ("wsgen: 1\nclose_codes: {A: {reason: Full}}\n", "A", '"code"'),
    ],
)
async def test_a_mistake_is_underlined(editor: Editor, text: str, word: str, message: str) -> None:
    ((marked, said),) = await editor.underlined(text)
    assert marked == word
    assert message in said


async def test_a_good_schema_has_no_red_line(editor: Editor) -> None:
    chat = CHAT.read_text(encoding="utf-8")
    assert await editor.underlined(chat.split("\n", 1)[1]) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("    from_server: [¦]", {"Say", "Said", "Typing", "Tick"}),
        ("    from_client:\n      ¦", {"Say", "Said", "Typing", "Tick"}),
        ("    from_client:\n      Say: {reply: ¦}", {"Said"}),
        ("    close_codes: ¦", {"UNAUTHORIZED", "ROOM_FULL"}),
        ("    guards:\n      - ¦", {"seat"}),
        ("    query:\n      name: ¦", {"Text", "Role", "User", "str"}),
    ],
)
async def test_names_are_offered_by_the_schema_of_this_schema(
    editor: Editor, text: str, wanted: set[str]
) -> None:
    modeline = MODELINE.replace("wsgen", "chat")
    assert wanted <= {*await editor.offered(f"handlers:\n  room:\n{text}", modeline)}


async def test_a_setting_stands_in_for_the_modeline(editor: Editor) -> None:
    uri = await editor.server.open(editor.folder / "schema.yaml", "wsgen: 1\nhandler: {}\n", "yaml")
    (found,) = await editor.server.findings(uri)
    assert "handler" in found["message"]
