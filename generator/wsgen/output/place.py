"""How messages call a file: by the path from the working directory, where that is shorter."""

from __future__ import annotations

import os
from pathlib import Path


def shown(path: Path) -> str:
    """The path as given, or from here where it is absolute and lies below."""
    if not path.is_absolute():
        return path.as_posix()
    try:
        relative = Path(os.path.relpath(path))
    except ValueError:  # another drive
        return path.as_posix()
    return path.as_posix() if relative.parts[:1] == ("..",) else relative.as_posix()
