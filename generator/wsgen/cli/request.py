"""What a command is asked to look at: schemas, and where their packages go."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from wsgen.config import BadConfig, Config, find_config, read_config
from wsgen.output.place import shown

USAGE: Final = 2
_DEFAULT: Final = "schema.yaml"


@dataclass(frozen=True, slots=True)
class Request:
    """One schema.

    Attributes:
        name: as messages call it.
        out: the folder around the package; None: the schema's.
        handlers: where the application's handlers are; None: around the package.
    """

    schema: Path
    name: str
    out: Path | None
    handlers: Path | None


def requests(
    schemas: Sequence[Path] | None, config: Path | None, *, out: Path | None = None
) -> tuple[Request, ...]:
    """The schemas that are asked for, or configured, or just there; exits where there are none."""
    try:
        found = read_config(config) if config else find_config(Path.cwd())
    except BadConfig as error:
        refuse(str(error))
    paths = schemas or found.schemas or _default()
    return tuple(_request(path, found, out) for path in dict.fromkeys(paths))


def request(schema: Path | None, config: Path | None = None) -> Request:
    """The one schema that is asked for; exits where it could be one of several."""
    found = requests([schema] if schema else None, config)
    first, *rest = found
    if rest:
        refuse(f"which schema? One of {', '.join(each.name for each in found)}")
    return first


def refuse(message: str) -> NoReturn:
    """Say why it cannot be done, and exit."""
    print(f"wsgen: {message}", file=sys.stderr)
    raise SystemExit(USAGE)


def _default() -> tuple[Path, ...]:
    path = Path(_DEFAULT)
    if not path.is_file():
        refuse(f"no schema given, none configured, and there is no {_DEFAULT} here")
    return (path,)


def _request(path: Path, config: Config, out: Path | None) -> Request:
    return Request(path, shown(path), out or config.out, config.handlers)
