"""wsgen: typed WebSocket APIs from one schema."""

__version__ = "0.1.0"
