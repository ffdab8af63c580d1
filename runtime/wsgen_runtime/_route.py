"""Path templates: `/rooms/{room_id:int}/ws`, read once, and the URLs made from them.

A segment is either a text or one parameter, `{name}` or `{name:converter}`. A trailing slash
makes no difference. What is wrong with a template is kept in `problems` until a router collects
it with everything else, so that all mistakes are reported at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, TypeAlias, cast
from urllib.parse import quote

from wsgen_runtime._convert import CONVERTERS, to_text
from wsgen_runtime.exceptions import ConfigurationError

__all__ = ["Parameter", "Route", "Segment", "Template"]

_PARAMETER: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,63})(?::([a-z]+))?\}")
_STATIC: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+")
_NOT_MEANT: Final[Mapping[type, type]] = {int: bool, date: datetime}
"""Subclasses that are other things than their base."""
_EMPTY: Final[Mapping[str, object]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in a template, always a whole segment."""

    name: str
    converter: str


Segment: TypeAlias = str | Parameter


@dataclass(frozen=True, slots=True)
class Template:
    """A path as it was written, in segments.

    Attributes:
        path: as written.
        segments: without empty ones.
        problems: why it cannot be routed, one sentence each.
    """

    path: str
    segments: tuple[Segment, ...]
    problems: tuple[str, ...]

    @classmethod
    def parse(cls, path: str) -> Template:
        """Read a template; never fails."""
        problems: list[str] = []
        if not path.startswith("/"):
            problems.append("a path starts with `/`")
        text = path.removeprefix("/").removesuffix("/")
        segments: list[Segment] = []
        for part in text.split("/") if text or path.startswith("//") else ():
            segment = _segment(part)
            if isinstance(segment, _Problem):
                problems.append(segment.text)
            else:
                segments.append(segment)
        problems += _order_problems(segments)
        return cls(path, tuple(segments), tuple(f"path `{path}`: {each}" for each in problems))

    @property
    def parameters(self) -> dict[str, str]:
        """Names and converters, in order."""
        return {each.name: each.converter for each in self.segments if isinstance(each, Parameter)}


class Route:
    """The paths of one handler, all with the same parameters.

    Attributes:
        paths: the templates as written.
        templates: read.
        problems: why they cannot be routed, one sentence each; empty if they can.
    """

    __slots__ = ("paths", "problems", "templates")

    def __init__(self, *paths: str) -> None:
        self.paths: tuple[str, ...] = paths
        self.templates: tuple[Template, ...] = tuple(map(Template.parse, paths))
        problems = [problem for template in self.templates for problem in template.problems]
        if not paths:
            problems.append("a route needs a path")
        for template in self.templates[1:]:
            first = self.templates[0]
            if template.parameters != first.parameters:
                problems.append(
                    f"paths `{first.path}` and `{template.path}` of one handler"
                    " have different parameters"
                )
        self.problems: tuple[str, ...] = tuple(problems)

    def __repr__(self) -> str:
        return f"Route({', '.join(map(repr, self.paths))})"

    def url(
        self,
        base: str = "",
        /,
        *,
        path: Mapping[str, object] = _EMPTY,
        query: Mapping[str, object] = _EMPTY,
    ) -> str:
        """The URL of the first path below `base`, quoted (RFC 3986, section 2.1).

        Args:
            base: what stands in front, such as `wss://example.com/ws`; empty for a URL without a
                host.
            path: the parameters of the path, each of its converter's type.
            query: the parameters of the query. None leaves one out, a list or tuple repeats it.

        Raises:
            ValueError: a parameter of the path is missing, unknown, of another type, or of a
                value that a request could not bring back; or `base` has a query or a fragment.
            ConfigurationError: the path cannot be routed.
        """
        if self.problems:
            raise ConfigurationError(self.problems)
        if "?" in base or "#" in base:
            raise ValueError("a base URL has neither query nor fragment")
        template = self.templates[0]
        unknown = path.keys() - template.parameters.keys()
        if unknown:
            raise ValueError(f"`{template.path}` has no parameter `{min(unknown)}`")
        segments = "/".join(_fill(each, path, template.path) for each in template.segments)
        return f"{base.rstrip('/')}/{segments}{_query(query)}"


@dataclass(frozen=True, slots=True)
class _Problem:
    text: str


def _segment(text: str) -> Segment | _Problem:
    match = _PARAMETER.fullmatch(text)
    if match:
        converter = match[2] or "str"
        if converter in CONVERTERS:
            return Parameter(match[1], converter)
        return _Problem(f"no converter `{converter}`: use one of {', '.join(CONVERTERS)}")
    if not text:
        return _Problem("a segment is empty")
    if "{" in text or "}" in text:
        return _Problem(f"`{text}` is not a parameter: one is a whole segment, `{{name:int}}`")
    if text in {".", ".."}:
        return _Problem(f"clients never ask for a segment `{text}`")
    if not _STATIC.fullmatch(text):
        return _Problem(f"`{text}` cannot stand in a path unquoted")
    return text


def _order_problems(segments: Sequence[Segment]) -> list[str]:
    parameters = [each for each in segments if isinstance(each, Parameter)]
    names = [each.name for each in parameters]
    problems = [
        f"`{name}` stands there twice" for name in dict.fromkeys(names) if names.count(name) > 1
    ]
    problems.extend(
        f"`{each.name}` takes the rest of the path, so it stands last"
        for each in segments[:-1]
        if isinstance(each, Parameter) and each.converter == "path"
    )
    return problems


def _fill(segment: Segment, values: Mapping[str, object], path: str) -> str:
    if isinstance(segment, str):
        return segment
    name, converter = segment.name, segment.converter
    if name not in values:
        raise ValueError(f"`{path}` needs the parameter `{name}`")
    value = values[name]
    convert, type_ = CONVERTERS[converter]
    if type(value) is int and type_ is float:
        value = float(value)
    if not isinstance(value, type_) or isinstance(value, _NOT_MEANT.get(type_, ())):
        raise ValueError(f"parameter `{name}`: expected a value of type {type_.__name__}")
    text = to_text(value)
    try:
        same = convert(text) == value
    except ValueError as error:
        raise ValueError(f"parameter `{name}`: {error}") from None
    if not same:
        raise ValueError(f"parameter `{name}`: a request could not bring this value back")
    return _quote(text, "/:@,+" if converter == "path" else ":@,+")


def _query(values: Mapping[str, object]) -> str:
    pairs = [
        f"{_quote(name)}={_quote(to_text(each))}"
        for name, value in values.items()
        for each in _repeated(value)
    ]
    return f"?{'&'.join(pairs)}" if pairs else ""


def _repeated(value: object) -> Sequence[object]:
    if isinstance(value, (list, tuple)):
        return cast("Sequence[object]", value)
    return () if value is None else (value,)


def _quote(text: str, safe: str = "") -> str:
    try:
        return quote(text, safe)
    except UnicodeEncodeError:
        raise ValueError("a lone surrogate cannot stand in a URL") from None
