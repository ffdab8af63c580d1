"""A schema file and the files that it imports, each read, parsed and validated once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wsgen.diagnostics import Collector, Diagnostic, did_you_mean, has_errors
from wsgen.schema.document import Document
from wsgen.schema.validate import validate
from wsgen.source import SourceText, Tree, Unreadable, parse, read

_MAX_FILES = 64


@dataclass(frozen=True, slots=True)
class Unit:
    """One schema file.

    Attributes:
        module: None for the schema itself; for an imported file its stem, the generated module's name.
        imports: what its aliases stand for: alias → module.
    """

    module: str | None
    source: SourceText
    tree: Tree
    document: Document
    imports: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The schema first, then imported files in the order in which they are met."""

    units: tuple[Unit, ...]
    sources: tuple[SourceText, ...]
    diagnostics: tuple[Diagnostic, ...]


def load(path: Path, name: str) -> Loaded:
    """Read a schema and all that it imports.

    Raises:
        Unreadable: the schema itself cannot be read.
    """
    loader = _Loader(read(path, name))
    loader.run()
    return loader.result()


class _Loader:
    def __init__(self, root: SourceText) -> None:
        self._root = root
        self._folder = root.path.resolve().parent
        self._sources: dict[Path, SourceText] = {root.path.resolve(): root}
        self._modules: dict[Path, str | None] = {root.path.resolve(): None}
        self._units: list[Unit] = []
        self._found: list[Diagnostic] = []

    def run(self) -> None:
        queue = [self._root]
        for source in queue:  # grows while it is walked
            queue += self._load_one(source)

    def result(self) -> Loaded:
        units = () if has_errors(self._found) else tuple(self._units)
        return Loaded(units, tuple(self._sources.values()), tuple(self._found))

    def _load_one(self, source: SourceText) -> list[SourceText]:
        tree, faults = parse(source)
        self._found += map(Diagnostic.of, faults)
        if tree is None:
            return []
        document, diagnostics = validate(tree)
        self._found += diagnostics
        if document is None:
            return []
        found = Collector()
        imports: dict[str, str | None] = {}
        fresh: list[SourceText] = []
        for alias, target in document.imports.items():
            resolved = self._locate(source, tree, alias, target, found)
            if resolved is None:
                continue
            known = self._sources.get(resolved)
            text = known or self._read(resolved, tree, alias, found)
            if text is None:
                continue
            if known is None:
                self._admit(resolved, text, tree, alias, found)
                fresh.append(text)
            imports[alias] = self._modules[resolved]
        self._found += found.diagnostics
        module = self._modules[source.path.resolve()]
        self._units.append(Unit(module, source, tree, document, imports))
        return fresh

    def _locate(
        self, source: SourceText, tree: Tree, alias: str, target: str, found: Collector
    ) -> Path | None:
        span = tree.span(("imports", alias))
        path = (source.path.parent / target).resolve()
        if "://" in target or not path.is_relative_to(self._folder):
            message = f"`{target}` lies outside the schema's folder"
            found.report(
                "WSG104", message, span, help="imported files lie beside the schema or below it"
            )
            return None
        return path

    def _read(self, path: Path, tree: Tree, alias: str, found: Collector) -> SourceText | None:
        name = path.relative_to(self._folder).as_posix()
        folder, slash, _ = self._root.name.rpartition("/")
        try:
            return read(path, folder + slash + name)
        except Unreadable as error:
            siblings = (
                [each.name for each in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []
            )
            help_ = did_you_mean(path.name, siblings)
            found.report("WSG104", str(error), tree.span(("imports", alias)), help=help_)
            return None

    def _admit(
        self, path: Path, text: SourceText, tree: Tree, alias: str, found: Collector
    ) -> None:
        module = "".join(each if each.isalnum() and each.isascii() else "_" for each in path.stem)
        if module in self._modules.values():
            message = f"two imported files are called `{module}`"
            found.report(
                "WSG104", message, tree.span(("imports", alias)), help="rename one of them"
            )
        if len(self._modules) >= _MAX_FILES:
            found.report("WSG104", f"more than {_MAX_FILES} files", tree.span(("imports", alias)))
        self._sources[path] = text
        self._modules[path] = module
