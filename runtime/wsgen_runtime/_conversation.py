"""The two loops: listening to a client message by message, and streaming to it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

from wsgen_runtime._asgi import Message
from wsgen_runtime._codec import Data, Decoder, Encoder, RequestId
from wsgen_runtime._inbox import LOST
from wsgen_runtime._link import Link
from wsgen_runtime._state import OPEN
from wsgen_runtime._terms import OnInvalid, larger_than
from wsgen_runtime.exceptions import InvalidMessage, WebSocketDisconnect, WrongFrame

_ITEMS_BETWEEN_PAUSES: Final = 16
_ESCAPE: Final[Any] = "\\"


Method: TypeAlias = Callable[[Any], Awaitable[object]]
"""Handles a message; the result is sent unless it is None."""


class Listening(ABC):
    """What a listener does with what comes.

    Attributes:
        methods: what to call for a message of a class; one for every class that the decoder knows.
    """

    __slots__ = (
        "cancel_on_disconnect",
        "decoder",
        "encoder",
        "methods",
        "on_invalid",
    )

    decoder: Decoder
    encoder: Encoder
    methods: Mapping[type, Method]
    on_invalid: OnInvalid
    cancel_on_disconnect: bool

    @abstractmethod
    def recover(self, error: Exception, /) -> Awaitable[bool]:
        """Whether an exception handler took what `handle` raised, so that it goes on."""


async def listen(link: Link, listener: Listening) -> None:
    """Handle messages strictly one after another, until the connection ends."""
    inbox = link.inbox
    try:
        await _listen(link, listener)
    except asyncio.CancelledError:
        if not inbox.only_stopped():
            raise  # somebody else's doing
    except WebSocketDisconnect:
        raise
    except Exception:
        if not inbox.direct:
            raise
        link.note(LOST)  # what a server raises from `receive()` has no contract
    finally:
        inbox.direct = False


async def _listen(link: Link, listener: Listening) -> None:
    """The loop. Nobody can cancel its wait alone, so `receive()` is awaited as it is."""
    inbox, machine, send, wait = link.inbox, link.machine, link.send, _wait(link)
    decoder, encoder, methods = listener.decoder, listener.encoder, _methods(link, listener)
    id_key: Any = decoder.id_key  # of the type of `data`, which no checker can see
    key, decode, requests, makers = decoder.key, decoder.decode, decoder.requests, encoder.makers
    certain = -1 if link.terms.rate else link.terms.max_message // 4  # UTF-8 has 4 at the most
    while machine.phase is OPEN or link.unread:
        inbox.direct = inbox.pending is None
        event = await (wait() if inbox.direct else link.next())
        inbox.direct = False
        try:
            data = event.get(key)
            if data is None or len(data) > certain or machine.by is not None:
                if event["type"] != "websocket.receive" or machine.by == "server":
                    link.note(event)
                    return
                data = await _admitted(link, listener, event)
                if data is None:
                    continue
            try:
                message, request_id = decode(data), None
                if type(message) in requests and (not id_key or id_key in data or _ESCAPE in data):
                    request_id = decoder.request_id(data)
            except Exception as error:
                await _refuse(link, listener, decoder.explain(error, data), data)
                continue
            answer = await methods[type(message)](message)
            if answer is not None or type(message) in requests:  # None is refused
                make = makers.get(type(answer)) if request_id is None else None
                event = make(answer) if make else encoder.reply(answer, request_id)
                if machine.phase is not OPEN:
                    continue  # what it said before it left is handled all the same
                try:
                    await send(event)
                except Exception as error:
                    link.lost(error)  # the same
        except Exception as error:
            if link.over or not await listener.recover(error):
                raise


class _Watched(dict[type, Method]):
    """The methods of a listener, each of which is cancelled when the client leaves meanwhile."""

    def __init__(self, link: Link, methods: Mapping[type, Method]) -> None:
        self._link = link
        self._methods = methods

    def __missing__(self, message: type) -> Method:
        method, link = self._methods[message], self._link

        def watched(message: object) -> Awaitable[object]:
            return _watched(link, method(message))

        self[message] = watched
        return watched


def _methods(link: Link, listener: Listening) -> Mapping[type, Method]:
    return _Watched(link, listener.methods) if listener.cancel_on_disconnect else listener.methods


def _wait(link: Link) -> Callable[[], Awaitable[Message]]:
    """How to wait for the next event."""
    seconds = link.terms.idle_timeout
    return link.inbox.receive if seconds is None else partial(_unless_idle, link, seconds)


async def _admitted(link: Link, listener: Listening, event: Message) -> Data | None:
    """The payload of a frame of the right kind; None where it is not, or too soon.

    Raises:
        WebSocketDisconnect: the frame is beyond a limit, or the client has left meanwhile.
    """
    data: Data | None = event.get(listener.decoder.key)
    payload = data if data is not None else event.get("bytes") or event.get("text") or ""
    if larger_than(payload, link.terms.max_message):
        await link.close(1009, "the message is too big")
        raise link.ended()
    if not link.in_rate():
        await _slow_down(link, listener, data)
    elif data is None:
        await _refuse(link, listener, listener.decoder.wrong_frame(), None)
    else:
        return data
    return None


async def _slow_down(link: Link, listener: Listening, data: Data | None) -> None:
    if listener.on_invalid != "reply":
        await link.close(1008, "too many messages")
        raise link.ended()
    link.drop("rate_limited")
    error = InvalidMessage("rate_limited", "too many messages")
    await link.emit(listener.encoder.error(error, _id_of(listener.decoder, data)))


async def _refuse(
    link: Link, listener: Listening, error: InvalidMessage | WrongFrame, data: Data | None
) -> None:
    """What the handler's policy says about a frame that is not a message."""
    link.mistaken(error)
    if listener.on_invalid == "close":
        try:
            raise error
        finally:
            del error  # in a frame of its own traceback it would be garbage
    if listener.on_invalid == "ignore":
        link.drop("invalid")
        return
    if isinstance(error, WrongFrame):
        error = InvalidMessage("wrong_frame", str(error))
    await link.emit(listener.encoder.error(error, _id_of(listener.decoder, data)))


