"""Talks that hypothesis makes up: echoes and listeners of both frameworks answer alike."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.differential.frameworks import LITESTAR, WSGEN, Framework
from tests.differential.playing import C, Case, D, Played, R, Rb, after, play

from wsgen_runtime._asgi import Message

pytestmark = pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")

Make = Callable[[Framework, list[Any]], Any]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
CODES = st.sampled_from([1000, 1001, 1005, 1006, 3000, 4000, 4999])


def text_frames() -> st.SearchStrategy[Message]:
    extra: dict[str, Any] = {"bytes": None}
    return TEXTS.map(R) | TEXTS.map(lambda text: {**R(text), **extra})


def binary_frames() -> st.SearchStrategy[Message]:
    extra: dict[str, Any] = {"text": None}
    data = st.binary(max_size=20)
    return data.map(Rb) | data.map(lambda each: {**Rb(each), **extra})


@st.composite
def scripts(draw: st.DrawFn, frames: st.SearchStrategy[Message]) -> Sequence[Message | after]:
    """A connect, frames in bursts or one by one, and a disconnect."""
    script: list[Message | after] = [C]
    for number, each in enumerate(draw(st.lists(frames, max_size=6)), start=1):
        script.append(each)
        if draw(st.booleans()):
            script.append(after(number + 1))  # the accept, and an answer to each
    return [*script, D(draw(CODES))]


@functools.cache
def echo(mode: str) -> Make:
    def build(lib: Framework, seen: list[Any]) -> list[Any]:
        async def handler(socket: Any) -> None:
            await socket.accept()
            async for each in lib.items(socket, mode):
                seen.append(each)
                await (socket.send_text if mode == "text" else socket.send_bytes)(each)

        handler.__annotations__.update(socket=lib.WebSocket)
        handler.__annotations__["return"] = None
        return [lib.websocket("/")(handler)]

    return build


@functools.cache
def listener(annotation: Any, **options: Any) -> Make:
    def build(lib: Framework, seen: list[Any]) -> list[Any]:
        async def handler(data: Any) -> Any:
            seen.append(data)
            return data

        handler.__annotations__.update(data=annotation)
        handler.__annotations__["return"] = annotation
        return [lib.listener("/", **options)(handler)]

    return build


@functools.cache
def built(make: Make, framework: Any) -> tuple[Any, list[Any]]:
    """An application and what its handlers see; made once, since that takes long."""
    seen: list[Any] = []
    return framework.app(make(framework, seen)), seen


async def _played(framework: Any, make: Make, script: Sequence[Message | after]) -> Played:
    app, seen = built(make, framework)
    seen.clear()
    case = Case(name="made up", item="E52", build=lambda *_: app, script=script)
    played = await play(framework, case)
    played.seen = [*seen]
    return played


async def _both(make: Make, script: Sequence[Message | after]) -> None:
    ours, theirs = await _played(WSGEN, make, script), await _played(LITESTAR, make, script)
    assert (ours.raised, ours.late) == (None, 0)
    assert (ours.sent, ours.seen) == (theirs.sent, theirs.seen)
    assert len(ours.sent) == len(ours.seen) + 1


def agree(make: Make, script: Sequence[Message | after]) -> None:
    asyncio.run(_both(make, script))


@settings(max_examples=60, deadline=None)
@given(scripts(text_frames()))
def test_echoes_of_text(script: Sequence[Message | after]) -> None:
    agree(echo("text"), script)


@settings(max_examples=60, deadline=None)
@given(scripts(binary_frames()))
def test_echoes_of_bytes(script: Sequence[Message | after]) -> None:
    agree(echo("binary"), script)


@settings(max_examples=60, deadline=None)
@given(scripts(text_frames()))
def test_listeners_of_text(script: Sequence[Message | after]) -> None:
    agree(listener(str), script)


@settings(max_examples=60, deadline=None)
@given(scripts(binary_frames()))
def test_listeners_of_bytes(script: Sequence[Message | after]) -> None:
    agree(listener(bytes, receive_mode="binary", send_mode="binary"), script)


@settings(max_examples=60, deadline=None)
@given(
    scripts(
        st.dictionaries(TEXTS, VALUES, max_size=3).map(
            lambda value: R(json.dumps(value, ensure_ascii=False))
        )
    )
)
def test_listeners_of_json(script: Sequence[Message | after]) -> None:
    agree(listener(dict[str, Any]), script)
