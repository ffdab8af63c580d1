"""The generated handlers' subclasses: `uvicorn schema_first_app:app`."""

from __future__ import annotations

from reference_api import create_app
from schema_first.authentication import Secure, authenticate
from schema_first.background import Background
from schema_first.broadcast import Broadcast, gather_crowd
from schema_first.echo import Echo
from schema_first.json_api import Commands
from schema_first.listener import Listener
from schema_first.rooms import Room
from schema_first.stream import Ticker

app = create_app(
    echo=Echo,
    listener=Listener,
    ticker=Ticker,
    commands=Commands,
    secure=Secure,
    broadcast=Broadcast,
    background=Background,
    room=Room,
    user=authenticate,
    crowd=gather_crowd,
)
