"""Close codes, dependencies, guards and topics, as written → as meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from wsgen.diagnostics import Collector, did_you_mean
from wsgen.ir.api import (
    TOPICS,
    CloseCode,
    Dependency,
    Guard,
    Parameter,
    PythonType,
    Source,
    Topic,
)
from wsgen.ir.names import Name
from wsgen.ir.types import TypeExpr
from wsgen.resolve.parameters import ParameterReader
from wsgen.resolve.scope import Scope
from wsgen.schema import Document
from wsgen.schema.annotation import TypeNode
from wsgen.schema.document import TopicSpec
from wsgen.schema.leaves import APPLICATION_TYPE
from wsgen.source import Path, Span


@dataclass(frozen=True, slots=True)
class DeclarationReader:
    """Reads what handlers refer to by name.

    Attributes:
        all_parameters: the names of the parameters of all handlers.
    """

    scope: Scope
    parameters: ParameterReader
    all_parameters: set[str]
    found: Collector

    @property
    def _document(self) -> Document:
        return self.scope.unit.document

    def _span(self, *path: str) -> Span:
        return self.scope.unit.tree.key_span(path)

    def close_codes(self) -> Iterator[CloseCode]:
        """The close codes, in the order of the schema."""
        for key, each in self._document.close_codes.items():
            yield CloseCode(
                name=Name.of(key),
                code=each.code,
                reason=each.reason,
                status=each.status,
                retry=each.retry,
                doc=each.doc,
                at=self._span("close_codes", key),
                places=self._places(("close_codes", key)),
            )

    def _places(self, path: Path) -> dict[str, Span]:
        tree = self.scope.unit.tree
        return {key: tree.span((*path, key)) for key in tree.names(path)}

    def dependencies(self) -> dict[str, Dependency]:
        """The dependencies by name; those that need themselves are reported."""
        made: dict[str, Dependency] = {}
        for key, each in self._document.dependencies.items():
            made[key] = Dependency(
                name=Name.of(key),
                type=self._type(each.meant, ("dependencies", key, "type")),
                needs=self._needs("dependencies", key, each.needs),
                doc=each.doc,
                at=self._span("dependencies", key),
            )
        self._check_cycles(made)
        return made

    def _type(self, meant: TypeNode | str, path: Path) -> PythonType | TypeExpr:
        if isinstance(meant, str):
            module, _, qualname = meant.partition(":")
            return PythonType(module, qualname)
        return replace(self.scope, otherwise=APPLICATION_TYPE).type(meant, path)

    def guards(self) -> dict[str, Guard]:
        """The guards by name."""
        return {
            key: Guard(
                name=Name.of(key),
                needs=self._needs("guards", key, each.needs),
                doc=each.doc,
                at=self._span("guards", key),
            )
            for key, each in self._document.guards.items()
        }

    def _needs(self, section: str, key: str, needs: list[str]) -> tuple[str, ...]:
        tree = self.scope.unit.tree
        all_read = len(self._document.handlers) == len(tree.names(("handlers",)))
        known = {*tree.names(("dependencies",)), *self.all_parameters}
        if self._document.topics:
            known.add(TOPICS)
        for index, need in enumerate(needs):
            span = tree.span((section, key, "needs", index))
            if need in needs[:index]:
                message = f"`{need}` is needed twice"
                self.found.report("WSG306", message, span, help="remove one of them")
            elif need not in known and all_read:
                message = f"`{need}` is neither a dependency nor a parameter of any handler"
                help_ = did_you_mean(need, sorted(known)) or "remove it, or define it"
                self.found.report("WSG306", message, span, help=help_)
        return tuple(needs)

    def _check_cycles(self, made: Mapping[str, Dependency]) -> None:
        reported: set[str] = set()
        for name, dependency in made.items():
            reached = _reached(name, made)
            if name not in reached or reported & reached:
                continue
            reported |= {name}
            through = [each for each in made if each in reached and name in made[each].needs]
            help_ = f"through `{through[0]}`" if through != [name] else "remove it from its `needs`"
            message = f"the dependency `{name}` needs itself"
            self.found.report("WSG310", message, dependency.at, help=help_)

    def topics(self) -> Iterator[Topic]:
        """The topics, in the order of the schema."""
        for key, each in self._document.topics.items():
            path: Path = ("topics", key)
            messages = tuple(
                self.scope.reference(name, (*path, "messages", index), messages=True)
                for index, name in enumerate(each.messages)
            )
            if each.queue is not None and each.queue < 1:
                span = self.scope.unit.tree.span((*path, "queue"))
                message = "a queue holds at least one message"
                self.found.report("WSG012", message, span, help="write 1 or more")
            yield Topic(
                name=Name.of(key),
                params=tuple(self._topic_params(path, each)),
                messages=messages,
                on_slow=each.on_slow,
                queue=each.queue,
                doc=each.doc,
                at=self._span("topics", key),
            )

    def _topic_params(self, path: Path, spec: TopicSpec) -> Iterator[Parameter]:
        for name, each in spec.params.items():
            made = self.parameters.one(Source.PATH, name, spec=each, path=(*path, "params", name))
            if made is not None:
                yield made


def _reached(name: str, made: Mapping[str, Dependency]) -> set[str]:
    """All dependencies that one needs, and those that they need."""
    reached: list[str] = []
    queue = list(made[name].needs)
    for need in queue:  # grows while it is walked
        if need in made and need not in reached:
            reached.append(need)
            queue += made[need].needs
    return set(reached)