def _id_of(decoder: Decoder, data: Data | None) -> RequestId | None:
    """The request id of something that is no valid request, if it can be found all the same."""
    if data is None or not decoder.requests:
        return None
    try:
        return decoder.request_id(data)
    except Exception:  # malformed altogether
        return None


async def _watched(link: Link, work: Awaitable[object]) -> object:
    """Do some work, and cancel it when the client leaves meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done() and not link.over:
            ahead = link.inbox.watch(link.note)
            if ahead.done():
                break  # the client has left, or too much is unread to see whether it has
            await asyncio.wait((task, ahead), return_when=asyncio.FIRST_COMPLETED)
        if not task.done() and link.machine.by != "client":
            await asyncio.wait((task,))
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait((task,))
        if not task.cancelled():
            task.exception()  # seen, also where we are cancelled ourselves
    try:
        if task.cancelled() and link.over:
            raise link.ended()
        return task.result()
    finally:
        del task, work  # in a frame of the traceback that it keeps, it would be garbage


async def _unless_idle(link: Link, seconds: float) -> Message:
    """The next event; after too long the connection is closed, which ends the wait for good."""
    timer = asyncio.timeout(seconds)
    try:
        async with timer:
            return await link.inbox.receive()
    except TimeoutError:
        if not timer.expired():
            raise
        await link.close(1001, "idle for too long")
        raise link.ended() from None


async def pump(
    link: Link,
    items: AsyncIterator[Any],
    event_of: Callable[[Any], Message],
    *,
    listen_for_disconnect: bool = True,
) -> None:
    """Send every item, and close the iterator in every case before returning.

    Raises:
        WebSocketDisconnect: the connection ended before the items did.
    """
    try:
        await link.ready()
        if listen_for_disconnect:
            await _send_and_listen(link, items, event_of)
        else:
            await _send_all(link, items, event_of)
    finally:
        await _close(items)  # also where not even the first item was asked for


async def _send_and_listen(
    link: Link, items: AsyncIterator[Any], event_of: Callable[[Any], Message]
) -> None:
    sender = asyncio.create_task(_send_all(link, items, event_of))
    try:
        while not sender.done() and not link.over:
            ahead = link.inbox.ahead(link.note)
            await asyncio.wait((sender, ahead), return_when=asyncio.FIRST_COMPLETED)
            if ahead.done() and not sender.done() and not link.over:
                await link.next()
                link.drop("streaming")
        if not sender.done() and link.machine.by == "server":  # it may still have to clean up
            await asyncio.wait((sender,), timeout=link.terms.close_timeout)
    finally:
        if not sender.done():
            sender.cancel()
            await asyncio.wait((sender,))
    try:
        if sender.cancelled():
            raise link.ended()
        sender.result()
    finally:
        del sender  # in a frame of the traceback that it keeps, it would be garbage


async def _send_all(
    link: Link, items: AsyncIterator[Any], event_of: Callable[[Any], Message]
) -> None:
    sent = 0
    try:
        async for item in items:
            if link.over:
                raise link.ended()
            await link.emit(event_of(item))
            sent += 1
            if sent % _ITEMS_BETWEEN_PAUSES == 0:
                await asyncio.sleep(0)  # neither items nor server may ever wait: let others run
    finally:
        await _close(items)  # here, since context variables are those of this task


async def _close(items: AsyncIterator[Any]) -> None:
    close = getattr(items, "aclose", None)
    if close is not None:
        await close()
