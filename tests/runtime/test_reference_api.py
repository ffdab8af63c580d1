"""The public names: those of the reference API, with its parameters, and what `__all__` says."""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import pkgutil
import typing
from collections.abc import AsyncIterator, Callable
from enum import Enum
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest

import wsgen_runtime
from wsgen_runtime import WebSocket, WebSocketApp, WebsocketListener, websocket
from wsgen_runtime.exceptions import ConfigurationError

SIGNATURES = {
    "websocket": "(path=None, *, dependencies=None, exception_handlers=None, guards=None,"
    " middleware=None, name=None, opt=None, signature_namespace=None, websocket_class=None,"
    " connection_lifespan=None)",
    "websocket_listener": "(path=None, **kwargs)",
    "websocket_stream": "(path=None, **kwargs)",
    "WebSocket": "(scope, receive, send)",
    "WebSocket.accept": "(self, subprotocols=None, headers=None)",
    "WebSocket.close": "(self, code=1000, reason=None)",
    "WebSocket.send_text": "(self, data)",
    "WebSocket.send_bytes": "(self, data)",
    "WebSocket.send_json": "(self, data, mode='text')",
    "WebSocket.receive_text": "(self)",
    "WebSocket.receive_bytes": "(self)",
    "WebSocket.receive_json": "(self, mode='text')",
    "WebSocket.receive": "(self)",
    "WebSocket.send": "(self, message)",
    "WebSocket.iter_text": "(self)",
    "WebSocket.iter_bytes": "(self)",
    "WebSocket.iter_json": "(self, mode='text')",
    "WebsocketRouteHandler": "(fn, *, path=None, connection_lifespan=None, **kwargs)",
    "WebsocketListenerRouteHandler": "(fn, *, path=None, connection_lifespan=None, **kwargs)",
    "WebsocketListener": "(path, *, connection_lifespan=None, **kwargs)",
    "send_websocket_stream": "(websocket, stream, *, mode='text')",
    "WebSocketException": "(detail=None, *, code=None)",
    "WebSocketDisconnect": "(code=1005, reason='')",
    "Dependency": "(provider)",
    "sync_to_thread": "(fn, /, *args, **kwargs)",
}
"""What the reference names. Ours may take further keywords that have a default."""

ASYNC = {
    "accept", "close", "send_text", "send_bytes", "send_json", "receive_text", "receive_bytes",
    "receive_json", "receive", "send",
}  # fmt: skip

BASES = {
    "WebSocket": "ASGIConnection",
    "WebsocketRouteHandler": "BaseRouteHandler",
    "WebsocketListenerRouteHandler": "WebsocketRouteHandler",
    "WebSocketState": Enum,
}

CODES = {
    "WS_1000_NORMAL_CLOSURE": 1000,
    "WS_1001_GOING_AWAY": 1001,
    "WS_1002_PROTOCOL_ERROR": 1002,
    "WS_1003_UNSUPPORTED_DATA": 1003,
    "WS_1007_INVALID_FRAME_PAYLOAD_DATA": 1007,
    "WS_1008_POLICY_VIOLATION": 1008,
    "WS_1009_MESSAGE_TOO_BIG": 1009,
    "WS_1010_MANDATORY_EXTENSION": 1010,
    "WS_1011_INTERNAL_ERROR": 1011,
    "WS_1012_SERVICE_RESTART": 1012,
    "WS_1013_TRY_AGAIN_LATER": 1013,
    "WS_4001_UNAUTHORIZED": 4001,
    "WS_4003_FORBIDDEN": 4003,
    "WS_4004_NOT_FOUND": 4004,
}

TYPES = {
    "WebSocketMessage": dict[str, Any],
    "AsyncTextIterator": AsyncIterator[str],
    "AsyncBytesIterator": AsyncIterator[bytes],
    "AsyncJSONIterator": AsyncIterator[Any],
}


def found(name: str) -> Any:
    """The object of a dotted name in the package."""
    thing: Any = wsgen_runtime
    for part in name.split("."):
        thing = (
            inspect.getattr_static(thing, part) if inspect.isclass(thing) else getattr(thing, part)
        )
    return thing


def parameters(thing: Callable[..., object]) -> dict[str, inspect.Parameter]:
    """Parameters, those that `**kwargs: Unpack[…]` names among them."""
    named = dict(inspect.signature(thing).parameters)
    function = thing.__init__ if inspect.isclass(thing) else thing
    for name, each in list(named.items()):
        if each.kind is each.VAR_KEYWORD:
            hints = typing.get_type_hints(function, include_extras=True)
            (options,) = typing.get_args(hints.get(name)) or (None,)
            for option in getattr(options, "__annotations__", {}):
                named[option] = each.replace(name=option, kind=each.KEYWORD_ONLY, default=None)
    return named


def expected(signature: str) -> dict[str, inspect.Parameter]:
    """Parameters as the reference writes them."""
    tree = ast.parse(f"def f{signature}: ...")
    namespace: dict[str, Any] = {}
    exec(compile(tree, "<reference>", "exec"), namespace)
    return dict(inspect.signature(namespace["f"]).parameters)


@pytest.mark.parametrize(("name", "signature"), SIGNATURES.items())
def test_names_and_parameters_of_the_reference(name: str, signature: str) -> None:
    ours, theirs = parameters(found(name)), expected(signature)
    for each in theirs.values():
        if each.kind in {each.VAR_KEYWORD, each.VAR_POSITIONAL}:
            assert any(own.kind is each.kind for own in ours.values()), each
            continue
        own = ours[each.name]
        assert own.kind is each.kind, f"{each} is {own.kind.description}"
        assert own.default == each.default, each
    variable = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    for own in ours.values():
        if own.name not in theirs and own.kind not in variable:
            assert own.default is not own.empty, f"{own} is asked for, and not in the reference"
    fixed = [each.name for each in theirs.values() if each.kind is each.POSITIONAL_OR_KEYWORD]
    order = [each.name for each in ours.values() if each.kind is each.POSITIONAL_OR_KEYWORD]
    assert order[: len(fixed)] == fixed


