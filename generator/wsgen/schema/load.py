"""A schema file and the files that it imports, each read, parsed and validated once."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from wsgen.diagnostics import Collector, Diagnostic, did_you_mean
from wsgen.schema.document import ApiSpec, Document
from wsgen.schema.leaves import is_name
from wsgen.schema.validate import validate
from wsgen.source import SourceText, Span, Tree, Unreadable, name_below, read
from wsgen.source.yaml import parse

_MAX_FILES: Final = 64
_SCHEMA_ONLY: Final = ("close_codes", "dependencies", "guards", "topics", "handlers")
_API_OF_IMPORTED: Final = {"name", "version", "doc", "extensions"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One schema file.

    Attributes:
        module: None for the schema itself; for an imported file the generated module's name.
        imported_at: where it was asked for first; of the schema itself its start.
        imports: what its aliases stand for: alias → module.
    """

    module: str | None
    source: SourceText
    tree: Tree
    document: Document
    imported_at: Span
    imports: dict[str, str | None] = field(default_factory=dict[str, str | None])

    def declares(self, section: str, name: str) -> bool:
        """Whether a name stands in a section, even if mistakes keep it out of `document`."""
        return name in self.tree.names((section,))


@dataclass(frozen=True, slots=True)
class Loaded:
    """The schema first, then imported files in the order in which they are met.

    Attributes:
        units: what can be read; none where the schema itself cannot.
        missing: files that are asked for and cannot be read.
    """

    units: tuple[Unit, ...]
    sources: tuple[SourceText, ...]
    diagnostics: tuple[Diagnostic, ...]
    missing: tuple[Path, ...]


def load(path: Path, name: str) -> Loaded:
    """Read a schema and all that it imports.

    Raises:
        Unreadable: the schema itself cannot be read.
    """
    loader = _Loader(read(path, name))
    loader.run()
    return loader.result()


class _Loader:
    """Walks from a schema to all that it imports."""

    def __init__(self, root: SourceText) -> None:
        self._root = root
        self._folder = root.path.resolve().parent
        self._sources: dict[Path, SourceText] = {root.path.resolve(): root}
        self._modules: dict[Path, str | None] = {root.path.resolve(): None}
        self._asked_at: dict[Path, Span] = {}
        self._units: list[Unit] = []
        self._found: list[Diagnostic] = []
        self._missing: list[Path] = []

    def run(self) -> None:
        queue = [self._root]
        for source in queue:  # grows while it is walked
            queue += self._load_one(source)

    def result(self) -> Loaded:
        sources = tuple(self._sources.values())
        return Loaded(tuple(self._units), sources, tuple(self._found), tuple(self._missing))

    def _load_one(self, source: SourceText) -> list[SourceText]:
        """Read one file; what it imports and is not known yet is still to be read."""
        tree, faults = parse(source)
        self._found += map(Diagnostic.of, faults)
        if tree is None:
            return []
        document, diagnostics = validate(tree)
        self._found += diagnostics
        if document is None:
            return []
        module = self._modules[source.path.resolve()]
        found = Collector()
        if module is not None:
            _check_imported(document, tree, found)
        imports: dict[str, str | None] = {}
        fresh: list[SourceText] = []
        for alias, target in document.imports.items():
            importer = _Import(source, tree.span(("imports", alias)), target)
            path, is_new = self._import(importer, found)
            if path is not None:
                imports[alias] = self._modules[path]
                fresh += [self._sources[path]] if is_new else []
        self._found += found.diagnostics
        at = self._asked_at.get(source.path.resolve(), source.start)
        self._units.append(Unit(module, source, tree, document, at, imports))
        return fresh

    def _import(self, wanted: _Import, found: Collector) -> tuple[Path | None, bool]:
        """The file that is imported, and whether it is met for the first time."""
        path = self._locate(wanted, found)
        if path is None or path in self._sources:
            return path, False
        source = self._read(path, wanted, found)
        if source is None or not self._admits(path, wanted, found):
            return None, False
        self._sources[path] = source
        self._modules[path] = _module(path)
        self._asked_at[path] = wanted.at
        return path, True

    def _locate(self, wanted: _Import, found: Collector) -> Path | None:
        try:
            path = (wanted.source.path.resolve().parent / wanted.target).resolve()
        except (OSError, RuntimeError, ValueError):  # loops of links, a NUL
            path = None
        if path is None or "://" in wanted.target or not path.is_relative_to(self._folder):
            message = f"`{wanted.target}` lies outside the schema's folder"
            help_ = "imported files lie beside the schema or below it"
            found.report("WSG104", message, wanted.at, help=help_)
            return None
        return path

    def _read(self, path: Path, wanted: _Import, found: Collector) -> SourceText | None:
        name = name_below(self._root.name, path.relative_to(self._folder).as_posix())
        try:
            return read(path, name)
        except Unreadable as error:
            self._missing.append(path)
            siblings = [each.name for each in sorted(path.parent.glob("*.y*ml"))]
            help_ = did_you_mean(path.name, siblings) or "correct the path"
            found.report("WSG104", str(error), wanted.at, help=help_)
            return None

    def _admits(self, path: Path, wanted: _Import, found: Collector) -> bool:
        """Whether there is room for a file, and its name can be that of a module."""
        module = _module(path)
        taken = {str(each).casefold() for each in self._modules.values() if each is not None}
        if not is_name(module) or keyword.iskeyword(module):
            message = f"`{path.stem}` cannot be the name of a module"
            help_ = "call the file by letters, digits, `_` and `-`, a letter first"
            found.report("WSG104", message, wanted.at, help=help_)
            return False
        if module.casefold() in taken:
            message = f"two imported files would be the module `{module}`"
            found.report("WSG104", message, wanted.at, help="rename one of them")
            return False
        if len(self._modules) >= _MAX_FILES:
            message = f"more than {_MAX_FILES} files"
            found.report("WSG104", message, wanted.at, help="put several into one")
            return False
        return True


def _module(path: Path) -> str:
    return path.stem.replace("-", "_")


@dataclass(frozen=True, slots=True)
class _Import:
    """What a file asks for, and where."""

    source: SourceText
    at: Span
    target: str


def _check_imported(document: Document, tree: Tree, found: Collector) -> None:
    """Only types and messages are taken from an imported file: say so where there is more."""
    help_ = "only types and messages are imported: move it to the schema"
    for section in _SCHEMA_ONLY:
        if getattr(document, section):
            message = f"`{section}` stands in an imported file"
            found.report("WSG104", message, tree.key_span((section,)), help=help_)
    api = document.api or ApiSpec.model_construct(_fields_set=set())
    for key in sorted(api.model_fields_set - _API_OF_IMPORTED):
        message = f"`{key}` of an imported file has no effect"
        found.report("WSG104", message, tree.key_span(("api", key)), help=help_)
