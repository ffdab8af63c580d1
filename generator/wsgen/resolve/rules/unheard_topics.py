"""WSG312: a topic that no socket can be subscribed to, since no handler sends what it brings."""

from __future__ import annotations

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api
from wsgen.ir.types import UNKNOWN


def check(api: Api, found: Collector) -> None:
    """Look for a handler that sends every message of a topic."""
    sent = [set(api.sent_by(each)) for each in api.handlers]
    subscribed = {name for each in api.handlers for name in each.subscribe}  # WSG305 says it there
    for topic in api.topics:
        name, wanted = topic.name.written, set(topic.messages)
        if name in subscribed or UNKNOWN in wanted.union(*sent):
            continue
        if not any(wanted <= each for each in sent):
            message = f"no handler sends all that the topic `{name}` brings"
            help_ = "add its messages to a handler's `from_server`"
            found.report("WSG312", message, topic.at, help=help_)
