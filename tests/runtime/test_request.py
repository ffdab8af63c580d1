"""The opening request: what servers put into a scope, and what clients put into a request."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import cast
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgen_runtime._asgi import Scope
from wsgen_runtime._request import URL, ASGIConnection, Cookies, Headers, QueryParams, split_host


def connect(scope: Scope) -> ASGIConnection:
    return ASGIConnection(scope)


def test_b10_the_opening_request_is_readable_before_accept() -> None:
    connection = connect(
        {
            "type": "websocket",
            "scheme": "wss",
            "path": "/rooms/7",
            "root_path": "",
            "query_string": b"token=abc",
            "headers": [(b"host", b"example.com"), (b"cookie", b"sid=1")],
            "client": ("192.0.2.1", 4711),
            "server": ("192.0.2.2", 443),
            "subprotocols": ["chat.v1"],
            "extensions": {"websocket.http.response": {}},
            "state": {"db": 1},
            "path_params": {"room_id": 7},
        }
    )
    assert connection.path == "/rooms/7"
    assert connection.path_params == {"room_id": 7}
    assert connection.query_params == {"token": "abc"}
    assert connection.headers["Host"] == "example.com"
    assert connection.cookies == {"sid": "1"}
    assert connection.client == ("192.0.2.1", 4711)
    assert connection.server == ("192.0.2.2", 443)
    assert connection.url == URL("wss", "example.com", None, "/rooms/7", "token=abc")
    assert connection.subprotocols == ("chat.v1",)
    assert "websocket.http.response" in connection.extensions
    assert connection.state["db"] == 1


def test_nothing_is_read_before_it_is_asked_for() -> None:
    class Untouchable(dict[str, object]):
        def __getitem__(self, key: str) -> object:
            raise AssertionError(key)

        def get(self, key: str, default: object = None) -> object:
            raise AssertionError(key)

    connect(Untouchable())


def test_what_is_computed_is_kept() -> None:
    connection = connect({"headers": [(b"host", b"h")], "query_string": b"a=1"})
    assert connection.headers is connection.headers
    assert connection.query_params is connection.query_params
    assert connection.cookies is connection.cookies
    assert connection.url is connection.url


def test_everything_may_be_missing_from_the_scope() -> None:
    connection = connect({"type": "websocket"})
    assert connection.headers == {}
    assert connection.query_params == {}
    assert connection.cookies == {}
    assert connection.path_params == {}
    assert connection.extensions == {}
    assert connection.subprotocols == ()
    assert connection.client is None
    assert connection.server is None
    assert (connection.path, connection.root_path) == ("/", "")
    assert str(connection.url) == "ws://localhost/"


def test_a_missing_state_is_made_once_and_shared_through_the_scope() -> None:
    scope: Scope = {}
    connect(scope).state["user"] = 1
    assert scope["state"] == {"user": 1}
    assert connect(scope).state["user"] == 1


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (("::1", 80), ("::1", 80)),
        (["127.0.0.1", 80], ("127.0.0.1", 80)),
        (("127.0.0.1", "8000"), ("127.0.0.1", 8000)),
        (("/run/app.sock", None), None),
        (["/run/app.sock"], None),
        (("127.0.0.1", "http"), None),
        (("127.0.0.1", "²"), None),
        ("127.0.0.1:80", None),
        (None, None),
    ],
)
def test_addresses_of_all_servers_become_one_form(
    given_: object, expected: tuple[str, int] | None
) -> None:
    connection = connect({"client": given_, "server": given_})
    assert connection.client == expected
    assert connection.server == expected


class TestHeaders:
    def test_names_have_any_case(self) -> None:
        headers = Headers([(b"x-token", b"a"), (b"Host", b"h")])
        assert headers["X-Token"] == headers["x-token"] == "a"
        assert headers["host"] == "h"
        assert "HOST" in headers
        assert list(headers) == ["x-token", "host"]
        assert len(headers) == 2

    def test_several_of_one_name_are_joined_and_can_be_had_apart(self) -> None:
        headers = Headers(
            [(b"x-a", b"1"), (b"cookie", b"a=1"), (b"X-A", b"2"), (b"Cookie", b"b=2")]
        )
        assert headers["x-a"] == "1, 2"
        assert headers["cookie"] == "a=1; b=2"
        assert headers.getlist("X-a") == ["1", "2"]
        assert headers.getlist("x-b") == []

    def test_every_byte_has_a_character(self) -> None:
        value = bytes(range(256))
        assert Headers([(b"x-raw", value)])["x-raw"].encode("latin-1") == value

    def test_an_unknown_name_is_absent_whatever_it_is(self) -> None:
        headers = Headers([(b"key", b"1")])
        assert headers.get("nothing") is None
        assert headers.get("schlüssel", "x") == "x"
        assert "\N{KELVIN SIGN}ey" not in headers
        assert cast("str", 5) not in headers
        with pytest.raises(KeyError):
            headers["ключ"]

    def test_lists_and_iterators_of_pairs_will_do(self) -> None:
        assert Headers([[b"a", b"1"]]) == {"a": "1"}  # type: ignore[list-item]
        assert Headers(iter([(b"a", b"1"), (b"a", b"2")])).getlist("a") == ["1", "2"]

    @given(st.lists(st.tuples(st.binary(), st.binary())))
    def test_any_pairs_can_be_read(self, pairs: list[tuple[bytes, bytes]]) -> None:
        headers = Headers(pairs)
        for name in headers:
            assert headers.getlist(name)
            assert not name.isascii() or headers[name] == headers[name.upper()]


class TestQueryParams:
    def test_b57_the_last_of_repeated_keys_counts_and_a_list_has_all(self) -> None:
        query = QueryParams(b"a=1&b=2&a=3")
        assert query["a"] == "3"
        assert query.getlist("a") == ["1", "3"]
        assert query.getlist("c") == []
        assert dict(query) == {"a": "3", "b": "2"}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (b"", {}),
            (b"&&", {}),
            (b"a", {"a": ""}),
            (b"a=", {"a": ""}),
            (b"=a", {"": "a"}),
            (b"a=b=c", {"a": "b=c"}),
            (b"a;b=1", {"a;b": "1"}),
            (b"a=x+y%20z", {"a": "x y z"}),
            (b"%61+b=1", {"a b": "1"}),
            (b"a=%", {"a": "%"}),
            (b"a=%4", {"a": "%4"}),
            (b"a=%zz", {"a": "%zz"}),
            (b"a=%C3%A9", {"a": "é"}),
            ("a=é".encode(), {"a": "é"}),
            (b"a=%FF", {"a": "\ufffd"}),
            (b"a=\xff", {"a": "\ufffd"}),
            (b"a=%ED%A0%80", {"a": "\ufffd" * 3}),
            (b"a=%26%3D", {"a": "&="}),
        ],
    )
    def test_the_form_encoding(self, query: bytes, expected: Mapping[str, str]) -> None:
        assert QueryParams(query) == expected

    @given(st.binary() | st.text("ab=&%+4F").map(str.encode))
    def test_anything_is_read_as_the_standard_library_does(self, query: bytes) -> None:
        text = query.decode("utf-8", "replace")
        expected = parse_qsl(text, keep_blank_values=True, errors="replace")
        found = QueryParams(query)
        assert found == dict(expected)
        for name in found:
            assert found.getlist(name) == [value for each, value in expected if each == name]
            assert name.encode("utf-8", "strict").decode() == name  # no lone surrogates

    def test_only_the_first_thousand_are_read(self) -> None:
        query = QueryParams(b"&".join(b"k%d=1" % number for number in range(5000)))
        assert len(query) == 1000
        assert "k999" in query
        assert "k1000" not in query

    def test_nobody_can_change_it(self) -> None:
        query = QueryParams(b"a=1")
        with pytest.raises(TypeError):
            query["a"] = "2"  # type: ignore[index]
        assert repr(query) == "QueryParams({'a': '1'})"


class TestCookies:
    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            ("", {}),
            ("a=1", {"a": "1"}),
            ("a=1; b=2;c=3 ;\td = 4", {"a": "1", "b": "2", "c": "3", "d": "4"}),
            ('a="1 2"', {"a": "1 2"}),
            ('a="', {"a": '"'}),
            (r'a="\"\073"', {"a": r"\"\073"}),
            ("a=b=c", {"a": "b=c"}),
            ("a=", {"a": ""}),
            ("=x; nameless; a=1", {"a": "1"}),
            ("a=1; a=2", {"a": "1"}),
            ("a=%20", {"a": "%20"}),
        ],
    )
    def test_the_cookie_header(self, header: str, expected: Mapping[str, str]) -> None:
        assert Cookies(header) == expected

    @given(st.text())
    def test_anything_can_be_read(self, header: str) -> None:
        cookies = Cookies(header)
        assert all(name in header and value in header for name, value in cookies.items())

    @given(
        st.dictionaries(
            st.text("abcXYZ019!#$%&'*+-.^_`|~", min_size=1),
            st.text("abcXYZ019!#$%&'()*+-./:<=>?@[]^_`{|}~"),
        )
    )
    def test_what_a_client_may_send_comes_through(self, cookies: dict[str, str]) -> None:
        assert Cookies("; ".join(f"{name}={value}" for name, value in cookies.items())) == cookies

    def test_several_headers_are_one(self) -> None:
        connection = connect({"headers": [(b"cookie", b"a=1"), (b"cookie", b"b=2")]})
        assert connection.cookies == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    "hostile",
    [b"&" * 500_000, b"=" * 500_000, b"%" * 500_000, b"a=%C3&" * 80_000, b"+%ff" * 120_000],
)
def test_b70_a_hostile_query_costs_time_in_proportion_to_its_size(hostile: bytes) -> None:
    begin = time.process_time()
    QueryParams(hostile).getlist("a")
    assert time.process_time() - begin < 1


@pytest.mark.parametrize(
    "hostile", [";" * 500_000, '"' * 500_000, 'a="\\' * 100_000, " =" * 200_000]
)
def test_b70_a_hostile_cookie_costs_time_in_proportion_to_its_size(hostile: str) -> None:
    begin = time.process_time()
    Cookies(hostile)
    assert time.process_time() - begin < 1


class TestURL:
    @pytest.mark.parametrize(
        ("url", "text"),
        [
            (URL("ws", "h"), "ws://h/"),
            (URL("wss", "h", 8443, "/a b/é", "x=1&y=%20"), "wss://h:8443/a%20b/%C3%A9?x=1&y=%20"),
            (URL("ws", "::1", 80, "/?#"), "ws://[::1]:80/%3F%23"),
            (URL("ws", "h", None, "/\ud800", "a b"), "ws://h/%3F?a%20b"),
        ],
    )
    def test_its_text_is_quoted(self, url: URL, text: str) -> None:
        assert str(url) == text

    @pytest.mark.parametrize(
        ("scheme", "expected"),
        [("ws", "ws"), ("http", "ws"), ("wss", "wss"), ("https", "wss"), ("x", "ws")],
    )
    def test_the_scheme_is_that_of_websockets(self, scheme: str, expected: str) -> None:
        assert connect({"scheme": scheme}).url.scheme == expected

    @pytest.mark.parametrize(
        ("scheme", "host", "expected"),
        [
            ("ws", b"Example.com", "ws://example.com/"),
            ("ws", b"example.com:80", "ws://example.com/"),
            ("wss", b"example.com:443", "wss://example.com/"),
            ("wss", b"example.com:80", "wss://example.com:80/"),
            ("ws", b"[::1]:8000", "ws://[::1]:8000/"),
            ("ws", b"evil.com/admin?", "ws://192.0.2.1:8000/"),
            ("ws", b"user@evil.com", "ws://192.0.2.1:8000/"),
            ("ws", b"", "ws://192.0.2.1:8000/"),
        ],
    )
    def test_a_malformed_host_is_never_repeated(
        self, scheme: str, host: bytes, expected: str
    ) -> None:
        scope: Scope = {
            "scheme": scheme,
            "headers": [(b"host", host)],
            "server": ("192.0.2.1", 8000),
        }
        assert str(connect(scope).url) == expected

    @pytest.mark.parametrize("path", ["/ws/rooms", "/rooms"])
    def test_root_path_stands_in_it_once(self, path: str) -> None:
        connection = connect({"path": path, "root_path": "/ws"})
        assert str(connection.url) == "ws://localhost/ws/rooms"
        assert str(connection.base_url) == "ws://localhost/ws"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Example.COM", ("example.com", None)),
        ("my_host:8000", ("my_host", 8000)),
        ("[2001:DB8::1]:443", ("2001:db8::1", 443)),
        ("[127.0.0.1]", None),
        ("[::1", None),
        ("::1", None),
        ("h:", None),
        ("h:65536", None),
        ("h:٣", None),
        ("h\n", None),
        ("a, b", None),
        ("", None),
    ],
)
def test_split_host_takes_an_authority_apart(
    text: str, expected: tuple[str, int | None] | None
) -> None:
    assert split_host(text) == expected


@given(st.text())
def test_split_host_never_fails(text: str) -> None:
    found = split_host(text)
    assert found is None or found[0] in text.lower()
