"""What a handler class has to have, spelt with the names of the file that it stands in."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wsgen.ir.api import Api, Handler, Kind
from wsgen.render.code import Code
from wsgen.render.imports import Imports
from wsgen.scaffold.bindings import Bindings, within
from wsgen.targets.python.file import File
from wsgen.targets.python.handlers import HandlerClasses
from wsgen.targets.python.naming import class_name, handler_module
from wsgen.targets.python.symbols import Symbols
from wsgen.targets.python.views import StubView

_HOOKS: Final = {
    Kind.LISTENER: {"accepted", "disconnected"},
    Kind.STREAM: {"accepted", "disconnected"},
    Kind.WEBSOCKET: {"disconnected"},
}
"""What a handler may override besides."""


@dataclass(frozen=True)
class Method:
    """A method that the application has to write."""

    view: StubView

    @cached_property
    def node(self) -> ast.AsyncFunctionDef:
        """The method as a tree."""
        (node,) = ast.parse(f"{self.view.head} ...").body
        assert isinstance(node, ast.AsyncFunctionDef)
        return node

    @property
    def name(self) -> str:
        """The method's name."""
        return self.node.name


@dataclass(frozen=True, slots=True)
class Contract:
    """The methods of one handler, in the order of the schema."""

    handler: Handler
    methods: tuple[Method, ...]

    @property
    def names(self) -> frozenset[str]:
        """All that a class may override, and a handler of this kind calls."""
        return frozenset(each.name for each in self.methods) | _HOOKS[self.handler.kind]


@dataclass(frozen=True, slots=True)
class Spelling:
    """Names what lies elsewhere as one file of the user's does.

    Attributes:
        prefix: the generated package, as the file imports it.
        bound: the names that the file binds.
    """

    api: Api
    symbols: Symbols
    prefix: str
    bound: frozenset[str]
    imports: Imports

    @classmethod
    def of(
        cls, api: Api, symbols: Symbols, bindings: Bindings, *, prefix: str, before: int
    ) -> Spelling:
        """With the imports above a line; new ones take no name that a class has or may get."""
        classes = {class_name(each.name) for each in api.handlers}
        imports = Imports(
            taken=bindings.bound | classes,
            known=bindings.known(prefix, before=before),
            project=prefix.split(".")[0],
        )
        return cls(api, symbols, prefix, bindings.bound, imports)

    def contract(self, handler: Handler) -> Contract:
        """What a class for a handler has to have."""
        stubs = self._classes(handler).stubs()
        return Contract(handler, tuple(map(Method, stubs)))

    def base(self, handler: Handler) -> Code:
        """The generated class of a handler."""
        module = within(self.prefix, "handlers", handler_module(handler.name))
        return self.imports.name(module, self._classes(handler).name("Handler"))

    def _classes(self, handler: Handler) -> HandlerClasses:
        file = File(self.symbols, self.imports, module="", package=self.prefix)
        return HandlerClasses(self.api, handler, file)
