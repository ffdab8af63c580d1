"""Mine, and in nobody's way."""
