"""Sending the last event of a connection, whatever the server makes of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from wsgen_runtime._asgi import Send
from wsgen_runtime.close_codes import fallback_code


async def send_close(send: Send, code: int, reason: str, seconds: float) -> None:
    """Send `websocket.close`; where the server refuses the code, try others.

    Parameters:
        seconds: how long each attempt may take.
    """
    for attempt in dict.fromkeys((code, fallback_code(code), 1000)):
        try:
            async with asyncio.timeout(seconds):
                await send({"type": "websocket.close", "code": attempt, "reason": reason})
        except OSError:  # the client has left, or (a time-out is one) does not read any more
            break
        except Exception:  # noqa: S112  # servers raise what they like
            continue
        break


async def in_time(answer: Coroutine[Any, Any, None], seconds: float) -> None:
    """Wait for an answer to be sent, and give up after some seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await answer
