"""WSG390: topics are read and checked; code for them comes with a later release."""

from __future__ import annotations

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api


def check(api: Api, found: Collector) -> None:
    """Say so once for each topic."""
    for topic in api.topics:
        message = f"no code is generated for the topic `{topic.name.written}` yet"
        found.report("WSG390", message, topic.at, help="keep it: what stands in it is checked")