@pytest.mark.parametrize("name", [each for each in SIGNATURES if each.startswith("WebSocket.")])
def test_what_is_awaited_and_what_is_iterated(name: str) -> None:
    method = name.partition(".")[2]
    assert inspect.iscoroutinefunction(found(name)) is (method in ASYNC)


@pytest.mark.parametrize(("name", "base"), BASES.items())
def test_classes_and_their_bases(name: str, base: str | type) -> None:
    assert issubclass(found(name), found(base) if isinstance(base, str) else base)


@pytest.mark.parametrize("name", ["connection_state", "client_state"])
def test_properties(name: str) -> None:
    assert isinstance(inspect.getattr_static(WebSocket, name), property)


def test_states() -> None:
    state = found("WebSocketState")
    members = {each.name: each.value for each in state}
    assert members == {name: name for name in ("CONNECTING", "CONNECTED", "DISCONNECTED")}


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_close_codes(name: str, code: int) -> None:
    assert found(name) == code


@pytest.mark.parametrize(("name", "type_"), TYPES.items())
def test_types(name: str, type_: object) -> None:
    assert found(name) == type_


def test_names_in_their_modules() -> None:
    from wsgen_runtime import concurrency, exceptions

    assert exceptions.WebSocketException is found("WebSocketException")
    assert exceptions.WebSocketDisconnect is found("WebSocketDisconnect")
    assert concurrency.sync_to_thread is found("sync_to_thread")


async def test_sync_to_thread_gives_the_result_of_a_thread() -> None:
    def work(first: int, *, second: int) -> int:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        return first + second

    assert await wsgen_runtime.sync_to_thread(work, 1, second=2) == 3


def test_the_application_takes_handlers_first() -> None:
    @websocket("/")
    async def handler(socket: WebSocket) -> None: ...

    class Listener(WebsocketListener):
        def on_receive(self, data: str) -> str:
            return data

    named = parameters(WebSocketApp)
    assert next(iter(named)) == "route_handlers"
    for name in (
        "dependencies", "guards", "middleware", "exception_handlers", "opt", "signature_namespace",
        "websocket_class", "origins", "limits", "max_connections", "on_reject", "lifespan", "http",
        "debug",
    ):  # fmt: skip
        assert named[name].kind is inspect.Parameter.KEYWORD_ONLY
    WebSocketApp([handler, Listener("/listener")])
    WebSocketApp(route_handlers=[handler])
    with pytest.raises(TypeError, match="unknown options: gards"):
        WebSocketApp([handler], gards=[])  # type: ignore[call-arg]


def test_unknown_options_are_errors_in_every_decorator() -> None:
    options: Any = {"gards": []}
    for decorator in (wsgen_runtime.websocket_listener, wsgen_runtime.websocket_stream):
        with pytest.raises(TypeError, match="unknown options: gards"):
            decorator("/", **options)(lambda: None)
    with pytest.raises(TypeError, match="gards"):
        websocket("/", **options)


def test_a_decorated_function_stays_callable() -> None:
    @websocket("/")
    async def handler(socket: str) -> str:
        return socket

    assert asyncio.run(handler("x")) == "x"
    with pytest.raises(ConfigurationError):
        WebSocketApp([handler, handler])


# `__all__`


PACKAGE = Path(wsgen_runtime.__path__[0])
DEFINING = {"exceptions", "close_codes", "concurrency", "observe", "prometheus", "opentelemetry"}
"""Modules that define what they offer; what they import is their own affair."""
MODULES = [
    "wsgen_runtime",
    *(
        f"wsgen_runtime.{each.name}"
        for each in pkgutil.iter_modules(wsgen_runtime.__path__)
        if not each.name.startswith("_")
    ),
]


def test_there_are_public_modules() -> None:
    names = {each.removeprefix("wsgen_runtime.") for each in MODULES}
    assert names >= {"close_codes", "concurrency", "exceptions", "gen1", "testing"}


def defined(path: Path) -> set[str]:
    """Public names that a module binds by itself, or takes from a module of the package."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {each.id for each in targets if isinstance(each, ast.Name)}
            case ast.ImportFrom(module=str(module)) if module.startswith("wsgen_runtime"):
                if path.stem not in DEFINING:
                    names |= {each.asname or each.name for each in node.names}
            case _:
                pass
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("name", MODULES)
def test_all_tells_the_truth(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__file__ is not None
    said: list[str] = module.__all__
    assert len(said) == len(set(said))
    for each in said:
        assert hasattr(module, each), each
    helpers = {
        each for each, value in vars(module).items() if isinstance(value, TypeVar | ParamSpec)
    }
    assert set(said) == defined(Path(module.__file__)) - helpers


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_can_be_imported_with_a_star(name: str) -> None:
    namespace: dict[str, object] = {}
    exec(f"from {name} import *", namespace)
    assert set(importlib.import_module(name).__all__) <= set(namespace)


def test_gen1_says_what_to_do_about_a_name_that_it_lacks() -> None:
    from wsgen_runtime import gen1

    with pytest.raises(AttributeError, match="pip install --upgrade wsgen-runtime"):
        _ = gen1.Nothing
    assert not hasattr(gen1, "__path__")
