"""Running tests against a mutant: in a forked process, with the changed source in place.

What does not change is imported once, before the forks. A mutant is killed when a test fails, or
when the tests do not end in time.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final, Literal, TypeAlias

import pytest
from hypothesis import settings
from typing_extensions import override

__all__ = ["Outcome", "run_against"]

Outcome: TypeAlias = Literal["killed", "timed out", "survived"]

PRELOADED: Final = ("hypothesis", "msgspec", "pydantic", "unittest.mock")
_PLUGINS: Final = (
    *("-p", "pytest_asyncio.plugin", "-p", "_hypothesis_pytestplugin"),
    *("-p", "no:cacheprovider"),
)
"""Those that the tests need; others that happen to be installed take a second to start."""
SECONDS: Final = 60.0
EXAMPLES: Final = 40
"""Of each hypothesis test, the same every time: what random ones find now and then, a test of its
own has to find."""


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, with another source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    @override
    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    @override
    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, str(self._path), "exec"), module.__dict__)


def run_against(name: str, path: Path, source: str, tests: Sequence[str]) -> Outcome:
    """Run tests with `name` made of `source`.

    Parameters:
        name: of the module, which must not have been imported in this process.
        path: where it stands.
        tests: paths and options for pytest.
    """
    for each in PRELOADED:
        importlib.import_module(each)
    assert name not in sys.modules
    settings.register_profile(
        "mutation", max_examples=EXAMPLES, deadline=None, database=None, derandomize=True
    )
    settings.load_profile("mutation")
    child = os.fork()
    if child == 0:
        _become(name, path, source, tests)
    return _outcome(child)


def _become(name: str, path: Path, source: str, tests: Sequence[str]) -> None:
    code = 1
    try:
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        sys.meta_path.insert(0, _Changed(name, path, source))
        arguments = ["-x", "-q", "--tb=no", *_PLUGINS, *tests]
        code = int(pytest.main(arguments))
    finally:
        os._exit(code)


def _outcome(child: int) -> Outcome:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "survived" if status == 0 else "killed"
        signal.sigtimedwait({signal.SIGCHLD}, 0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timed out"
