"""Where an application is mounted, and what that makes of paths.

`root_path` is the part of the path that lies in front of the application (ASGI, "HTTP Connection
Scope"). Servers and frameworks do three things with it, and all three are understood here:

- uvicorn, Starlette and FastAPI leave it in front of `path`: `/ws/rooms/7` with root_path `/ws`;
- hypercorn keeps `path` and `root_path` apart: `/rooms/7` with root_path `/ws`;
- some hosts set none, so that the application cannot know its place and `mount_path` must say it.
  Litestar cuts `path` all the same (`/rooms/7/`), Django Channels leaves it whole (`/ws/rooms/7`).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from wsgen_runtime._asgi import Scope
from wsgen_runtime._request import ASGIConnection

__all__ = ["absolute_url", "local_path"]

_IN_PATH: Final = "!$&'()*+,;=:@/"


def local_path(scope: Scope, mount_path: str = "") -> str:
    """The part of `scope["path"]` that the application routes on; it starts with a slash.

    `root_path` is removed where the path starts with it, at a slash only, and then `mount_path`
    in the same way unless root_path ends with it: a host that sets root_path hides nothing. With
    `mount_path="/ws"` no route may begin with `/ws` itself: nothing tells whether a host has cut
    the path before.
    """
    path: str = scope.get("path") or "/"
    root: str = scope.get("root_path") or ""
    if root:
        root = _prefix(root)
        path = _without(path, root)
    if mount_path and not root.endswith(mount_path := _prefix(mount_path)):
        path = _without(path, mount_path)
    return path


def absolute_url(connection: ASGIConnection, path: str, mount_path: str = "") -> str:
    """The URL at which clients of `connection` reach `path`, with ws or wss.

    Host and port are those that the client wrote into `Host`: good for links, not for decisions.

    Args:
        connection: the request whose scheme and host are taken.
        path: below the application, quoted, with or without a query: what `Route.url` gives.
        mount_path: where the application is mounted, if its host hides it.
    """
    root = _prefix(connection.root_path)
    mount_path = _prefix(mount_path)
    if not root.endswith(mount_path):
        root += mount_path
    return connection.base_url.origin + quote(root, _IN_PATH, errors="replace") + path


def _prefix(path: str) -> str:
    path = path.strip("/")
    return f"/{path}" if path else ""


def _without(path: str, prefix: str) -> str:
    if path.startswith(prefix):
        rest = path[len(prefix) :]
        if not rest:
            return "/"
        if rest[0] == "/":
            return rest
    return path
