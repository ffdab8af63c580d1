"""What the soak tests serve: `python -m tests.soak.served` prints its port, then serves.

The path `/report` says what the process holds, after a collection.
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import tracemalloc
from pathlib import Path

import msgspec
import uvicorn
from tests.soak.driving import BusyRoom, counting, failing, guarded, listener, talking

from wsgen_runtime import WebSocket, websocket
from wsgen_runtime.observe import Counters


class Report(msgspec.Struct, kw_only=True):
    """What a process holds.

    Attributes:
        open: connections, this one among them.
        rss: bytes of memory that the process has.
        traced: bytes that Python objects take, where tracemalloc is on.
        objects: how many the collector knows.
    """

    open: int
    tasks: int
    descriptors: int
    rss: int
    traced: int
    objects: int


@websocket("/report")
async def report(socket: WebSocket) -> None:
    """Answer each message with a report."""
    await socket.accept()
    async for _ in socket.iter_text():
        gc.collect()
        await socket.send_json(held())


def held() -> Report:
    """What this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Report(
        open=counters.open.total(),
        tasks=len(asyncio.all_tasks()),
        descriptors=len(os.listdir("/proc/self/fd")),
        rss=pages * os.sysconf("SC_PAGE_SIZE"),
        traced=tracemalloc.get_traced_memory()[0],
        objects=len(gc.get_objects()),
    )


counters = Counters()


def serve() -> None:
    """Serve the handlers of the other soak tests."""
    from tests.runtime.handmade import Parts, create_app

    handlers = [listener, talking, counting, failing, guarded, report]
    app = create_app(Parts(room=BusyRoom), handlers=handlers, observer=counters)
    config = uvicorn.Config(app, ws="websockets-sansio", log_level="critical", access_log=False)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    serve()
