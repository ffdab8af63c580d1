"""The feed under /ws of a Starlette application: `uvicorn starlette_host:app`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from feed.routes import url_for_subject
from news import make_feed

feed = make_feed()


async def home(request: Request) -> JSONResponse:
    return JSONResponse({"news": url_for_subject("/ws", subject="news")})


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncGenerator[None]:
    async with feed.lifespan():  # Starlette does not tell what it mounts
        yield


app = Starlette(
    routes=[Route("/", home), Mount("/ws", feed)],
    lifespan=lifespan,
)
