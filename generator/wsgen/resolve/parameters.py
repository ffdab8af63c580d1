"""Parameters of a handler: what a client gives with the opening request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from wsgen.diagnostics import Collector
from wsgen.ir.api import Parameter, Source
from wsgen.ir.names import Name
from wsgen.ir.types import UNKNOWN, Scalar, ScalarType
from wsgen.resolve.models import FieldReader
from wsgen.resolve.paths import BadPath, PathParameter, parse_path
from wsgen.schema.document import HandlerSpec
from wsgen.schema.models import FieldSpec
from wsgen.source import Path, Span, Tree

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""Names of headers and cookies (RFC 9110, section 5.6.2)."""
_IN_PATH: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)")


def names_of(tree: Tree, path: Path) -> set[str]:
    """What the parameters of the handler at `path` are called, those with mistakes included."""
    found = {*tree.names((*path, "query")), *tree.names((*path, "cookie"))}
    found |= {key.replace("-", "_") for key in tree.names((*path, "header"))}
    found = {key.removesuffix("?") for key in found}
    return found.union(*map(_IN_PATH.findall, tree.names((*path, "path"))))


def all_names(tree: Tree) -> set[str]:
    """What the parameters of all handlers are called."""
    handlers = tree.names(("handlers",))
    return set[str]().union(*(names_of(tree, ("handlers", key)) for key in handlers))


@dataclass(frozen=True, slots=True)
class ParameterReader:
    """Reads the parameters of handlers, from paths, queries, headers and cookies."""

    fields: FieldReader
    found: Collector

    @property
    def _tree(self) -> Tree:
        return self.fields.scope.unit.tree

    def read(self, path: Path, spec: HandlerSpec) -> tuple[Parameter, ...]:
        """All parameters of the handler at `path`, those of its path first."""
        parameters = (*self._of_path(path, spec), *self._of_request(path, spec))
        self._check_unique(parameters)
        return parameters

    def _of_path(self, path: Path, spec: HandlerSpec) -> Iterator[Parameter]:
        found: list[tuple[PathParameter, ...]] = []
        guessed: list[str] = []
        for index, template in enumerate(spec.path):
            span = self._tree.span((*path, "path", index))
            try:
                found.append(parse_path(template))
            except BadPath as error:
                span = self._tree.part((*path, "path", index), *error.part)
                self.found.report("WSG303", error.message, span, help=error.help)
                guessed += _IN_PATH.findall(template)
                continue
            if {*found[-1]} != {*found[0]}:
                message = "the paths of a handler have the same parameters"
                self.found.report("WSG303", message, span, help="write a second handler")
        at = self._tree.span((*path, "path", 0))
        if found:
            yield from (_path_parameter(each, at) for each in found[0])
        else:
            yield from (_unread(name, at) for name in dict.fromkeys(guessed))

    def _of_request(self, path: Path, spec: HandlerSpec) -> Iterator[Parameter]:
        for source, section in (
            (Source.QUERY, spec.query),
            (Source.HEADER, spec.header),
            (Source.COOKIE, spec.cookie),
        ):
            for key, field_spec in section.items():
                parameter = self.one(source, key, spec=field_spec, path=(*path, source.value, key))
                if parameter is not None:
                    yield parameter

    def one(self, source: Source, key: str, *, spec: FieldSpec, path: Path) -> Parameter | None:
        """The parameter at `path`; None after reporting what is wrong with it."""
        name = key.replace("-", "_") if source is Source.HEADER else key
        field = self.fields.field(name, spec, path=path)
        if field is None:
            return None
        if field.may_be_absent:
            help_ = "write `T | None = None`"
            message = "a parameter has a default instead of `?`"
            self.found.report("WSG307", message, field.at, help=help_)
        wire = spec.wire or key
        if source is Source.HEADER:
            wire = (spec.wire or key.replace("_", "-")).lower()
        if source in {Source.HEADER, Source.COOKIE} and not _TOKEN.fullmatch(wire):
            message = f"no {source.value} can be called `{wire}`"
            self.found.report("WSG307", message, field.at, help="use letters, digits and `-`")
        return Parameter(
            name=field.name,
            source=source,
            wire=wire,
            type=field.type,
            has_default=field.has_default,
            default=field.default,
            doc=field.doc,
            deprecated=field.deprecated,
            at=field.at,
        )

    def _check_unique(self, parameters: Iterable[Parameter]) -> None:
        names: dict[str, Parameter] = {}
        wires: dict[tuple[Source, str], Parameter] = {}
        for each in parameters:
            first = names.setdefault(each.name.camel, each)
            if first is not each:
                message = f"two parameters are called `{each.name.snake}`"
                related = ((first.at, "first given here"),)
                help_ = "rename one of them"
                self.found.report("WSG102", message, each.at, help=help_, related=related)
                continue
            first = wires.setdefault((each.source, each.wire), each)
            if first is not each:
                message = f"two parameters are read from `{each.wire}`"
                related = ((first.at, "first given here"),)
                help_ = "change one `wire:`"
                self.found.report("WSG102", message, each.at, help=help_, related=related)


def _path_parameter(parameter: PathParameter, at: Span) -> Parameter:
    scalar = Scalar.STR if parameter.converter == "path" else Scalar(parameter.converter)
    return Parameter(
        name=Name.of(parameter.name),
        source=Source.PATH,
        wire=parameter.name,
        converter=parameter.converter,
        type=ScalarType(scalar),
        at=at,
    )


def _unread(name: str, at: Span) -> Parameter:
    """What a path with a mistake seems to have, so that nobody misses it."""
    return Parameter(name=Name.of(name), source=Source.PATH, wire=name, type=UNKNOWN, at=at)
