"""Finding the handler of a path.

A path without parameters is one look into a dictionary. The others stand in a tree of segments,
searched depth first: at each node the same text before a parameter, stricter converters before
looser ones, and the rest of the path last. A way that leads nowhere is gone back.

The cost is bounded by what was registered, not by what is asked: the tree has no cycles and no
shared nodes, and each step down takes one segment, so that one search visits a node at most once.
A node has at most one way for a text and one for each of the ten converters. Searching keeps
nothing, so that paths that clients make up cost no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic, TypeVar

from wsgen_runtime._convert import CONVERTERS
from wsgen_runtime._route import Parameter, Route, Template
from wsgen_runtime.exceptions import ConfigurationError

__all__ = ["Route", "Router"]

T = TypeVar("T")

_STRICTNESS: Final = {name: rank for rank, name in enumerate(CONVERTERS)}
_PATH: Final = "path"


class _Leaf(Generic[T]):
    """The end of a path: what was registered there, and its parameters by their place in order."""

    __slots__ = ("names", "target")

    def __init__(self, target: T, names: Iterable[str]) -> None:
        self.target = target
        self.names = tuple(enumerate(names))


class _Node(Generic[T]):
    """A place in the tree, and the ways on from it.

    Attributes:
        texts: by the next segment.
        parameters: by converting the next segment; the strictest first.
        rest: with all further segments.
        leaf: no further, since the path ends here.
        only: the one way on where there is a single parameter and nothing else.
        forks: whether there are several kinds of ways, so that one may have to come back.
    """

    __slots__ = ("forks", "leaf", "only", "parameters", "rest", "texts")

    def __init__(self) -> None:
        self.texts: dict[str, _Node[T]] = {}
        self.parameters: list[tuple[str, Callable[[str], object], _Node[T]]] = []
        self.rest: _Leaf[T] | None = None
        self.leaf: _Leaf[T] | None = None
        self.only: tuple[Callable[[str], object], _Node[T]] | None = None
        self.forks = False

    def text(self, segment: str) -> _Node[T]:
        """The node behind a text, made where there is none yet."""
        node = self.texts.setdefault(segment, _Node[T]())
        self._look()
        return node

    def parameter(self, converter: str) -> _Node[T]:
        """The node behind a parameter, made where there is none yet."""
        for name, _, node in self.parameters:
            if name == converter:
                return node
        node = _Node[T]()
        self.parameters.append((converter, CONVERTERS[converter][0], node))
        self.parameters.sort(key=lambda each: _STRICTNESS[each[0]])
        self._look()
        return node

    def end(self, leaf: _Leaf[T], *, takes_rest: bool) -> None:
        """Let a path end here, or take the rest."""
        if takes_rest:
            self.rest = leaf
            self._look()
        else:
            self.leaf = leaf

    def _look(self) -> None:
        ways = bool(self.texts) + len(self.parameters)
        self.forks = ways > 1 or self.rest is not None
        self.only = self.parameters[0][1:] if self.parameters and not self.forks else None

    def find(self, segments: Sequence[str], depth: int, values: list[object]) -> _Leaf[T] | None:
        """The leaf for `segments[depth:]`; the converted parameters are added to `values`."""
        if depth == len(segments):
            return self.leaf
        segment = segments[depth]
        node = self.texts.get(segment)
        if node is not None:
            leaf = node.find(segments, depth + 1, values)
            if leaf is not None:
                return leaf
        for _, convert, node in self.parameters:
            try:
                values.append(convert(segment))
            except ValueError:
                continue
            leaf = node.find(segments, depth + 1, values)
            if leaf is not None:
                return leaf
            values.pop()
        return self._take_rest(segments[depth:], values) if self.rest is not None else None

    def _take_rest(self, segments: Sequence[str], values: list[object]) -> _Leaf[T] | None:
        try:
            values.append(CONVERTERS[_PATH][0]("/".join(segments)))
        except ValueError:
            return None
        return self.rest


class Router(Generic[T]):
    """Routes and what they lead to; built once, then only read.

    Args:
        routes: each route with its target.
        describe: names a target in messages about mistakes.

    Raises:
        ConfigurationError: with everything that is wrong with the routes: paths that cannot be
            read, and pairs of paths that match the same requests.
    """

    def __init__(
        self,
        routes: Iterable[tuple[Route, T]],
        *,
        describe: Callable[[T], str] | None = None,
    ) -> None:
        self._static: dict[str, T] = {}
        self._root = _Node[T]()
        described = [
            (route, target, f" ({describe(target)})" if describe else "")
            for route, target in routes
        ]
        problems = _problems([(route, place) for route, _, place in described])
        if problems:
            raise ConfigurationError(problems)
        for route, target, _ in described:
            for template in route.templates:
                self._add(template, target)

    def match(self, path: str) -> tuple[T, dict[str, object]] | None:
        """The target of a path and the converted parameters, in a dictionary of their own.

        `path` is not quoted, and local to the application. Case matters; one slash at its end
        does not. None where no route matches.
        """
        if path[-1:] == "/":
            path = path[:-1]
        static = self._static
        if path in static:
            return static[path], {}
        segments = path.split("/")
        values: list[object] = []
        leaf: _Leaf[T] | None
        node = self._root
        for depth, segment in enumerate(segments):  # without calls as long as nothing forks
            only = node.only
            if only is not None:
                convert, node = only
                try:
                    values.append(convert(segment))
                except ValueError:
                    return None
            elif node.forks:
                leaf = node.find(segments, depth, values)
                break
            else:
                following = node.texts.get(segment)
                if following is None:
                    return None
                node = following
        else:
            leaf = node.leaf
        if leaf is None:
            return None
        parameters: dict[str, object] = {}
        for index, name in leaf.names:
            parameters[name] = values[index]
        return leaf.target, parameters

    def _add(self, template: Template, target: T) -> None:
        if not template.parameters:
            self._static["".join(f"/{each}" for each in template.segments)] = target
            return
        node = self._root.text("")  # what stands in front of the first slash
        takes_rest = False
        for segment in template.segments:
            if isinstance(segment, str):
                node = node.text(segment)
            elif segment.converter == _PATH:
                takes_rest = True
            else:
                node = node.parameter(segment.converter)
        node.end(_Leaf(target, template.parameters), takes_rest=takes_rest)


def _problems(routes: Iterable[tuple[Route, str]]) -> list[str]:
    problems: list[str] = []
    seen: dict[tuple[object, ...], str] = {}
    for route, place in routes:
        problems.extend(problem + place for problem in route.problems)
        for template in route.templates:
            if template.problems:
                continue
            here = f"`{template.path}`{place}"
            shape = _shape(template)
            if shape in seen:
                problems.append(f"paths {seen[shape]} and {here} match the same requests")
            else:
                seen[shape] = here
    return problems


def _shape(template: Template) -> tuple[object, ...]:
    """A template with its parameters blanked out.

    Two templates of one shape are an error even with converters as different as int and uuid:
    which of the two a request reaches would hang on how its text looks.
    """
    return tuple(
        each.converter == _PATH if isinstance(each, Parameter) else each
        for each in template.segments
    )
