"""The application of a schema with topics: they start and stop with it, or on first use."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from typing_extensions import Unpack, override

from wsgen_runtime._app import AppOptions, GeneratedApp
from wsgen_runtime._endpoint import Endpoint
from wsgen_runtime._route import Route
from wsgen_runtime._topics.topic import Topics

T = TypeVar("T", bound=Topics)


class TopicsApp(GeneratedApp, Generic[T]):
    """The base of the application class of a generated package with topics.

    Attributes:
        topics: for what is no connection: HTTP endpoints, background jobs.
    """

    def __init__(
        self,
        routes: dict[str, Route],
        endpoints: Sequence[Endpoint[Any]],
        topics: T,
        /,
        **options: Unpack[AppOptions],
    ) -> None:
        super().__init__(routes, endpoints, **options)
        self.topics = topics
        topics.hub.observation = self._observation
        topics.hub.verify = options.get("debug", False)

    @override
    @asynccontextmanager
    async def lifespan(self) -> AsyncGenerator[None]:
        """Around the application's life; what its own lifespan publishes at the end still goes."""
        try:
            async with super().lifespan():
                await self.topics.hub.start()
                yield
        finally:
            await self.topics.hub.stop()

    @override
    async def close(self) -> None:
        """Close every connection with 1012, then stop the topics; the next use starts them."""
        try:
            await super().close()
        finally:
            await self.topics.hub.stop()
