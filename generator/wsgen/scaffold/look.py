"""One file held against the API: its handler classes, what to do to them, what is left over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wsgen.diagnostics import Diagnostic, closest
from wsgen.ir.api import Api, Handler
from wsgen.scaffold.bindings import Bindings, Symbol
from wsgen.scaffold.classes import BASE, HandlerClass, handler_classes
from wsgen.scaffold.contract import Contract, Spelling
from wsgen.scaffold.plan import ClassPlan, orphans, plan_class, unknown
from wsgen.scaffold.search import Site, is_generated
from wsgen.scaffold.userfile import NotUnderstood, UserFile
from wsgen.targets.python.naming import handler_module
from wsgen.targets.python.symbols import Symbols


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one file has.

    Attributes:
        spelling: how new code in it names things.
        plans: what is to be done, class by class, by which contract.
        met: the handlers that it has a class for.
    """

    file: UserFile
    spelling: Spelling
    plans: tuple[tuple[ClassPlan, Contract], ...] = ()
    met: frozenset[str] = frozenset()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks at files, one after the other.

    Attributes:
        handlers: those that are meant.
    """

    api: Api
    symbols: Symbols
    site: Site
    handlers: tuple[Handler, ...]

    def elsewhere(self) -> Spelling:
        """How code in a new file names things."""
        bindings = Bindings(self.site.package, self.site.target)
        return Spelling.of(self.api, self.symbols, bindings, prefix=self.site.dotted, before=1)

    def look(self, file: UserFile) -> Looked:
        """Hold a file against the API.

        Raises:
            NotUnderstood: nobody can say what its classes derive from.
        """
        bindings = Bindings.of(file.tree, self.site.package.resolve(), file.path.resolve())
        if bindings.stars:
            why = "`from … import *` hides which handlers it has; import them by name"
            raise NotUnderstood(why, bindings.stars[0])
        classes = tuple(handler_classes(file.tree, bindings))
        spelling = Spelling.of(
            self.api,
            self.symbols,
            bindings,
            prefix=bindings.prefix or self.site.dotted,
            before=min((each.node.lineno for each in classes), default=len(file.lines) + 1),
        )
        plans: list[tuple[ClassPlan, Contract]] = []
        found: list[Diagnostic] = []
        met: set[str] = set()
        for each in classes:
            handler = self._handler(each.base)
            if handler is None:
                found += self._orphan(file, each)
            elif handler in self.handlers:
                contract = spelling.contract(handler)
                met.add(handler.name.written)
                plans.append((plan_class(each, contract, bindings), contract))
                found += orphans(file, each, contract, bindings)
                found += unknown(file, each, contract)
        return Looked(
            file=file,
            spelling=spelling,
            plans=tuple((plan, contract) for plan, contract in plans if plan),
            met=frozenset(met),
            diagnostics=tuple(found),
        )

    def _handler(self, symbol: Symbol) -> Handler | None:
        """The handler whose generated class a symbol is: from its module, or from above it."""
        _, *modules, name = symbol
        for each in self.api.handlers:
            way = ["handlers", handler_module(each.name)]
            if name == f"{each.name.pascal}{BASE}" and modules == way[: len(modules)]:
                return each
        return None

    def _orphan(self, file: UserFile, found: HandlerClass) -> Iterator[Diagnostic]:
        """WSG702 for a class of a handler that the schema does not have, or has no more."""
        _, *modules, name = found.base
        module = self.site.package.joinpath(*modules).with_suffix(".py")
        theirs = module.is_file() and not is_generated(module.read_bytes())
        if self.handlers != self.api.handlers or theirs or modules[:1] not in ([], ["handlers"]):
            return
        known = [each.name.pascal for each in self.api.handlers]
        message = f"`{found.node.name}` derives from `{name}`: the schema has no such handler"
        close = closest(name.removesuffix(BASE), known)
        other = f"derive it from `{close}{BASE}`" if close else "derive it from another handler"
        help_ = f"remove it, or {other}"
        yield Diagnostic("WSG702", message, file.span(found.node), help_)
