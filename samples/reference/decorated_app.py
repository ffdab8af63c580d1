"""The handlers with decorators: `uvicorn decorated_app:app`."""

from __future__ import annotations

from wsgen_runtime import WebSocketApp

from decorated.authentication import secure
from decorated.background import background
from decorated.broadcast import broadcast
from decorated.echo import echo
from decorated.json_api import commands
from decorated.listener import listener
from decorated.rooms import room
from decorated.stream import ticker

app = WebSocketApp(
    [
        echo,
        listener,
        ticker,
        commands,
        secure,
        broadcast,
        background,
        room,
    ]
)
