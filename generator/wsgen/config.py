"""What a project says about its schemas: `[tool.wsgen]` in pyproject.toml, or wsgen.toml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeGuard, cast

from wsgen.output.place import shown

_OWN: Final = "wsgen.toml"
_SHARED: Final = "pyproject.toml"
_KEYS: Final = ("schemas", "out", "handlers")


class BadConfig(Exception):
    """A configuration that cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of a project.

    Attributes:
        schemas: what `wsgen build` builds without arguments.
        out: the folder that packages are put into; None: beside each schema.
        handlers: the file or folder of the application's handlers; None: the folder around each
            package.
    """

    schemas: tuple[Path, ...] = ()
    out: Path | None = None
    handlers: Path | None = None


def find_config(start: Path) -> Config:
    """The settings of the project around `start`; the defaults where nobody set any.

    Raises:
        BadConfig: there is a configuration, and it is wrong.
    """
    for path in places(start):
        if path.is_file():
            table = _table(path)
            if table is not None:
                return _read(path, table)
    return Config()


def places(start: Path) -> tuple[Path, ...]:
    """Where a configuration may stand, the nearest place first."""
    return tuple(folder / name for folder in (start, *start.parents) for name in (_OWN, _SHARED))


def read_config(path: Path) -> Config:
    """The settings of one file.

    Raises:
        BadConfig: it is not there, or wrong.
    """
    table = _table(path)
    if table is None:
        raise BadConfig(f"{shown(path)}: there is no [tool.wsgen]")
    return _read(path, table)


def _table(path: Path) -> dict[str, object] | None:
    import tomllib

    try:
        content = cast("dict[str, object]", tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{shown(path)}: {error}") from None
    except RecursionError:
        raise BadConfig(f"{shown(path)}: nested too deeply") from None
    if path.name != _SHARED:
        return content
    tools = content.get("tool")
    table = cast("dict[str, object]", tools).get("wsgen") if isinstance(tools, dict) else None
    if table is not None and not isinstance(table, dict):
        raise BadConfig(f"{shown(path)}: [tool.wsgen] is not a table")
    return cast("dict[str, object] | None", table)


def _read(path: Path, table: dict[str, object]) -> Config:
    unknown = sorted(table.keys() - set(_KEYS))
    if unknown:
        raise BadConfig(f"{shown(path)}: unknown key `{unknown[0]}`; known are {', '.join(_KEYS)}")
    schemas = table.get("schemas", [])
    listed = [schemas] if isinstance(schemas, str) else schemas
    if not isinstance(listed, list):
        raise BadConfig(f"{shown(path)}: `schemas` is a list of paths")
    names = [each for each in cast("list[object]", listed) if _is_path(each)]
    if len(names) < len(cast("list[object]", listed)):
        raise BadConfig(f"{shown(path)}: `schemas` is a list of paths")
    return Config(
        schemas=tuple(path.parent / name for name in names),
        out=_path(path, table, "out"),
        handlers=_path(path, table, "handlers"),
    )


def _path(path: Path, table: dict[str, object], key: str) -> Path | None:
    value = table.get(key)
    if value is None:
        return None
    if not _is_path(value):
        raise BadConfig(f"{shown(path)}: `{key}` is a path")
    return path.parent / value


def _is_path(value: object) -> TypeGuard[str]:
    """Whether it can be one: no file system takes a NUL."""
    return isinstance(value, str) and "\0" not in value
