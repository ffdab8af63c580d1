"""An observer that counts with prometheus-client: `pip install wsgen-runtime[prometheus]`.

    app = create_app(observer=PrometheusObserver(), …)

Serving the metrics is left to the application, such as `prometheus_client.make_asgi_app()` given
as `http=`. Names and units follow https://prometheus.io/docs/practices/naming/.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from typing_extensions import override

from wsgen_runtime.observe import Observer, code_label

__all__ = ["PrometheusObserver"]

_SECONDS: Final = (0.1, 1, 10, 60, 300, 1800, 3600, 4 * 3600, 24 * 3600)
"""Connections last from a moment to days."""
_PER_HANDLER: Final = ("handler",)
_CODE: Final = ("handler", "code")
_GAP: Final = ("handler", "topic")
_END: Final = ("handler", "code", "by")


class _Flow(NamedTuple):
    """What each message of a handler adds to."""

    messages: Counter
    size: Counter


class PrometheusObserver(Observer):
    """Counts what happens to connections; share one among the applications of a registry."""

    def __init__(self, registry: CollectorRegistry = REGISTRY, *, namespace: str = "wsgen") -> None:
        """Register the metrics.

        Parameters:
            registry: where to.
            namespace: what their names begin with.

        Raises:
            ValueError: the registry has metrics of these names.
        """

        def counter(name: str, text: str, labels: tuple[str, ...] = _PER_HANDLER) -> Counter:
            return Counter(name, text, labels, namespace=namespace, registry=registry)

        self._open = Gauge(
            "connections_open",
            "Connections that are open now.",
            _PER_HANDLER,
            namespace=namespace,
            registry=registry,
        )
        self._opened = counter("connections_opened", "Connections that were accepted.")
        self._closed = counter("connections_closed", "Accepted connections that ended.", _END)
        self._seconds = Histogram(
            "connection_duration_seconds",
            "How long accepted connections lasted.",
            _PER_HANDLER,
            namespace=namespace,
            registry=registry,
            buckets=_SECONDS,
        )
        self._refused = counter("connections_refused", "Connections that were refused.", _CODE)
        self._received = counter("messages_received", "Messages that came.")
        self._sent = counter("messages_sent", "Messages that were sent.")
        self._received_bytes = counter("received_bytes", "Bytes of messages that came.")
        self._sent_bytes = counter("sent_bytes", "Bytes of messages that were sent.")
        self._invalid = counter("messages_invalid", "Messages that were not valid.", _CODE)
        self._dropped = counter(
            "messages_dropped", "Messages that were dropped.", ("handler", "reason")
        )
        self._gaps = counter("topic_gaps", "Where messages of a topic may be missing.", _GAP)
        self._failed = counter(
            "failures", "What failed that should not, by class.", ("handler", "error")
        )
        self._in: dict[str, _Flow] = {}
        self._out: dict[str, _Flow] = {}

    @override
    def opened(self, *, handler: str) -> None:
        """Count a connection."""
        self._open.labels(handler).inc()
        self._opened.labels(handler).inc()

    @override
    def closed(
        self, *, handler: str, code: int, by: Literal["client", "server"], seconds: float
    ) -> None:
        """Count its end, and how long it lasted."""
        self._open.labels(handler).dec()
        self._closed.labels(handler, code_label(code, by), by).inc()
        self._seconds.labels(handler).observe(seconds)

    @override
    def refused(self, *, handler: str, code: int, status: int | None) -> None:
        """Count a refusal."""
        del status
        self._refused.labels(handler, str(code)).inc()

    @override
    def received(self, *, handler: str, size: int) -> None:
        """Count a message of the client."""
        flow = self._in.get(handler)
        if flow is None:
            flow = _Flow(self._received.labels(handler), self._received_bytes.labels(handler))
            self._in[handler] = flow
        flow.messages.inc()
        flow.size.inc(size)

    @override
    def sent(self, *, handler: str, size: int) -> None:
        """Count a message to the client."""
        flow = self._out.get(handler)
        if flow is None:
            flow = _Flow(self._sent.labels(handler), self._sent_bytes.labels(handler))
            self._out[handler] = flow
        flow.messages.inc()
        flow.size.inc(size)

    @override
    def invalid(self, *, handler: str, code: str) -> None:
        """Count a message that was not valid."""
        self._invalid.labels(handler, code).inc()

    @override
    def dropped(self, *, handler: str, reason: str) -> None:
        """Count a message that was dropped."""
        self._dropped.labels(handler, reason).inc()

    @override
    def gap(self, *, handler: str, topic: str) -> None:
        """Count a gap."""
        self._gaps.labels(handler, topic).inc()

    @override
    def failed(self, *, handler: str, error: BaseException) -> None:
        """Count a failure."""
        self._failed.labels(handler, type(error).__qualname__).inc()
