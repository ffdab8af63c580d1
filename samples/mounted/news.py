"""The handlers, and the application that the three hosts mount."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import final

from typing_extensions import override
from wsgen_runtime import WebSocket

from archive import Archive
from feed import FeedApp, create_app
from feed import messages as m
from feed.handlers.replay import ReplayHandler
from feed.handlers.subject import SubjectHandler

ARCHIVE = Archive()


@final
class Subject(SubjectHandler):
    @override
    async def on_post(self, message: m.Post, /) -> m.Posted:
        news = self.archive.of(self.params.subject)
        news.append(message.text)
        replay = self.socket.connection.url_for("replay", subject=self.params.subject)
        return m.Posted(number=len(news), replay=replay)


@final
class Replay(ReplayHandler):
    @override
    async def stream(self) -> AsyncIterator[m.News]:
        for text in self.archive.of(self.params.subject):
            yield m.News(text=text)


def get_archive(socket: WebSocket, /) -> Archive:
    return ARCHIVE


def open_archive(app: object) -> AbstractAsyncContextManager[None]:
    return ARCHIVE.opened()


def make_feed(mount_path: str = "") -> FeedApp:
    """The application; `mount_path` is for hosts that do not say where they mount it."""
    return create_app(
        subject=Subject,
        replay=Replay,
        archive=get_archive,
        lifespan=open_archive,
        mount_path=mount_path,
    )
