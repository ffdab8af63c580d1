"""The modules that define types and messages: the schema's own, and one for each imported file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from wsgen.ir.api import Api, Library
from wsgen.ir.types import Alias, Reference, Union
from wsgen.render.code import Code, literal
from wsgen.render.imports import Imports
from wsgen.render.layout import Group, Node, Pair, assign
from wsgen.render.render import FilePlan
from wsgen.targets.python.docs import described
from wsgen.targets.python.file import File
from wsgen.targets.python.models import Models
from wsgen.targets.python.order import in_order, inlined, late_definitions, late_modules
from wsgen.targets.python.pydantic_models import PydanticModels
from wsgen.targets.python.structs import Structs
from wsgen.targets.python.symbols import ROOT, Declared, Symbols, fields_of
from wsgen.targets.python.views import FAR, NEAR, ClassView, Item, ModelsView, Statement

_BACKENDS: Final[Mapping[str, type[Models]]] = {"msgspec": Structs, "pydantic": PydanticModels}
_WIRE: Final = "WIRE"
_LOCALS: Final = frozenset({"item", "self"})


@dataclass(frozen=True, slots=True)
class Modules:
    """Plans them."""

    api: Api
    symbols: Symbols

    @property
    def _backend(self) -> type[Models]:
        return _BACKENDS[self.api.models]

    def root(self) -> FilePlan:
        """messages.py."""
        found = (*self.api.types, *self.api.messages)
        extra = (self.api.error,) if any(e.on_invalid == "reply" for e in self.api.handlers) else ()
        references = [Reference(None, each.name.written) for each in (*found, *extra)]
        return self._plan(
            references,
            source=self.api.source,
            doc=f"Types and messages of {self.api.name.written}.",
        )

    def library(self, library: Library) -> FilePlan:
        """The module of an imported file."""
        found = (*library.types, *library.messages)
        return self._plan(
            [Reference(library.module, each.name.written) for each in found],
            module=library.module,
            source=library.source,
            doc=str(described(library.doc, otherwise=f"Types and messages of {library.source}.")),
        )

    def _plan(
        self, found: Sequence[Reference], *, source: str, doc: str, module: str | None = None
    ) -> FilePlan:
        name = self.symbols.modules[module]
        late = late_modules(name, self.symbols)
        names = tuple(map(self.symbols.class_name, found)) + ((_WIRE,) if module is None else ())
        declared = [self.symbols.declared[each] for each in found]
        fields = {self._backend.attribute(field) for each in declared for field in fields_of(each)}
        file = File(self.symbols, Imports(_LOCALS.union(names, fields)), name, late=late)
        return FilePlan(
            path=PurePosixPath(f"{name}.py"),
            template="python/models.py.j2",
            source=source,
            view=self._view(found, file),
            imports=file.imports,
            doc=doc,
            exports=names,
        )

    def _view(self, found: Sequence[Reference], file: File) -> ModelsView:
        ordered = in_order(found, self.symbols)
        late = late_definitions(ordered, self.symbols, file.late)
        models = self._backend(file, self.api.wire)
        items = [models.item(self.symbols.declared[each]) for each in ordered if each not in late]
        late_items: list[Item] = [
            models.item(self._inlined(each, file)) for each in ordered if each in late
        ]
        if file.module == ROOT:
            (late_items if file.late else items).append(self._wire(models))
        return ModelsView(
            items=_spaced(items),
            late_imports=file.imports.late_block(),
            late_items=_spaced(late_items),
        )

    def _inlined(self, reference: Reference, file: File) -> Declared:
        declared = self.symbols.declared[reference]
        assert isinstance(declared, (Alias, Union))
        type_ = inlined(declared.type, self.symbols, file.late)
        return Alias(
            name=declared.name,
            type=type_,
            doc=declared.doc,
            deprecated=declared.deprecated,
            at=declared.at,
        )

    def _wire(self, models: Models) -> Statement:
        wire, file = self.api.wire, models.file
        items = [Pair(f"{literal(tag)}: ", name) for tag, name in self._messages(file)]
        options: list[Node] = [Pair("messages=", Group("{", tuple(items), "}", exploded=True))]
        if wire.tag_key != "type":
            options.append(Pair("tag_key=", literal(wire.tag_key)))
        if wire.payload is not None:
            options.append(Pair("payload=", literal(wire.payload)))
        if wire.correlation_key != "request_id":
            options.append(Pair("correlation_key=", literal(wire.correlation_key)))
        if wire.codec != "json":
            options.append(Pair("codec=", literal(wire.codec)))
        if wire.frame != "text":
            options.append(Pair("frame=", literal(wire.frame)))
        call = Group(f"{models.wire_class}(", tuple(options), ")")
        code = assign(_WIRE, call, file.imports.name("typing", "Final"), indent=0)
        return Statement(code=code, doc="How messages travel.")

    def _messages(self, file: File) -> Iterator[tuple[str, Code]]:
        for each in self.api.messages:
            yield each.tag, file.named(Reference(None, each.name.written))
        for library in self.api.libraries:
            for each in library.messages:
                yield each.tag, file.named(Reference(library.module, each.name.written))
        if any(handler.on_invalid == "reply" for handler in self.api.handlers):
            yield self.api.error.tag, file.named(Reference(None, self.api.error.name.written))


def _spaced(items: Sequence[Item]) -> tuple[Item, ...]:
    """With blank lines before each: two around classes, one between the rest."""
    spaced: list[Item] = []
    after_class = False
    for item in items:
        far = after_class or isinstance(item, ClassView)
        spaced.append(replace(item, blank=FAR if far else NEAR))
        after_class = isinstance(item, ClassView)
    return tuple(spaced)
