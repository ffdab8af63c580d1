"""WSG209: two messages with one tag could not be told apart."""

from __future__ import annotations

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.ir.types import Message


def check(api: Api, found: Collector) -> None:
    """Compare the tags of all messages, the built-in one included.

    Names of one file with one spelling are another rule's finding.
    """
    seen: dict[str, Message] = {api.error.tag: api.error}
    for module in api.modules:
        for message in module.messages:
            first = seen.setdefault(message.tag, message)
            if first is message:
                continue
            beside = first is api.error or first in module.messages
            if beside and first.name.words == message.name.words:
                continue
            builtin = first is api.error
            other = "the built-in error message" if builtin else f"`{first.name.written}`"
            text = f"`{message.name.written}` has the tag `{message.tag}` of {other}"
            related = () if builtin else ((first.at, "the other one"),)
            help_ = "give it a `tag:` of its own"
            found.report("WSG209", text, message.at, help=help_, related=related)
