"""WSG305 and WSG306: what a topic needs of the handlers that subscribe to it."""

from __future__ import annotations

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Handler, Raw, Source, Topic
from wsgen.ir.types import UNKNOWN, Scalar, ScalarType, TypeExpr


def check(api: Api, found: Collector) -> None:
    """Compare a topic's parameters with the path's, and its messages with the handler's."""
    topics = {each.name.written: each for each in api.topics}
    for topic in api.topics:
        _params(topic, found)
    for handler in api.handlers:
        for name in handler.subscribe:
            _bound(handler, topics[name], found)
            _sent(handler, topics[name], found)


def _params(topic: Topic, found: Collector) -> None:
    for each in topic.params:
        if each.type != UNKNOWN and (not _tells_apart(each.type) or each.has_default):
            message = (
                f"`{each.name.written}` tells topics apart, so it is a scalar without default and"
                " bounds, as in a path"
            )
            found.report("WSG307", message, each.at, help="such as `room_id: int`")


def _tells_apart(type_: TypeExpr) -> bool:
    return (
        isinstance(type_, ScalarType)
        and type_.scalar not in {Scalar.ANY, Scalar.BYTES}
        and not type_.constraints.given()
    )


def _bound(handler: Handler, topic: Topic, found: Collector) -> None:
    at = handler.place("subscribe")
    path = {each.name.written: each for each in handler.parameters if each.source is Source.PATH}
    for wanted in topic.params:
        given = path.get(wanted.name.written)
        related = ((wanted.at, "the topic's parameter"),)
        label = f"the topic `{topic.name.written}` needs `{wanted.name.written}`"
        if given is None:
            help_ = f"add `{{{wanted.name.written}}}` to the path"
            message = f"{label}, which the path does not have"
            found.report("WSG306", message, at, help=help_, related=related)
        elif UNKNOWN not in {given.type, wanted.type} and (
            _scalar(given.type) != _scalar(wanted.type)
        ):
            help_ = "give both one type"
            found.report(
                "WSG306", f"{label}, which has another type", at, help=help_, related=related
            )


def _scalar(type_: object) -> object:
    return type_.scalar if isinstance(type_, ScalarType) else type_


def _sent(handler: Handler, topic: Topic, found: Collector) -> None:
    at = handler.place("subscribe")
    sent = handler.from_server if isinstance(handler.from_server, tuple) else ()
    if UNKNOWN in sent or handler.from_server == Raw(UNKNOWN):
        return
    for message in topic.messages:
        if message not in {*sent, UNKNOWN}:
            text = f"the topic `{topic.name.written}` brings `{message.name}`, which is not sent"
            found.report("WSG305", text, at, help="add it to `from_server`")
