"""Blocking work in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["sync_to_thread"]

P = ParamSpec("P")
T = TypeVar("T")


async def sync_to_thread(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking function in a worker thread and wait for its result.

    Context variables are carried over, as by `asyncio.to_thread`.
    """
    return await asyncio.to_thread(fn, *args, **kwargs)
