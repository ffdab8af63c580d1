"""Documents → Api: what a schema means, and every semantic rule."""

from wsgen.resolve.resolve import resolve

__all__ = ["resolve"]
