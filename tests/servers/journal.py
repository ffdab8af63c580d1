"""What the application under a server tells its test, by lines on its standard output."""

from __future__ import annotations

import json
import os
import socket as sockets
import sys

from wsgen_runtime import WebSocket

MARK = "JOURNAL"


def tell(connection: WebSocket, event: str, *details: object) -> None:
    """Tell the test of one connection, which its client has named in the query, of an event."""
    write(connection.query_params.get("who", "nobody"), event, *details)


def write(who: str, event: str, *details: object) -> None:
    """Write a line in one piece, so that no other can come between."""
    line = f"{MARK} {who} {event} {json.dumps(details)}\n"
    sys.stdout.flush()
    os.write(1, line.encode())


def tell_port() -> None:
    """Tell the port that the server was given: granian does not say it where that was 0."""
    for name in os.listdir("/dev/fd"):
        try:
            copy = sockets.socket(fileno=os.dup(int(name)))
        except OSError:  # no socket
            continue
        with copy:
            if copy.family == sockets.AF_INET and copy.type & sockets.SOCK_STREAM:
                write("server", "port", copy.getsockname()[1])
