"""Words and their spellings, frozen: a change would rename what users have written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgen.ir.names import Name


@pytest.mark.parametrize(
    ("written", "snake", "pascal", "camel"),
    [
        ("Say", "say", "Say", "say"),
        ("say", "say", "Say", "say"),
        ("SAY", "say", "SAY", "say"),
        ("SayIt", "say_it", "SayIt", "sayIt"),
        ("sayIt", "say_it", "SayIt", "sayIt"),
        ("say_it", "say_it", "SayIt", "sayIt"),
        ("SAY_IT", "say_it", "SayIt", "sayIt"),
        ("Say_It", "say_it", "SayIt", "sayIt"),
        ("say__it", "say_it", "SayIt", "sayIt"),
        ("say_", "say", "Say", "say"),
        ("HTTPError", "http_error", "HTTPError", "httpError"),
        ("HttpError", "http_error", "HttpError", "httpError"),
        ("parseHTTP", "parse_http", "ParseHttp", "parseHttp"),
        ("ROOM_FULL", "room_full", "RoomFull", "roomFull"),
        ("V2Say", "v2_say", "V2Say", "v2Say"),
        ("v2_say", "v2_say", "V2Say", "v2Say"),
        ("SayV2", "say_v2", "SayV2", "sayV2"),
        ("Say2", "say2", "Say2", "say2"),
        ("say_2", "say_2", "Say2", "say2"),
        ("HTTP2Server", "http2_server", "HTTP2Server", "http2Server"),
        ("UserID", "user_id", "UserID", "userId"),
        ("user_id", "user_id", "UserId", "userId"),
        ("UserIDs", "user_ids", "UserIDs", "userIds"),
        ("IDsOfUsers", "ids_of_users", "IDsOfUsers", "idsOfUsers"),
        ("HTTPServer", "http_server", "HTTPServer", "httpServer"),
        ("OSSystem", "os_system", "OSSystem", "osSystem"),
        ("A", "a", "A", "a"),
        ("aB", "a_b", "AB", "aB"),
        ("A1B2", "a1_b2", "A1B2", "a1B2"),
        ("XMLHttpRequest", "xml_http_request", "XMLHttpRequest", "xmlHttpRequest"),
        ("x509", "x509", "X509", "x509"),
        ("x-token", "x_token", "XToken", "xToken"),
        ("class", "class", "Class", "class"),
    ],
)
def test_spellings(written: str, snake: str, pascal: str, camel: str) -> None:
    name = Name.of(written)
    assert (name.snake, name.pascal, name.camel) == (snake, pascal, camel)
    assert name.upper == snake.upper()


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,63}", fullmatch=True))
def test_every_name_has_words_that_keep_its_letters(written: str) -> None:
    name = Name.of(written)
    assert "".join(name.words) == written.replace("_", "").lower()
    assert name.snake.isidentifier()
    assert Name.of(name.snake).snake == name.snake
