"""Building a schema into a package and importing it, for tests."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from wsgen import pipeline
from wsgen.diagnostics import Diagnostic, Severity
from wsgen.output.apply import apply

_KEPT: list[ModuleType] = []
"""All modules that were ever built: msgspec 0.22 crashes when classes of structs are collected."""


def errors(folder: Path, text: str) -> tuple[Diagnostic, ...]:
    """What is wrong with a schema."""
    schema = folder / "schema.yaml"
    schema.write_text(text, encoding="utf-8")
    found = pipeline.understand(schema, "schema.yaml").diagnostics
    return tuple(each for each in found if each.severity is Severity.ERROR)


@contextmanager
def built(folder: Path, text: str, *modules: str) -> Iterator[list[ModuleType]]:
    """Modules of the package of a schema, imported for as long as the context lasts."""
    schema = folder / "schema.yaml"
    schema.write_text(text, encoding="utf-8")
    outcome = pipeline.build(schema, "schema.yaml", None)
    assert outcome.changes is not None, outcome.diagnostics
    apply(outcome.changes)
    sys.path.insert(0, str(folder))
    try:
        yield [importlib.import_module(f"{outcome.name}.{module}") for module in modules]
    finally:
        sys.path.remove(str(folder))
        names = [each for each in sys.modules if each.split(".")[0] == outcome.name]
        _KEPT.extend(map(sys.modules.pop, names))
