"""Parameters of the opening request: converted, defaulted, or refused without an echo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wsgen_runtime._convert import constrained, to_float, to_int, to_str
from wsgen_runtime._parameters import cookie, header, path, query, query_list
from wsgen_runtime._request import ASGIConnection
from wsgen_runtime.exceptions import BadParameter


def socket() -> ASGIConnection:
    scope: dict[str, Any] = {
        "query_string": b"interval=2.5&tag=1&tag=2&bad=<secret>",
        "headers": [
            (b"x-count", b"3"),
            (b"x-bad", b"<secret>"),
            (b"cookie", b"sid=7; bad=<secret>"),
        ],
        "path_params": {"room_id": 7},
    }
    return ASGIConnection(scope)


def test_b57_parameters_are_converted_to_their_types() -> None:
    assert path(socket(), "room_id", int) == 7
    assert query(socket(), "interval", to_float) == 2.5
    assert query(socket(), "tag", to_int) == 2
    assert query_list(socket(), "tag", to_int) == [1, 2]
    assert query_list(socket(), "tag", constrained(to_int, le=2), None) == [1, 2]
    assert header(socket(), "X-Count", to_int) == 3
    assert cookie(socket(), "sid", to_int, None) == 7


def test_b57_a_default_stands_for_what_is_missing_only() -> None:
    assert query(socket(), "token", to_str, None) is None
    assert query(socket(), "token", to_str, "x") == "x"
    assert query_list(socket(), "ids", to_int, None) is None
    assert query_list(socket(), "ids", to_int, [1]) == [1]
    assert header(socket(), "x-none", to_int, 0) == 0
    assert cookie(socket(), "none", to_int, 0) == 0
    with pytest.raises(BadParameter):
        query(socket(), "bad", to_int, 0)


WRONG: list[tuple[Callable[[], object], str]] = [
    (lambda: query(socket(), "bad", to_float), "query parameter `bad`: expected a number"),
    (lambda: query(socket(), "none", to_int), "query parameter `none`: missing"),
    (lambda: query_list(socket(), "bad", to_int), "query parameter `bad`: expected an integer"),
    (lambda: query_list(socket(), "none", to_int), "query parameter `none`: missing"),
    (
        lambda: query_list(socket(), "tag", constrained(to_int, le=1)),
        "query parameter `tag`: expected at most `1`",
    ),
    (lambda: header(socket(), "x-bad", to_int), "header `x-bad`: expected an integer"),
    (lambda: header(socket(), "x-none", to_int), "header `x-none`: missing"),
    (lambda: cookie(socket(), "bad", to_int), "cookie `bad`: expected an integer"),
    (lambda: cookie(socket(), "none", to_int), "cookie `none`: missing"),
    (lambda: path(socket(), "other", int), "path parameter `other`: missing"),
    (lambda: path(socket(), "room_id", str), "path parameter `room_id`: missing"),
]


@pytest.mark.parametrize(("read", "detail"), WRONG)
def test_b57_missing_or_wrong_is_refused_by_name_and_without_an_echo(
    read: Callable[[], object], detail: str
) -> None:
    with pytest.raises(BadParameter) as caught:
        read()
    assert caught.value.detail == detail
    assert (caught.value.code, caught.value.status) == (4400, 400)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
