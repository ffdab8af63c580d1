"""A socket that sends a part of what a topic brings."""

from live import Topics
from live import messages as m

from wsgen_runtime import gen1


class Narrow(gen1.TypedSocket[m.Post, m.Here]):
    """Knows nothing of `Posted`."""


async def subscribe(topics: Topics, narrow: Narrow) -> None:
    await topics.room(room="a").subscribe(narrow)  # refused
