"""A generator; what it yields is sent, for as long as the client stays."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import final

from typing_extensions import override

from reference_api import messages as m
from reference_api.handlers.ticker import TickerHandler

INTERVAL = 0.05


@final
class Ticker(TickerHandler):
    @override
    async def stream(self) -> AsyncIterator[m.Tick]:
        counter = 0
        while True:
            yield m.Tick(counter=counter, timestamp=time.time())
            counter += 1
            await asyncio.sleep(INTERVAL)
