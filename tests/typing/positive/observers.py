"""An observer says what it wants to count, or nothing of the runtime at all."""

from typing import Literal

from wsgen_runtime import WebSocketApp
from wsgen_runtime.observe import Counters, Observer
from wsgen_runtime.opentelemetry import OpenTelemetryObserver
from wsgen_runtime.prometheus import PrometheusObserver


class Openings(Observer):
    """A subclass needs the methods that it wants."""

    count = 0

    def opened(self, *, handler: str) -> None:
        self.count += 1


class Foreign:
    """A class of any origin needs them all."""

    def opened(self, *, handler: str) -> None: ...
    def closed(
        self, *, handler: str, code: int, by: Literal["client", "server"], seconds: float
    ) -> None: ...
    def refused(self, *, handler: str, code: int, status: int | None) -> None: ...
    def received(self, *, handler: str, size: int) -> None: ...
    def sent(self, *, handler: str, size: int) -> None: ...
    def invalid(self, *, handler: str, code: str) -> None: ...
    def dropped(self, *, handler: str, reason: str) -> None: ...
    def gap(self, *, handler: str, topic: str) -> None: ...
    def failed(self, *, handler: str, error: BaseException) -> None: ...


WebSocketApp([], observer=None)
WebSocketApp([], observer=Openings())
WebSocketApp([], observer=Foreign())
WebSocketApp([], observer=Counters())
WebSocketApp([], observer=PrometheusObserver())
WebSocketApp([], observer=OpenTelemetryObserver())
