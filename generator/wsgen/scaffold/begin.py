"""Classes for handlers that have none, and the file that they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wsgen.ir.api import Handler
from wsgen.render.code import Code, identifier
from wsgen.render.imports import another
from wsgen.render.render import render_text
from wsgen.scaffold.contract import Spelling
from wsgen.targets.python.docs import described
from wsgen.targets.python.naming import class_name
from wsgen.targets.python.views import StubView


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunClass:
    """A class that the application is to write."""

    final: Code
    head: Code
    doc: str
    stubs: tuple[StubView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunModule:
    """A file of such classes."""

    doc: str
    imports: Code
    classes: tuple[BegunClass, ...]


def begin_classes(handlers: Sequence[Handler], spelling: Spelling) -> str:
    """The text of new classes, to be put at the end of a file."""
    module = BegunModule(doc="", imports=Code(), classes=_classes(handlers, spelling))
    return render_text("scaffold/classes.py.j2", module)


def begin_module(handlers: Sequence[Handler], spelling: Spelling) -> str:
    """The text of a new file."""
    classes = _classes(handlers, spelling)
    spelling.imports.name("__future__", "annotations")
    doc = f"The handlers of {spelling.api.name.written}."
    module = BegunModule(doc=doc, imports=spelling.imports.block(), classes=classes)
    return render_text("scaffold/module.py.j2", module)


def _classes(handlers: Sequence[Handler], spelling: Spelling) -> tuple[BegunClass, ...]:
    return tuple(_class(each, spelling) for each in handlers)


def _class(handler: Handler, spelling: Spelling) -> BegunClass:
    name = another(class_name(handler.name), spelling.bound)
    return BegunClass(
        final=Code(f"@{spelling.imports.name('typing', 'final')}"),
        head=Code(f"class {identifier(name)}({spelling.base(handler)}):"),
        doc=str(described(handler.doc, otherwise=f"The handler `{handler.name.written}`.")),
        stubs=tuple(each.view for each in spelling.contract(handler).methods),
    )
