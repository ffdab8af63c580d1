"""What generated code is made of. The import path is the ABI: a breaking change adds `gen2`."""

from __future__ import annotations

from datetime import datetime as _datetime
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Annotated as _Annotated
from typing import TypeAlias as _TypeAlias

import msgspec as _msgspec

from wsgen_runtime._app import AppOptions
from wsgen_runtime._app import GeneratedApp as App
from wsgen_runtime._checks import check_bounds, check_finite
from wsgen_runtime._convert import (
    constrained,
    to_bool,
    to_date,
    to_datetime,
    to_decimal,
    to_enum,
    to_float,
    to_int,
    to_literal,
    to_str,
    to_time,
    to_timedelta,
    to_uuid,
)
from wsgen_runtime._ending import Closed
from wsgen_runtime._endpoint import Options
from wsgen_runtime._handlers import (
    Handler,
    ListenerEndpoint,
    ListenerHandler,
    StreamEndpoint,
    StreamHandler,
    TypedSocket,
    WebSocketEndpoint,
    WebSocketHandler,
)
from wsgen_runtime._parameters import cookie, header, path, query, query_list
from wsgen_runtime._providers import Checked, Guard, Handshake, Provided, Provider
from wsgen_runtime._route import Route
from wsgen_runtime._terms import Limits
from wsgen_runtime._topics.app import TopicsApp
from wsgen_runtime._topics.topic import AnyTopic, Topic, Topics
from wsgen_runtime._websocket import WebSocket
from wsgen_runtime._wire import Wire
from wsgen_runtime.exceptions import WebSocketException

AwareDatetime: _TypeAlias = _Annotated[_datetime, _msgspec.Meta(tz=True)]
"""A date and time with a zone."""

__all__ = [
    "AnyTopic",
    "App",
    "AppOptions",
    "AwareDatetime",
    "Checked",
    "Closed",
    "Guard",
    "Handler",
    "Handshake",
    "Limits",
    "ListenerEndpoint",
    "ListenerHandler",
    "Options",
    "Provided",
    "Provider",
    "Route",
    "StreamEndpoint",
    "StreamHandler",
    "Topic",
    "Topics",
    "TopicsApp",
    "TypedSocket",
    "WebSocket",
    "WebSocketEndpoint",
    "WebSocketException",
    "WebSocketHandler",
    "Wire",
    "check_bounds",
    "check_finite",
    "constrained",
    "cookie",
    "header",
    "path",
    "query",
    "query_list",
    "to_bool",
    "to_date",
    "to_datetime",
    "to_decimal",
    "to_enum",
    "to_float",
    "to_int",
    "to_literal",
    "to_str",
    "to_time",
    "to_timedelta",
    "to_uuid",
]

if not _TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Say what to do where generated code needs more than this release has."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(
            f"this wsgen-runtime has no `gen1.{name}`, which generated code asks for:"
            " pip install --upgrade wsgen-runtime"
        )
