"""Where handlers are looked for: the files of a folder that may have to do with a package."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wsgen.render.header import MARK
from wsgen.scaffold.classes import BASE

HANDLERS: Final = "handlers.py"
"""Where new classes go, if nothing else is said."""
_SKIPPED: Final = {"__pycache__", "node_modules"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where things lie.

    Attributes:
        package: the folder of the generated package; it need not be there yet.
        place: the file or the folder of handlers.
        call: how messages call a file.
    """

    package: Path
    place: Path
    call: Callable[[Path], str]

    @property
    def target(self) -> Path:
        """The file that new classes go to."""
        return self.place if self.place.suffix == ".py" else self.place / HANDLERS

    @property
    def root(self) -> Path:
        """The folder that everything lies in."""
        return self.target.parent

    @property
    def dotted(self) -> str:
        """How an import names the package, by the packages around it."""
        parts = [self.package.name]
        for folder in self.package.parents:
            if not (folder / "__init__.py").is_file():
                break
            parts.insert(0, folder.name)
        return ".".join(parts)


def candidates(site: Site) -> Iterator[tuple[Path, bytes]]:
    """The files that may hold handlers of the package, in order; generated ones are left out.

    A link to a file of the same folder is left out too: the file is found where it lies.
    """
    own, base = site.package.name.encode(), BASE.encode()
    for path in _python_files(site):
        data = path.read_bytes()
        inside = path.is_relative_to(site.package)
        if base in data and (inside or own in data) and not is_generated(data):
            yield path, data


def _python_files(site: Site) -> Iterator[Path]:
    if site.place == site.target:
        if site.place.is_file():
            yield site.place
        return
    for folder, folders, files in os.walk(site.place):
        folders[:] = sorted(name for name in folders if _is_searched(Path(folder, name)))
        for name in sorted(files):
            path = Path(folder, name)
            if path.suffix == ".py" and path.is_file() and not _leads_back(path, site):
                yield path


def _is_searched(folder: Path) -> bool:
    """Not hidden, no package store, no virtual environment."""
    name = folder.name
    return (
        not name.startswith(".") and name not in _SKIPPED and not (folder / "pyvenv.cfg").exists()
    )


def _leads_back(path: Path, site: Site) -> bool:
    return path.is_symlink() and path.resolve().is_relative_to(site.root.resolve())


def is_generated(data: bytes) -> bool:
    """Whether wsgen wrote a file."""
    return data.startswith(MARK) or b"\n" + MARK in data
