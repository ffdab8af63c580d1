"""A generator; what it yields is sent, for as long as the client stays."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from wsgen_runtime import websocket_stream

INTERVAL = 0.05


@websocket_stream("/stream")
async def ticker() -> AsyncIterator[dict[str, object]]:
    counter = 0
    while True:
        yield {"type": "tick", "counter": counter, "timestamp": time.time()}
        counter += 1
        await asyncio.sleep(INTERVAL)
