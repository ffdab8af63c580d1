"""WSG209: two messages with one tag could not be told apart."""

from __future__ import annotations

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.ir.types import Message


def check(api: Api, found: Collector) -> None:
    """Compare the tags of all messages, the built-in one included."""
    seen: dict[str, Message] = {api.error.tag: api.error}
    for library in (api, *api.libraries):
        for message in library.messages:
            first = seen.setdefault(message.tag, message)
            if first is message:
                continue
            other = (
                "of the built-in error message"
                if first is api.error
                else f"of `{first.name.written}`"
            )
            text = f"`{message.name.written}` has the tag `{message.tag}` {other}"
            related = () if first is api.error else ((first.at, "the other one"),)
            found.report(
                "WSG209", text, message.at, help="give it a `tag:` of its own", related=related
            )
