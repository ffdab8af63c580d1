"""Keeps the news: something that has to be opened before use, and closed at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Archive:
    def __init__(self) -> None:
        self._subjects: dict[str, list[str]] | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Stands for connecting to a database."""
        self._subjects = defaultdict(list)
        print("archive: opened", flush=True)
        yield
        self._subjects = None
        print("archive: closed", flush=True)

    def of(self, subject: str) -> list[str]:
        """The news of a subject.

        Raises:
            RuntimeError: nobody has opened the archive.
        """
        if self._subjects is None:
            raise RuntimeError("the archive is closed: did the host enter feed.lifespan()?")
        return self._subjects[subject]
