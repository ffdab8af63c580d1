"""What the adapters for Prometheus and OpenTelemetry make of what they are told."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Literal

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from prometheus_client import CollectorRegistry
from tests.runtime.scripted import C, D, R, Rb, Talk, run, sent

from wsgen_runtime import WebSocketApp, websocket_listener
from wsgen_runtime.observe import Observer, code_label
from wsgen_runtime.opentelemetry import OpenTelemetryObserver
from wsgen_runtime.prometheus import PrometheusObserver


@pytest.mark.parametrize(
    ("code", "by", "label"),
    [
        (1000, "client", "1000"),
        (1006, "client", "1006"),
        (3000, "client", "3xxx"),
        (4999, "client", "4xxx"),
        (4999, "server", "4999"),
        (77, "client", "other"),
        (70_000, "client", "other"),
    ],
)
def test_clients_cannot_make_up_labels(
    code: int, by: Literal["client", "server"], label: str
) -> None:
    assert code_label(code, by) == label


def test_any_code_of_a_client_is_one_of_few_labels() -> None:
    assert len({code_label(code, "client") for code in range(70_000)}) == 16 + 3


async def everything(observer: Observer) -> None:
    """A connection of every kind: served, refused, failed, not valid."""

    @websocket_listener("/shout", on_invalid="ignore")
    async def shout(data: str) -> str:
        if data == "fail":
            raise LookupError
        return data.upper()

    app = WebSocketApp([shout], observer=observer)
    await run(app, C, R("hi"), Rb(b"x"), sent(2), D(4321), path="/shout")
    await run(app, C, R("fail"), path="/shout")
    await run(app, C, path="/nowhere")
    async with Talk(app, C, path="/shout") as talk:
        await talk.count(1)
        talk.feed(D())
    observer.gap(handler="shout", topic="room")


async def test_the_adapter_for_prometheus_counts() -> None:
    registry = CollectorRegistry()
    await everything(PrometheusObserver(registry))

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"wsgen_{name}", labels)

    assert value("connections_open", handler="shout") == 0
    assert value("connections_opened_total", handler="shout") == 3
    closed = {"handler": "shout", "by": "client"}
    assert value("connections_closed_total", code="4xxx", **closed) == 1
    assert value("connections_closed_total", handler="shout", by="server", code="1011") == 1
    assert value("connection_duration_seconds_count", handler="shout") == 3
    assert value("connections_refused_total", handler="", code="4404") == 1
    assert value("messages_received_total", handler="shout") == 3
    assert value("received_bytes_total", handler="shout") == 7
    assert value("messages_sent_total", handler="shout") == 1
    assert value("sent_bytes_total", handler="shout") == 2
    assert value("messages_invalid_total", handler="shout", code="wrong_frame") == 1
    assert value("messages_dropped_total", handler="shout", reason="invalid") == 1
    assert value("topic_gaps_total", handler="shout", topic="room") == 1
    assert value("failures_total", handler="shout", error="LookupError") == 1
    with pytest.raises(ValueError, match="Duplicated"):
        PrometheusObserver(registry)
    PrometheusObserver(registry, namespace="other")


def points(reader: InMemoryMetricReader) -> dict[str, list[Any]]:
    data = reader.get_metrics_data()
    assert data is not None
    return {
        metric.name: list(metric.data.data_points)
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


async def test_the_adapter_for_opentelemetry_counts() -> None:
    reader = InMemoryMetricReader()
    await everything(OpenTelemetryObserver(MeterProvider([reader])))
    found = points(reader)

    def values(name: str) -> dict[tuple[tuple[str, Any], ...], Any]:
        return {
            tuple(sorted(point.attributes.items())): getattr(point, "value", None)
            for point in found[name]
        }

    shout = ("wsgen.handler", "shout")
    assert values("wsgen.active_connections") == {(shout,): 0}
    assert values("wsgen.messages") == {
        (("network.io.direction", "receive"), shout): 3,
        (("network.io.direction", "transmit"), shout): 1,
    }
    assert values("wsgen.io")[("network.io.direction", "receive"), shout] == 7
    assert values("wsgen.refused_connections") == {
        (("http.response.status_code", 404), ("wsgen.close.code", "4404")): 1
    }
    assert values("wsgen.invalid_messages") == {(("error.type", "wrong_frame"), shout): 1}
    assert values("wsgen.dropped_messages") == {(("wsgen.drop.reason", "invalid"), shout): 1}
    assert values("wsgen.topic_gaps") == {(shout, ("wsgen.topic", "room")): 1}
    assert values("wsgen.failures") == {(("error.type", "LookupError"), shout): 1}
    durations = found["wsgen.connection.duration"]
    assert sum(point.count for point in durations) == 3
    codes = {(point.attributes["wsgen.close.code"], point.attributes["wsgen.close.by"])
             for point in durations}  # fmt: skip
    assert codes == {("4xxx", "client"), ("1011", "server"), ("1005", "client")}


def test_the_runtime_imports_no_library_of_metrics() -> None:
    code = (
        "import sys, wsgen_runtime, wsgen_runtime.gen1, wsgen_runtime.observe\n"
        "assert not {'prometheus_client', 'opentelemetry'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
