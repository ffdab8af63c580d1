"""docs/security.md and docs/operation.md: their links lead to tests, and their blocks run."""

from __future__ import annotations

import ast
import logging
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest
from prometheus_client import CollectorRegistry

from tests.runtime.scripted import A, C, D, Denied, R, S, X, run
from wsgen_runtime import Limits
from wsgen_runtime._app import WebSocketOptions
from wsgen_runtime.observe import Counters, Observer
from wsgen_runtime.prometheus import PrometheusObserver

DOCS = Path(__file__).resolve().parents[1] / "docs"
SECURITY = (DOCS / "security.md").read_text(encoding="utf-8")
OPERATION = (DOCS / "operation.md").read_text(encoding="utf-8")
LINK = re.compile(r"\[`(test_\w+)`\]\(([^)]+)\)")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [*BLOCK.findall(SECURITY), *BLOCK.findall(OPERATION)]


def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize(("name", "place"), LINK.findall(SECURITY))
def test_every_test_that_the_security_page_names_exists(name: str, place: str) -> None:
    assert name in functions_in(DOCS / place)


def test_every_threat_names_a_test() -> None:
    sections = SECURITY[SECURITY.index("## Threats") : SECURITY.index("## What is left")]
    threats = [each for each in re.split(r"\n\n(?=\*\*)", sections) if each.startswith("**")]
    assert len(threats) >= 15
    assert [each for each in threats if not LINK.search(each)] == []


def test_the_security_page_knows_every_test_of_threats() -> None:
    named = {name for name, place in LINK.findall(SECURITY) if place.endswith("test_threats.py")}
    all_of_them = functions_in(DOCS.parent / "tests" / "runtime" / "test_threats.py")
    assert named == {each for each in all_of_them if each.startswith("test_")}


def test_the_tables_name_every_limit() -> None:
    for page in (SECURITY, OPERATION):
        for name in get_type_hints(Limits):
            assert f"`{name}`" in page


def test_operation_names_every_metric() -> None:
    registry = CollectorRegistry()
    PrometheusObserver(registry)
    names = [
        metric.name + ("_total" if metric.type == "counter" else "")
        for metric in registry.collect()
    ]
    assert [each for each in names if f"`{each}`" not in OPERATION] == []


def test_operation_names_every_event_of_an_observer() -> None:
    events = [each for each in vars(Observer) if not each.startswith("_")]
    assert [each for each in events if f"`{each}`" not in OPERATION] == []
    assert Observer in get_args(get_type_hints(WebSocketOptions)["observer"])


@pytest.fixture
def block(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """The block that has a piece of text in it, as a module."""
    (text,) = [each for each in BLOCKS if request.param in each]
    module = ModuleType("docs_block")
    sys.modules["docs_block"] = module
    exec(compile(text, "docs/operation.md", "exec"), module.__dict__)
    yield module
    del sys.modules["docs_block"]


def with_block(piece: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("block", [piece], indirect=True)


def pieces() -> Sequence[str]:
    source = Path(__file__).read_text(encoding="utf-8")
    found: list[str] = re.findall(r'^@with_block\("(.*)"\)$', source, re.MULTILINE)
    return found


def test_every_block_is_run_by_a_test_below() -> None:
    assert len(pieces()) == len(BLOCKS)
    assert all(sum(piece in block for block in BLOCKS) == 1 for piece in pieces())


@with_block("max_connections=10_000")
async def test_limits_of_an_application(block: ModuleType) -> None:
    assert await run(block.app, C, R("x" * 16_385), path="/ask") == [
        A,
        X(1009, "the message is too big"),
    ]
    evil = [("origin", "https://evil.example")]
    assert await run(block.app, C, path="/ask", headers=evil) == [Denied(403, "")]


@with_block("logging.Formatter")
def test_a_format_with_handler_and_connection(block: ModuleType) -> None:
    logger = logging.getLogger("wsgen_runtime")
    try:
        record = logger.makeRecord(
            "wsgen_runtime", logging.ERROR, "", 0, "failed", (), None, extra={"handler": "room"}
        )
        assert " ERROR - room: failed" in block.handler.format(record)
    finally:
        logger.removeHandler(block.handler)


@with_block("counters = Counters()")
async def test_counters_in_memory(block: ModuleType) -> None:
    assert await run(block.app, C, R("a"), D(1000), path="/shout") == [A, S("A")]
    assert isinstance(block.counters, Counters)
    assert block.counters.ended == {("shout", 1000): 1}


@with_block("class LongOnes")
def test_an_observer_of_ones_own(block: ModuleType) -> None:
    observer = block.LongOnes()
    for seconds in (1.0, 4000.0):
        observer.opened(handler="room")
        observer.closed(handler="room", code=1000, by="client", seconds=seconds)
    assert observer.handlers == ["room"]


@with_block("make_asgi_app")
async def test_metrics_beside_the_sockets(block: ModuleType) -> None:
    assert await run(block.app, C, R("a"), D(), path="/ask") == [A, S("a")]
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/metrics",
        "headers": [],
        "query_string": b"",
    }
    await block.app(scope, receive, send)
    assert b'wsgen_messages_received_total{handler="ask"} 1.0' in sent[1]["body"]


@with_block("OpenTelemetryObserver()")
async def test_instruments_without_an_sdk(block: ModuleType) -> None:
    assert await run(block.app, C, R("a"), D(), path="/tell") == [A, S("a")]


@with_block("sockets.lifespan()")
async def test_the_lifespan_of_a_host_ends_the_connections(block: ModuleType) -> None:
    async with block.lifespan(block.app):
        played = await run(block.app, C, R("a"), D(), path="/ws/echo")
    assert played == [A, S("a")]
