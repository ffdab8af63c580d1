"""What the templates see: frozen, with every decision taken.

A `Code` is written as it stands; a `str` is the author's text, which the templates pass through a
filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias

from wsgen.render.code import Code

NEAR: Final = Code("\n")
FAR: Final = Code("\n\n")
"""Blank lines before a definition; two around classes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A definition on one line, or laid out over several, with its doc below it.

    Attributes:
        blank: the blank lines before it.
    """

    template: ClassVar = "python/_statement.py.j2"
    code: Code
    doc: str | None = None
    blank: Code = NEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassView:
    """A class of fields or members.

    Attributes:
        head: from `class` to the colon.
        checks: the lines of `__post_init__`.
        blank: the blank lines before it.
    """

    template: ClassVar = "python/_class.py.j2"
    head: Code
    doc: str | None
    body: tuple[Statement, ...]
    checks: tuple[Code, ...] = ()
    decorators: tuple[Code, ...] = ()
    blank: Code = FAR


Item: TypeAlias = Statement | ClassView


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsView:
    """messages.py, or the module of an imported schema.

    Attributes:
        items: definitions, each after what it needs.
        late_imports: imports that stand after them.
        late_items: definitions that need those.
    """

    items: tuple[Item, ...]
    late_imports: Code
    late_items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCodesView:
    """close_codes.py."""

    constants: tuple[Statement, ...]
    classes: tuple[ClassView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolView:
    """What a provider or guard looks like."""

    name: Code
    base: Code
    doc: str
    call: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class DependenciesView:
    """dependencies.py."""

    protocols: tuple[ProtocolView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodView:
    """A method: from the decorator's line below to the colon, or to `...` without a doc."""

    head: Code
    doc: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StubView:
    """A method that the application is to write.

    Attributes:
        yields: whether it is a generator.
    """

    override: Code
    head: Code
    yields: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointView:
    """What serves a handler.

    Attributes:
        init: the head of `__init__`, where there are providers or guards to keep.
        keeps: what `__init__` does with them.
        opening: the steps between the opening request and the handler.
        gives: what the handler is given.
    """

    head: Code
    doc: str
    constants: tuple[Code, ...]
    init: Code | None
    keeps: tuple[Code, ...]
    override: Code
    open: Code
    opening: tuple[Code, ...]
    gives: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerView:
    """handlers/<name>.py.

    Attributes:
        classes: of parameters, the socket, and last the handler, which has the methods.
        abstract: the decorator of each method.
    """

    constants: tuple[Code, ...]
    classes: tuple[ClassView, ...]
    abstract: Code
    methods: tuple[MethodView, ...]
    endpoint: EndpointView


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionView:
    """A function that returns one expression."""

    head: Code
    doc: str
    result: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsView:
    """topics.py.

    Attributes:
        head: of the class that makes topics, one by each method.
    """

    topics: tuple[ClassView, ...]
    head: Code
    doc: str
    methods: tuple[FunctionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesView:
    """routes.py."""

    table: Code
    table_doc: str
    urls: tuple[FunctionView, ...]
    app: Code
    app_doc: str
    create: FunctionView


@dataclass(frozen=True, slots=True, kw_only=True)
class FacadeView:
    """A module of docs, imports and `__all__`."""
