"""The module that is being generated: what it is called, and how it names what lies elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wsgen.ir.types import Alias, Enum, Message, NamedType, Reference, Union
from wsgen.render.code import Code, identifier
from wsgen.render.imports import Imports
from wsgen.targets.python.symbols import ROOT, Symbols

_ALIASES: Final = {ROOT: "m", "close_codes": "c"}
RUNTIME: Final = "wsgen_runtime"


@dataclass(frozen=True, slots=True)
class File:
    """One module on its way.

    Attributes:
        module: its name, without the package.
        package: how it names its package: by dots, or as the user's file names it.
        late: modules that import this one, so that it imports them after its classes.
    """

    symbols: Symbols
    imports: Imports
    module: str
    package: str = "."
    late: frozenset[str] = frozenset()

    def runtime(self, name: str) -> Code:
        """Something of the runtime."""
        return Code(f"{self.imports.name(RUNTIME, 'gen1')}.{identifier(name)}")

    def pydantic(self, name: str) -> Code:
        """Something of the runtime for models of pydantic."""
        module = self.imports.name(RUNTIME, "gen1_pydantic", alias="p")
        return Code(f"{module}.{identifier(name)}")

    def sibling(self, module: str) -> Code:
        """Another module of the package."""
        return self.imports.name(
            self.package, module, alias=_ALIASES.get(module, ""), late=module in self.late
        )

    def of(self, module: str, name: str) -> Code:
        """A name that another module of the package defines."""
        if module == self.module:
            return identifier(name)
        return Code(f"{self.sibling(module)}.{identifier(name)}")

    def named(self, reference: Reference) -> Code:
        """A type or message."""
        declared = self.symbols.declared[reference]
        self.imports.uses_deprecated |= declared.deprecated is not None and _is_class(declared)
        return self.of(self.symbols.module(reference), self.symbols.class_name(reference))


def _is_class(declared: NamedType | Message) -> bool:
    """Whether it becomes a class: checkers tell of deprecated classes, not of aliases."""
    return not isinstance(declared, (Alias, Union)) and not (
        isinstance(declared, Enum) and declared.open
    )
