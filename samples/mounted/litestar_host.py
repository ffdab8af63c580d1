"""The feed under /ws of a Litestar application: `uvicorn litestar_host:app`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from litestar import Litestar, asgi, get

from feed.routes import url_for_subject
from news import make_feed

feed = make_feed(mount_path="/ws")  # Litestar does not say where it mounts


@get("/")
async def home() -> dict[str, str]:
    return {"news": url_for_subject("/ws", subject="news")}


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncGenerator[None]:
    async with feed.lifespan():  # nor does it tell what it mounts
        yield


app = Litestar(
    route_handlers=[home, asgi("/ws", is_mount=True)(feed)],
    lifespan=[lifespan],
)
