"""What things cost, beside hand-written ASGI and what others offer: `uv run poe bench`."""
