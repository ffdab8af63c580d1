"""Imports generated packages and tells what each import does beside importing: run as a program.

Each line of stdin is a folder that holds one package; each line of stdout a JSON list of what its
modules did that no generated module has to do.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec._utils

import wsgen_runtime.gen1  # noqa: F401  # what generated code imports is there before we look

HARMLESS = {
    "import",
    "marshal.loads",
    "object.__getattr__",
    "object.__setattr__",
    "os.listdir",
    "sys._getframe",
}
"""What every import does: finding its file, reading it, running it."""
LIBRARIES = {dataclasses.__file__, typing.__file__, msgspec._utils.__file__}
"""Whose work with classes makes code of annotations and field names."""
IMPORT_SYSTEM = {"<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>"}


class Hook:
    """Notes what is done while there is a package to look at."""

    def __init__(self) -> None:
        self.folder: str | None = None
        self.told: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.folder is not None and not self._may(event, arguments):
            self.told.append(f"{event} {arguments!r:.300}")

    def _may(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event in HARMLESS:
            return True
        if event == "open":
            return self._is_own(arguments[0]) and not arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if event in {"compile", "exec"}:
            caller = sys._getframe(2).f_code.co_filename
            file = arguments[1] if event == "compile" else arguments[0].co_filename
            return caller in LIBRARIES or (caller in IMPORT_SYSTEM and self._is_own(file))
        return False

    def _is_own(self, file: object) -> bool:
        return str(file).startswith(f"{self.folder}{os.sep}")


def modules(folder: Path) -> Iterator[str]:
    """All modules of the package in a folder."""
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        yield ".".join(parts).removesuffix(".__init__")


def look_at(folder: Path, hook: Hook) -> list[str]:
    """What the import of a package does that it should not."""
    names = list(modules(folder))
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    hook.told, hook.folder = [], str(folder)
    try:
        for name in names:
            importlib.import_module(name)
    except Exception as error:
        hook.told.append(f"raised {error!r}")
    finally:
        hook.folder = None
        sys.path.remove(str(folder))
        for name in names:
            sys.modules.pop(name, None)
    return hook.told


def main() -> None:
    sys.dont_write_bytecode = True
    hook = Hook()
    sys.addaudithook(hook)
    for line in sys.stdin:
        print(json.dumps(look_at(Path(line.rstrip("\n")), hook)), flush=True)


if __name__ == "__main__":
    main()
