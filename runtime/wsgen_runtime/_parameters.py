"""Reading the parameters of an opening request, converted and checked.

What is missing or wrong ends in `BadParameter` (4400 / HTTP 400). Its text names the parameter
and says what was expected; the client's value is never in it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final, Literal, TypeVar, overload

from wsgen_runtime._request import ASGIConnection
from wsgen_runtime.exceptions import BadParameter

__all__ = ["cookie", "header", "path", "query", "query_list"]

T = TypeVar("T")


class _Required(Enum):
    NO_DEFAULT = 0


_REQUIRED: Final = _Required.NO_DEFAULT
_NoDefault = Literal[_Required.NO_DEFAULT]


def path(socket: ASGIConnection, name: str, type_: type[T], /) -> T:
    """The parameter `name` of the path, which the router has converted.

    Raises:
        BadParameter: the path has none, or one of another type.
    """
    value = socket.path_params.get(name)
    if isinstance(value, type_):
        return value
    raise BadParameter(f"path parameter `{name}`: missing")


@overload
def query(socket: ASGIConnection, name: str, convert: Callable[[str], T], /) -> T: ...
@overload
def query(
    socket: ASGIConnection, name: str, convert: Callable[[str], T], /, default: None
) -> T | None: ...
@overload
def query(socket: ASGIConnection, name: str, convert: Callable[[str], T], /, default: T) -> T: ...
def query(
    socket: ASGIConnection,
    name: str,
    convert: Callable[[str], T],
    /,
    default: T | _NoDefault | None = _REQUIRED,
) -> T | None:
    """The parameter `name` of the query, the last of several; `default` where there is none.

    Raises:
        BadParameter: it is missing and has no default, or `convert` refuses it.
    """
    texts = socket.query_params
    if name not in texts:
        return _absent("query parameter", name, default)
    try:
        return convert(texts[name])
    except ValueError as error:
        raise _wrong("query parameter", name, error) from None


@overload
def query_list(socket: ASGIConnection, name: str, convert: Callable[[str], T], /) -> list[T]: ...
@overload
def query_list(
    socket: ASGIConnection, name: str, convert: Callable[[str], T], /, default: None
) -> list[T] | None: ...
@overload
def query_list(
    socket: ASGIConnection, name: str, convert: Callable[[str], T], /, default: list[T]
) -> list[T]: ...
def query_list(
    socket: ASGIConnection,
    name: str,
    convert: Callable[[str], T],
    /,
    default: list[T] | _NoDefault | None = _REQUIRED,
) -> list[T] | None:
    """Every parameter `name` of the query, in order; `default` where there is none.

    Raises:
        BadParameter: it is missing and has no default, or `convert` refuses one of them.
    """
    texts = socket.query_params.getlist(name)
    if not texts:
        return _absent("query parameter", name, default)
    try:
        return [convert(text) for text in texts]
    except ValueError as error:
        raise _wrong("query parameter", name, error) from None


@overload
def header(socket: ASGIConnection, name: str, convert: Callable[[str], T], /) -> T: ...
@overload
def header(
    socket: ASGIConnection, name: str, convert: Callable[[str], T], /, default: None
) -> T | None: ...
@overload
def header(socket: ASGIConnection, name: str, convert: Callable[[str], T], /, default: T) -> T: ...
def header(
    socket: ASGIConnection,
    name: str,
    convert: Callable[[str], T],
    /,
    default: T | _NoDefault | None = _REQUIRED,
) -> T | None:
    """The header `name`, in any case, several joined by ", "; `default` where there is none.

    Raises:
        BadParameter: it is missing and has no default, or `convert` refuses it.
    """
    texts = socket.headers
    if name not in texts:
        return _absent("header", name, default)
    try:
        return convert(texts[name])
    except ValueError as error:
        raise _wrong("header", name, error) from None


@overload
def cookie(socket: ASGIConnection, name: str, convert: Callable[[str], T], /) -> T: ...
@overload
def cookie(
    socket: ASGIConnection, name: str, convert: Callable[[str], T], /, default: None
) -> T | None: ...
@overload
def cookie(socket: ASGIConnection, name: str, convert: Callable[[str], T], /, default: T) -> T: ...
def cookie(
    socket: ASGIConnection,
    name: str,
    convert: Callable[[str], T],
    /,
    default: T | _NoDefault | None = _REQUIRED,
) -> T | None:
    """The cookie `name`, the first of several; `default` where there is none.

    Raises:
        BadParameter: it is missing and has no default, or `convert` refuses it.
    """
    texts = socket.cookies
    if name not in texts:
        return _absent("cookie", name, default)
    try:
        return convert(texts[name])
    except ValueError as error:
        raise _wrong("cookie", name, error) from None


def _absent(kind: str, name: str, default: T | _NoDefault | None) -> T | None:
    if default is _REQUIRED:
        raise BadParameter(f"{kind} `{name}`: missing")
    return default


def _wrong(kind: str, name: str, error: ValueError) -> BadParameter:
    return BadParameter(f"{kind} `{name}`: {error}")
