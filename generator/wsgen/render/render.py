"""The one Jinja environment; a plan, or a view, and its template become the text of a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

import jinja2

from wsgen._resources import data_root
from wsgen.render.code import Code, comment, docstring, literal
from wsgen.render.header import header
from wsgen.render.imports import Imports, by_kind
from wsgen.render.layout import Group, assign


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """One file to be generated.

    Attributes:
        path: inside the generated package.
        template: below `templates/`.
        view: what the template sees as `view`: a frozen view model.
        doc: the module's docstring.
        exports: the names of `__all__`.
    """

    path: PurePosixPath
    template: str
    source: str
    view: object
    imports: Imports
    doc: str
    exports: tuple[str, ...]


def render(plan: FilePlan) -> str:
    """The whole text of the planned file."""
    if plan.imports or plan.exports:
        plan.imports.name("__future__", "annotations")
    return (
        _environment()
        .get_template(plan.template)
        .render(
            view=plan.view,
            header=header(plan.source, uses_deprecated=plan.imports.uses_deprecated),
            doc=plan.doc,
            imports=plan.imports.block(),
            exports=_exports(plan.exports),
        )
    )


def render_text(template: str, view: object) -> str:
    """Text that is no generated module: without a header, and the user's from then on."""
    return _environment().get_template(template).render(view=view)


def _exports(names: tuple[str, ...]) -> Code:
    if not names:
        return Code()
    items = tuple(literal(name) for name in sorted(names, key=by_kind))
    return assign("__all__", Group("[", items, "]"), indent=0)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(data_root("templates")),
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  # the output is Python; _finalize is stricter
    )
    environment.filters.update(lit=literal, doc=docstring, comment=comment)
    return environment


def _finalize(value: object) -> object:
    """Refuse text that no filter has made into code."""
    if isinstance(value, (Code, int)):
        return value
    raise TypeError(f"{type(value).__name__} in a template without a filter: {value!r}")
