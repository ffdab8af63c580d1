"""The relay for a server: `RELAY_TOPICS=redis://… uvicorn tests.topics.served:app`."""

from __future__ import annotations

import os

from tests.topics.relaying import relay

app = relay(os.environ["RELAY_TOPICS"])
