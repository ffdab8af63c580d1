"""The blocks of docs/runtime.md, run one by one, and what their text promises."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.runtime.scripted import A, C, D, Denied, R, S, X, run, sent

DOC = (Path(__file__).resolve().parents[1] / "docs" / "runtime.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)


@pytest.fixture
def block(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """The block that has a piece of text in it, as a module."""
    (text,) = [each for each in BLOCKS if request.param in each]
    module = ModuleType("docs_block")
    sys.modules["docs_block"] = module
    exec(compile(text, "docs/runtime.md", "exec"), module.__dict__)
    yield module
    del sys.modules["docs_block"]


def with_block(piece: str) -> Any:
    return pytest.mark.parametrize("block", [piece], indirect=True)


def test_every_block_is_run_by_a_test_below() -> None:
    pieces = re.findall(r'^@with_block\("(.*)"\)$', Path(__file__).read_text(), re.MULTILINE)
    assert len(pieces) == len(BLOCKS)
    assert all(sum(piece in block for block in BLOCKS) == 1 for piece in pieces)


@with_block("async def room")
async def test_talking_over_a_socket(block: ModuleType) -> None:
    out = await run(block.app, C, R("hi"), sent(3), D(1000), path="/rooms/7/ws")
    assert out == [A, S('{"room":7}'), S("HI")]
    assert await run(block.app, C, path="/rooms/seven/ws") == [Denied(404, "not found")]


@with_block("class Point")
async def test_a_listener_validates(block: ModuleType) -> None:
    out = await run(block.app, C, R('{"x":1,"y":2}'), R('{"x":1}'), path="/sum")
    assert out == [A, S("3"), X(1007, "Object missing required field `y`")]


@with_block("class Counter")
async def test_a_listener_as_a_class_has_an_instance_for_each_connection(block: ModuleType) -> None:
    for _ in range(2):
        out = await run(block.app, C, R("ab"), R("c"), sent(4), D(1000), path="/count")
        assert out == [A, S("ready"), S("2"), S("3")]


@with_block("async def countdown")
async def test_a_stream_sends_and_closes(block: ModuleType) -> None:
    out = await run(block.app, C, path="/countdown/2")
    assert out == [A, S("2"), S("1"), X(1000)]


@with_block("async def database")
async def test_dependencies(block: ModuleType) -> None:
    out = await run(block.app, C, path="/me", query_string=b"token=ada")
    assert out == [A, S("ada of db"), X(1000)]
    assert block.log == ["open", "closed"]
    assert await run(block.app, C, path="/me") == [Denied(401, "Authentication required")]
    assert block.log == ["open", "closed"] * 2


@with_block("def only_weekdays")
async def test_refusing(block: ModuleType) -> None:
    assert await run(block.app, C, path="/shop") == [Denied(503, "closed today")]


@with_block("SyncWebSocketTestClient")
async def test_testing(block: ModuleType) -> None:
    await block.test_upper()
    await asyncio.to_thread(block.test_a_foreign_page_is_refused)


@with_block("Limits(max_message=1024")
async def test_limits(block: ModuleType) -> None:
    out = await run(block.app, C, R("x" * 1024), R("x" * 1025), path="/small")
    assert out == [A, S("x" * 1024), X(1009, "the message is too big")]
