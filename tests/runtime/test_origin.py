"""Which pages may connect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgen_runtime._origin import admits, check_origins
from wsgen_runtime._request import ASGIConnection
from wsgen_runtime._terms import Origins
from wsgen_runtime.exceptions import ConfigurationError


def connection(
    origin: str | Sequence[str] | None, host: str | Sequence[str] | None = "example.com"
) -> ASGIConnection:
    headers = [(b"user-agent", b"x")]
    for name, value in ((b"host", host), (b"origin", origin)):
        values = [value] if isinstance(value, str) else value or ()
        headers.extend((name, each.encode("latin-1")) for each in values)
    return ASGIConnection({"type": "websocket", "headers": headers})


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://example.com", "example.com"),
        ("http://example.com", "example.com"),
        ("https://Example.COM", "example.com"),
        ("HTTPS://example.com", "EXAMPLE.com"),
        ("https://example.com", "example.com:443"),
        ("https://example.com", "example.com:80"),
        ("https://example.com:443", "example.com:80"),
        ("http://example.com:80", "example.com"),
        ("http://localhost:8000", "localhost:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("http://[2001:DB8::1]", "[2001:db8::1]:80"),
    ],
)
def test_b68_a_page_of_the_same_host_and_port_may_connect(origin: str, host: str) -> None:
    assert admits("same")(connection(origin, host))


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.com", "example.com"),
        ("https://example.com.evil.com", "example.com"),
        ("https://evilexample.com", "example.com"),
        ("https://sub.example.com", "example.com"),
        ("https://example.com:8443", "example.com"),
        ("http://localhost:8000", "localhost:8001"),
        ("http://localhost", "localhost:8000"),
        ("https://example.com.", "example.com"),
        ("http://[::1]", "[::2]"),
    ],
)
def test_b68_a_page_of_another_host_or_port_may_not(origin: str, host: str) -> None:
    assert not admits("same")(connection(origin, host))


@pytest.mark.parametrize("origins", ["same", "any", [], ["https://app.example.com"]])
def test_b68_a_request_without_origin_passes(origins: Origins) -> None:
    assert admits(origins)(connection(None))


MALFORMED = [
    "",
    "null",
    "example.com",
    "//example.com",
    "https:example.com",
    "https://",
    "https://example.com/",
    "https://example.com/x",
    "https://example.com?",
    "https://example.com#",
    "https://user@example.com",
    "https://example.com:",
    "https://example.com:x",
    "https://example.com:99999",
    "https://example.com\xa0",
    "https://example.com https://example.com",
    "https://example.com, https://example.com",
    "https://[::1",
    "https://*",
    "https://exämple.com",
    "file://example.com",
    "javascript://example.com",
    "://example.com",
]


@pytest.mark.parametrize("origin", MALFORMED)
def test_b68_a_malformed_origin_is_refused(origin: str) -> None:
    assert not admits("same")(connection(origin))
    assert not admits(["https://example.com"])(connection(origin))


@pytest.mark.parametrize(
    "host", [None, "", "example.com/", "user@example.com", "example.com:", "null", "example.com,a"]
)
def test_b68_a_missing_or_malformed_host_is_refused(host: str | None) -> None:
    assert not admits("same")(connection("https://example.com", host))
    assert not admits("same")(connection(f"https://{host}/", host))


def test_b68_a_malformed_origin_is_refused_even_if_host_is_malformed_in_the_same_way() -> None:
    for authority in ("user@h", "h/x", "h:", "", "h, h", "h:99999", "[x]"):
        assert not admits("same")(connection(f"https://{authority}", authority))


@pytest.mark.parametrize("origins", ["same", ["https://example.com"]])
def test_b68_several_origin_headers_are_refused(origins: Origins) -> None:
    twice = ["https://example.com", "https://example.com"]
    assert not admits(origins)(connection(twice))
    assert not admits(origins)(connection(["https://example.com", ""]))
    assert not admits(origins)(connection(["https://evil.com", "https://example.com"]))


def test_b68_several_host_headers_are_refused() -> None:
    hosts = ["example.com", "example.com"]
    assert not admits("same")(connection("https://example.com", hosts))


def test_b68_any_lets_every_page_connect() -> None:
    for origin in MALFORMED:
        assert admits("any")(connection(origin))


def test_b68_a_list_compares_scheme_host_and_port() -> None:
    origins = ["https://App.example.com", "http://localhost:5173", "https://b.example.com:443"]
    for good in (
        "https://app.example.com",
        "https://app.example.com:443",
        "HTTPS://APP.EXAMPLE.COM",
        "http://localhost:5173",
        "https://b.example.com",
    ):
        assert admits(origins)(connection(good))
    for bad in (
        "http://app.example.com",
        "https://app.example.com:80",
        "https://app.example.com.evil.com",
        "https://evil.com",
        "http://localhost",
        "https://localhost:5173",
        "https://example.com",
        "null",
    ):
        assert not admits(origins)(connection(bad))


def test_b68_null_may_stand_in_a_list() -> None:
    assert admits(["null"])(connection("null"))
    assert not admits(["null"])(connection("https://null"))


def test_b68_another_text_than_same_or_any_is_no_list_of_characters() -> None:
    text = cast("Literal['same']", "https://example.com")
    assert not admits(text)(connection("https://evil.com"))


@given(st.text(st.characters(max_codepoint=255)), st.text(st.characters(max_codepoint=255)))
def test_b68_nothing_that_a_client_sends_makes_the_check_fail(origin: str, host: str) -> None:
    assert not admits("same")(connection(origin, host))
    assert not admits(["https://app.example.com"])(connection(origin, host))


@pytest.mark.parametrize("origins", ["same", "any", [], ["https://a.b", "null", "app://x:1"]])
def test_usable_settings_pass(origins: Origins) -> None:
    check_origins(origins)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "*",
        "example.com",
        "https://*.example.com",
        "https://example.com/",
        "same",
        "https://example.com:65536",
    ],
)
def test_an_entry_that_can_never_match_is_a_mistake_in_the_configuration(wrong: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_origins(["https://good.example.com", wrong])
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(f"`{wrong}` is no origin")


def test_a_single_text_is_a_mistake_in_the_configuration() -> None:
    with pytest.raises(ConfigurationError, match=r"`https://a.b` is no origin"):
        check_origins(cast("Literal['same']", "https://a.b"))
