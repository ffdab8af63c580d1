"""Where the application is mounted: by real frameworks, and by what servers make of `root_path`."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar, asgi
from starlette.applications import Starlette
from starlette.routing import Mount

from wsgen_runtime._asgi import ASGIApp, Message, Receive, Scope, Send
from wsgen_runtime._mount import absolute_url, local_path
from wsgen_runtime._request import ASGIConnection


class Inner:
    """An application that keeps the scope it was called with."""

    scope: Scope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        await receive()
        await send({"type": "websocket.close", "code": 1000})

    @property
    def connection(self) -> ASGIConnection:
        return ASGIConnection(self.scope)


async def _receive() -> Message:
    return {"type": "websocket.connect"}


async def _send(message: Message) -> None:
    assert message["type"] == "websocket.close"


async def call(app: Any, path: str, root_path: str = "") -> None:
    """What a server does for a handshake; `app` is of a framework, with ASGI types of its own."""
    scope: Scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "scheme": "wss",
        "path": path,
        "raw_path": path.encode(),
        "root_path": root_path,
        "query_string": b"",
        "headers": [(b"host", b"example.com")],
        "client": ("192.0.2.1", 4711),
        "server": ("192.0.2.2", 80),
        "subprotocols": [],
        "state": {},
        "extensions": {},
    }
    await app(scope, _receive, _send)


def starlette(inner: Inner) -> Any:
    return Starlette(routes=[Mount("/ws", inner)])


def fastapi(inner: Inner) -> Any:
    app = FastAPI()
    app.mount("/ws", inner)
    return app


def nested(inner: Inner) -> Any:
    outer = FastAPI()
    outer.mount("/outer", starlette(inner))
    return outer


def litestar(inner: Inner) -> Any:
    @asgi("/ws", is_mount=True, copy_scope=True)
    async def mounted(scope: Any, receive: Any, send: Any) -> None:
        await inner(scope, receive, send)

    return Litestar([mounted], openapi_config=None)


def channels(inner: Inner) -> ASGIApp:
    """What the `URLRouter` of Channels does for `re_path(r"^ws/", …)`: the path stays whole."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["path"]).removeprefix("/")
        assert path.startswith("ws/")
        await inner({**scope, "path_remaining": path.removeprefix("ws/")}, receive, send)

    return app


@pytest.mark.parametrize("path", ["/ws/rooms/7", "/ws/rooms/7/"])
@pytest.mark.parametrize(
    ("mount", "mount_path"),
    [
        (starlette, ""),
        (starlette, "/ws"),
        (fastapi, ""),
        (fastapi, "/ws/"),
        (litestar, "/ws"),
        (channels, "/ws"),
        (channels, "ws/"),
    ],
)
async def test_b67_mounted_in_a_framework_paths_and_urls_are_right(
    mount: Any, mount_path: str, path: str
) -> None:
    inner = Inner()
    await call(mount(inner), path)
    assert local_path(inner.scope, mount_path).rstrip("/") == "/rooms/7"
    url = absolute_url(inner.connection, "/rooms/7?token=a", mount_path)
    assert url == "wss://example.com/ws/rooms/7?token=a"


@pytest.mark.parametrize("mount", [starlette, fastapi])
async def test_b67_a_server_root_path_stands_in_front_of_the_mount(mount: Any) -> None:
    inner = Inner()
    await call(mount(inner), "/api/ws/rooms/7", "/api")
    assert local_path(inner.scope) == "/rooms/7"
    assert absolute_url(inner.connection, "/clock") == "wss://example.com/api/ws/clock"


async def test_b67_mounts_may_be_nested() -> None:
    inner = Inner()
    await call(nested(inner), "/outer/ws/rooms/7")
    assert local_path(inner.scope) == "/rooms/7"
    assert absolute_url(inner.connection, "/clock") == "wss://example.com/outer/ws/clock"


async def test_b67_litestar_behind_a_server_root_path() -> None:
    inner = Inner()
    await call(litestar(inner), "/api/ws/rooms/7", "/api")
    assert local_path(inner.scope, "/ws").rstrip("/") == "/rooms/7"
    assert absolute_url(inner.connection, "/clock", "/ws") == "wss://example.com/api/ws/clock"


@pytest.mark.parametrize(
    ("path", "root_path", "mount_path", "expected"),
    [
        ("/rooms/7", "", "", "/rooms/7"),
        ("/ws/rooms/7", "/ws", "", "/rooms/7"),
        ("/ws/rooms/7", "/ws/", "", "/rooms/7"),
        ("/ws/rooms/7", "ws", "", "/rooms/7"),
        ("/rooms/7", "/ws", "", "/rooms/7"),
        ("/wsx/rooms/7", "/ws", "", "/wsx/rooms/7"),
        ("/ws", "/ws", "", "/"),
        ("/ws/", "/ws", "", "/"),
        ("/ws/ws/x", "/ws", "", "/ws/x"),
        ("/ws/ws/x", "/ws", "/ws", "/ws/x"),
        ("/WS/x", "/ws", "", "/WS/x"),
        ("/x", "/", "", "/x"),
        ("/x", "/", "/", "/x"),
        ("", "", "", "/"),
        ("/ws/x", "", "/ws", "/x"),
        ("/wsx", "", "/ws", "/wsx"),
        ("/api/ws/x", "/api", "/ws", "/x"),
        ("/ws", "", "/ws", "/"),
    ],
)
def test_b63_root_path_is_removed_at_a_slash_only(
    path: str, root_path: str, mount_path: str, expected: str
) -> None:
    assert local_path({"path": path, "root_path": root_path}, mount_path) == expected


def test_b63_only_the_decoded_path_is_routed_on() -> None:
    assert local_path({"path": "/rooms/a/b", "raw_path": b"/rooms/a%2Fb"}) == "/rooms/a/b"


def test_what_the_scope_leaves_out_is_the_root() -> None:
    assert local_path({}) == "/"
    assert local_path({"path": "/x", "root_path": None}) == "/x"


@given(st.text("/wsab"), st.text("/ws", max_size=5), st.text("/ws", max_size=5))
def test_a_local_path_is_what_remains_of_the_path(path: str, root: str, mount_path: str) -> None:
    path = "/" + path
    found = local_path({"path": path, "root_path": root}, mount_path)
    assert found.startswith("/")
    assert path.endswith(found) or found == "/"


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, "ws://localhost/x"),
        ({"scheme": "https", "headers": [(b"host", b"h:443")]}, "wss://h/x"),
        ({"scheme": "http", "headers": [(b"host", b"h:8000")]}, "ws://h:8000/x"),
        ({"root_path": "/a b/?"}, "ws://localhost/a%20b/%3F/x"),
        ({"root_path": "//evil.com"}, "ws://localhost/evil.com/x"),
        ({"headers": [(b"host", b"evil.com/?")], "server": ["::1", "80"]}, "ws://[::1]/x"),
    ],
)
def test_b65_an_absolute_url_has_the_scheme_of_the_scope(scope: Scope, expected: str) -> None:
    assert absolute_url(ASGIConnection(scope), "/x") == expected
