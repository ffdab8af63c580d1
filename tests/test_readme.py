"""The README tells the truth: two commands of one line each, a first handler that runs."""

from __future__ import annotations

import ast
import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.building import built
from tests.runtime.scripted import A, C, D, R, S, Talk, X, run, sent

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def lines_of_code(text: str) -> int:
    return len([line for line in text.splitlines() if line.strip()])


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Any]:
    (schema,) = blocks("yaml")
    with built(tmp_path, schema, "handlers.room"):
        (tmp_path / "readme_app.py").write_text(blocks("python")[0], encoding="utf-8")
        yield importlib.import_module("readme_app").app
    del sys.modules["readme_app"]


def test_the_two_commands_are_one_line_each() -> None:
    build_and_drive, test = blocks("sh")
    assert lines_of_code(build_and_drive) == lines_of_code(test) == 1
    assert "samples/chat/drive.py" in build_and_drive
    assert test.strip().endswith("uv run pytest")


def test_a_two_message_chat_takes_30_lines_of_schema_and_16_of_handlers_with_their_imports() -> (
    None
):
    (schema,) = blocks("yaml")
    assert lines_of_code(schema) <= 30
    handlers = blocks("python")[0]
    assert lines_of_code(handlers) <= 16
    imports = [line for line in handlers.splitlines() if re.match("from|import", line)]
    assert lines_of_code(handlers) - len(imports) <= 15


async def test_the_first_handler_does_what_the_text_says(app: Any) -> None:
    (frame, answer) = re.findall(r"`(\{\"type.*?\})`", README.replace("\n", " "))
    path = "/rooms/7"
    async with Talk(app, C, path=path) as one, Talk(app, C, path=path) as other:
        await other.idle()
        one.feed(R(frame))
        await other.count(2)
        for talk in (one, other):
            talk.feed(D(1000))
            await talk.ended()
    assert one.sent == other.sent == [A, S(answer)]
    too_long = json.dumps({"type": "say", "text": "x" * 281})
    out = await run(app, C, R(too_long), path=path)
    assert out == [A, X(1007, "say.text: Expected `str` of length <= 280")]


async def test_the_hand_written_handler_runs() -> None:
    names: dict[str, Any] = {}
    exec(compile(ast.parse(blocks("python")[1]), "README.md", "exec"), names)
    assert await run(names["app"], C, R("hi"), sent(2), D(1000), path="/echo") == [A, S("hi")]


def test_every_link_leads_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets
    assert [
        each for each in targets if not each.startswith("http") and not (ROOT / each).exists()
    ] == []
