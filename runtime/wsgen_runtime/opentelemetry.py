"""An observer that counts with OpenTelemetry: `pip install wsgen-runtime[opentelemetry]`.

    app = create_app(observer=OpenTelemetryObserver(), …)

It needs the API alone; the application chooses SDK and exporter. OpenTelemetry has no conventions
for WebSockets, so names are in a namespace of our own, and attributes are the conventions' where
these have one: https://opentelemetry.io/docs/specs/semconv/general/naming/.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from opentelemetry.metrics import MeterProvider, get_meter
from typing_extensions import override

from wsgen_runtime.observe import Observer, code_label

__all__ = ["OpenTelemetryObserver"]

_Attributes: TypeAlias = dict[str, str | int]

_HANDLER: Final = "wsgen.handler"
_CODE: Final = "wsgen.close.code"
_BY: Final = "wsgen.close.by"
_DIRECTION: Final = "network.io.direction"
_ERROR: Final = "error.type"
_STATUS: Final = "http.response.status_code"


class OpenTelemetryObserver(Observer):
    """Counts what happens to connections."""

    def __init__(self, meter_provider: MeterProvider | None = None) -> None:
        """Make the instruments.

        Parameters:
            meter_provider: whose; by default the global one.
        """
        meter = get_meter("wsgen_runtime", meter_provider=meter_provider)
        self._open = meter.create_up_down_counter(
            "wsgen.active_connections", "{connection}", "Connections that are open now."
        )
        self._seconds = meter.create_histogram(
            "wsgen.connection.duration", "s", "How long accepted connections lasted."
        )
        self._refused = meter.create_counter(
            "wsgen.refused_connections", "{connection}", "Connections that were refused."
        )
        self._messages = meter.create_counter(
            "wsgen.messages", "{message}", "Messages that came or were sent."
        )
        self._bytes = meter.create_counter("wsgen.io", "By", "Bytes of these messages.")
        self._invalid = meter.create_counter(
            "wsgen.invalid_messages", "{message}", "Messages that were not valid."
        )
        self._dropped = meter.create_counter(
            "wsgen.dropped_messages", "{message}", "Messages that were dropped."
        )
        self._gaps = meter.create_counter(
            "wsgen.topic_gaps", "{gap}", "Where messages of a topic may be missing."
        )
        self._failed = meter.create_counter(
            "wsgen.failures", "{failure}", "What failed that should not."
        )
        self._in: dict[str, _Attributes] = {}
        self._out: dict[str, _Attributes] = {}

    @override
    def opened(self, *, handler: str) -> None:
        """Count a connection."""
        self._open.add(1, _of(handler))

    @override
    def closed(
        self, *, handler: str, code: int, by: Literal["client", "server"], seconds: float
    ) -> None:
        """Count its end, and how long it lasted."""
        self._open.add(-1, _of(handler))
        self._seconds.record(seconds, {**_of(handler), _CODE: code_label(code, by), _BY: by})

    @override
    def refused(self, *, handler: str, code: int, status: int | None) -> None:
        """Count a refusal."""
        attributes = {**_of(handler), _CODE: str(code)}
        if status is not None:
            attributes[_STATUS] = status
        self._refused.add(1, attributes)

    @override
    def received(self, *, handler: str, size: int) -> None:
        """Count a message of the client."""
        attributes = self._in.get(handler)
        if attributes is None:
            attributes = self._in[handler] = {**_of(handler), _DIRECTION: "receive"}
        self._messages.add(1, attributes)
        self._bytes.add(size, attributes)

    @override
    def sent(self, *, handler: str, size: int) -> None:
        """Count a message to the client."""
        attributes = self._out.get(handler)
        if attributes is None:
            attributes = self._out[handler] = {**_of(handler), _DIRECTION: "transmit"}
        self._messages.add(1, attributes)
        self._bytes.add(size, attributes)

    @override
    def invalid(self, *, handler: str, code: str) -> None:
        """Count a message that was not valid."""
        self._invalid.add(1, {**_of(handler), _ERROR: code})

    @override
    def dropped(self, *, handler: str, reason: str) -> None:
        """Count a message that was dropped."""
        self._dropped.add(1, {**_of(handler), "wsgen.drop.reason": reason})

    @override
    def gap(self, *, handler: str, topic: str) -> None:
        """Count a gap."""
        self._gaps.add(1, {**_of(handler), "wsgen.topic": topic})

    @override
    def failed(self, *, handler: str, error: BaseException) -> None:
        """Count a failure."""
        kind = type(error)
        name = kind.__qualname__
        if kind.__module__ != "builtins":
            name = f"{kind.__module__}.{name}"
        self._failed.add(1, {**_of(handler), _ERROR: name})


def _of(handler: str) -> _Attributes:
    """The attribute of a handler; none where no handler serves the path."""
    return {_HANDLER: handler} if handler else {}
