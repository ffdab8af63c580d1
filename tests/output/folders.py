"""A schema, and what stands in the folder of its package: for tests of what builds leave."""

from __future__ import annotations

from pathlib import Path

from wsgen.cli import run

SCHEMA = """\
wsgen: 1
api: {name: chat}
messages:
  Say: {fields: {text: str}}
handlers:
  room: {kind: listener, path: /room, from_client: [Say], limits: {rate: 20/s}}
  echo: {kind: websocket, path: /echo, from_client: str, limits: {rate: 20/s}}
"""
OTHER = """\
wsgen: 1
api: {name: chat}
messages:
  Say: {fields: {text: str, loud: bool = False}}
handlers:
  room: {kind: listener, path: /room, from_client: [Say], limits: {rate: 20/s}}
  clock: {kind: stream, path: /clock, from_server: str}
"""
"""A file less, a file more, and others that differ."""


def build(schema: Path, *options: str) -> int:
    """The exit code of `wsgen build`."""
    return run(["build", str(schema), "-q", *options])


def check(schema: Path) -> int:
    """The exit code of `wsgen check`."""
    return run(["check", str(schema), "-q"])


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
