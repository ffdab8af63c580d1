"""The test client: runs an application's lifespan, and connects to it."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping, Sequence
from types import TracebackType
from typing import Any, Self

from wsgen_runtime._asgi import ASGIApp, Message
from wsgen_runtime._tagged import AnyWire
from wsgen_runtime._testing_exchange import HeaderSource, Query, make_scope
from wsgen_runtime._testing_session import WebSocketTestSession


class WebSocketTestClient:
    """Connects to an ASGI application, of wsgen or not, without a server.

    As a context manager it starts the application and shuts it down.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        wire: AnyWire | None = None,
        timeout: float = 5.0,  # of every wait, not of one call
        denial: bool = True,
    ) -> None:
        """Test an application.

        Parameters:
            app: any ASGI application.
            wire: `WIRE` of a generated package, for `session.send` and `session.receive`.
            timeout: seconds for every single wait.
            denial: whether the server can refuse by an HTTP answer, as most can; without it a
                refusal shows its close code.
        """
        self._app = app
        self._wire = wire
        self._timeout = timeout
        self._denial = denial
        self._state: MutableMapping[str, Any] = {}
        self._lifespan: Lifespan | None = None

    async def __aenter__(self) -> Self:
        """Start the application.

        Raises:
            RuntimeError: it says that it cannot start.
            TimeoutError: it did not start in time.
        """
        self._lifespan = Lifespan(self._app, self._state, self._timeout)
        await self._lifespan.start()
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        """Shut the application down, and raise what it raised."""
        assert self._lifespan is not None
        await self._lifespan.stop()

    def connect(
        self,
        path: str = "/",
        *,
        query: Query | None = None,
        headers: HeaderSource = (),
        subprotocols: Sequence[str] = (),
    ) -> WebSocketTestSession:
        """A connection, to be opened by `async with`.

        Parameters:
            path: the path, quoted or not; it may have a query of its own.
            query: parameters of the query; a list stands for a repeated one.
            headers: of the opening request; `Host` is `testserver` unless given.
            subprotocols: what the client offers, the preferred one first.
        """
        scope = make_scope(path, query or {}, headers, subprotocols, denial=self._denial)
        scope["state"] = dict(self._state)
        return WebSocketTestSession(self._app, scope, self._timeout, self._wire)


class Lifespan:
    """The life of an application (ASGI, "Lifespan Protocol")."""

    def __init__(self, app: ASGIApp, state: MutableMapping[str, Any], seconds: float) -> None:
        self._app = app
        self._state = state
        self._seconds = seconds
        self._for_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Future[None] | None = None
        self._known = False

    async def start(self) -> None:
        """Start; an application that knows no lifespan goes without."""
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self._state}
        self._task = asyncio.ensure_future(self._app(scope, self._for_app.get, self._from_app.put))
        self._known = await self._step("startup")

    async def stop(self) -> None:
        """Shut down, wait for the application to return, and raise what it raised."""
        assert self._task is not None
        if not self._known:
            return
        if not self._task.done():
            await self._step("shutdown")
            await asyncio.wait((self._task,), timeout=self._seconds)
        if not self._task.done():
            self._task.cancel()
            await asyncio.wait((self._task,), timeout=self._seconds)
            raise TimeoutError(f"the lifespan did not return within {self._seconds} s")
        self._task.result()

    async def _step(self, phase: str) -> bool:
        """Say what comes; False where the application ends instead of answering."""
        assert self._task is not None
        self._for_app.put_nowait({"type": f"lifespan.{phase}"})
        answer = asyncio.ensure_future(self._from_app.get())
        await asyncio.wait(
            (answer, self._task), timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if not answer.done():
            answer.cancel()
            if self._task.done():  # it knows no lifespan, and may say so by raising
                self._task.exception()
                return False
            self._task.cancel()
            await asyncio.wait((self._task,), timeout=self._seconds)
            raise TimeoutError(f"no answer to lifespan.{phase} within {self._seconds} s")
        event = answer.result()
        if event["type"] == f"lifespan.{phase}.failed":
            await asyncio.wait((self._task,), timeout=self._seconds)
            cause = None if self._task.cancelled() else self._task.exception()
            raise RuntimeError(f"{phase} failed: {event.get('message', '')}") from cause
        return True
