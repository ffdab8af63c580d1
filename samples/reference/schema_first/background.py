"""Work beside the conversation: blocking, so in a thread; over when the client leaves."""

from __future__ import annotations

from typing import final

from typing_extensions import override
from wsgen_runtime import sync_to_thread

from reference_api import messages as m
from reference_api.handlers.background import BackgroundHandler


def work(text: str) -> str:
    """Stands for something slow that blocks."""
    return text.upper()


@final
class Background(BackgroundHandler):
    jobs = 0

    @override
    async def on_job(self, message: m.Job, /) -> None:
        self.jobs += 1
        await self.socket.send(m.Queued(job=self.jobs))
        self.background(self.finish(self.jobs, message.text))

    async def finish(self, job: int, text: str) -> None:
        result = await sync_to_thread(work, text)
        await self.socket.send(m.Finished(job=job, result=result))
