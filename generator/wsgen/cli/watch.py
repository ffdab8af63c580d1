"""`wsgen build --watch`: the same build again, whenever something changes that it reads."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from watchfiles import watch

from wsgen import pipeline
from wsgen.cli.request import requests
from wsgen.cli.summary import start_again
from wsgen.config import places
from wsgen.source import Unreadable, read

Inputs: TypeAlias = Mapping[Path, str | None]
"""The text of each file that a build reads; None: there is none, or it cannot be read."""
_LOOK_AGAIN: Final = 1000
"""Milliseconds after which the files are looked at without being told of a change: a folder may
have gone or come, and not every file system tells."""


def build_forever(
    build: Callable[[], object], schemas: Sequence[Path] | None, config: Path | None
) -> NoReturn:
    """Build, wait until something changes, and again.

    What cannot be done at all ends it the first time; later it is only said, and the last good
    output stays.
    """
    gc.enable()  # this one is not short
    inputs = _inputs(schemas, config)
    build()
    while True:
        sys.stdout.flush()
        _wait_for_change(inputs)
        start_again()
        inputs = _texts(inputs)  # should it not get as far as to find out more
        with suppress(SystemExit):  # the reason was printed
            inputs = _inputs(schemas, config)
            build()


def _inputs(schemas: Sequence[Path] | None, config: Path | None) -> Inputs:
    """What there is before the build: a change while it runs leads to one more."""
    found = dict(_texts([config] if config else places(Path.cwd())))
    for request in requests(schemas, config):
        found |= pipeline.inputs(request.schema)
    return found


def _texts(paths: Iterable[Path]) -> Inputs:
    return {path: _text(path) for path in paths}


def _text(path: Path) -> str | None:
    try:
        return read(path).text
    except Unreadable:
        return None


def _wait_for_change(inputs: Inputs) -> None:
    folders = {_existing(path.parent) for path in inputs}
    changes = watch(
        *folders,
        watch_filter=None,
        recursive=False,
        rust_timeout=_LOOK_AGAIN,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    with closing(changes):
        while _texts(inputs) == inputs:
            next(changes)


def _existing(folder: Path) -> Path:
    """A folder, or the nearest one around it that is there."""
    return next(each for each in (folder, *folder.parents) if each.is_dir())
