"""The feed under /ws of a FastAPI application: `uvicorn fastapi_host:app`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from feed.routes import url_for_subject
from news import make_feed

feed = make_feed()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    async with feed.lifespan():  # FastAPI does not tell what it mounts
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def home() -> dict[str, str]:
    return {"news": url_for_subject("/ws", subject="news")}


app.mount("/ws", feed)
