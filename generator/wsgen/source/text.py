"""The text of a schema file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wsgen.source.span import Span

MAX_BYTES: Final = 4 * 1024 * 1024
_BREAK: Final = re.compile("[\n\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file as read: `name` is how messages call it, `path` where it lies."""

    name: str
    path: Path
    text: str

    @property
    def start(self) -> Span:
        """The very beginning, for findings that concern the whole file."""
        return Span.start_of(self.name)


class Unreadable(Exception):
    """A schema file that cannot be read; the text says why."""


def read(path: Path, name: str | None = None) -> SourceText:
    """Read a schema.

    Raises:
        Unreadable: it is missing, no file, larger than 4 MiB, or not UTF-8.
    """
    name = path.as_posix() if name is None else name
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise Unreadable(f"{name}: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > MAX_BYTES:
        raise Unreadable(f"{name}: larger than 4 MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name}: not UTF-8 (byte {error.start})") from error
    return SourceText(name, path, text.replace("\r\n", "\n").replace("\r", "\n"))


def name_below(schema: str, path: str) -> str:
    """What messages call a file at `path` from the folder of a schema, by what they call that."""
    folder, slash, _ = schema.rpartition("/")
    return folder + slash + path


def lines_of(text: str) -> list[str]:
    """The lines of a text, split where YAML counts them."""
    return _BREAK.split(text)
