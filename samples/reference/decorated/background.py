"""Work beside the conversation: blocking, so in a thread; over when the client leaves."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from wsgen_runtime import WebSocket, WebSocketDisconnect, sync_to_thread, websocket


def work(text: str) -> str:
    """Stands for something slow that blocks."""
    return text.upper()


async def finish(socket: WebSocket, job: int, text: str) -> None:
    result = await sync_to_thread(work, text)
    with suppress(WebSocketDisconnect):
        await socket.send_json({"type": "finished", "job": job, "result": result})


@websocket("/background")
async def background(socket: WebSocket) -> None:
    await socket.accept()
    jobs = 0
    running: set[asyncio.Task[None]] = set()
    try:
        async for message in socket.iter_json():
            jobs += 1
            await socket.send_json({"type": "queued", "job": jobs})
            task = asyncio.create_task(finish(socket, jobs, message["text"]))
            running.add(task)
            task.add_done_callback(running.discard)
    finally:
        for task in running:
            task.cancel()
