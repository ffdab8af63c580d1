"""Where the templates and schemas lie: in the installed wheel, or in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_root(kind: str) -> Path:
    """The folder `templates` or `schemas`: the shipped copy, or the checkout's in development."""
    shipped = _PACKAGE / "_data" / kind
    return shipped if shipped.is_dir() else _PACKAGE.parents[1] / kind
