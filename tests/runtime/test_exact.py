"""What the state machine, the opening and close codes say and hold, to the letter.

Most of it is text: the names of states and events, the messages of errors. Tests of behaviour see
that there is an error; here is what it says.
"""

from __future__ import annotations

import pytest

from wsgen_runtime import WebSocketState, close_codes
from wsgen_runtime._opening import NoCommonSubprotocol, choose_subprotocol, denial, response_headers
from wsgen_runtime._state import Event, IllegalEvent, Machine, Phase
from wsgen_runtime.close_codes import check_code, cut_reason, fallback_code, http_status


def test_b26_states_by_their_names() -> None:
    assert {each.name: each.value for each in WebSocketState} == {
        "CONNECTING": "CONNECTING",
        "CONNECTED": "CONNECTED",
        "DISCONNECTED": "DISCONNECTED",
    }
    assert {each.name: each.value for each in Event} == {
        "CONNECT": "websocket.connect",
        "RECEIVE": "websocket.receive",
        "DISCONNECT": "websocket.disconnect",
        "ACCEPT": "websocket.accept",
        "SEND": "websocket.send",
        "CLOSE": "websocket.close",
    }
    assert {each.name: each.value for each in Phase} == {
        "INITIAL": "the connect event has not come yet",
        "CONNECTING": "the client waits for an answer",
        "OPEN": "messages travel",
        "CLOSED": "we closed or refused",
        "GONE": "the client has left, or was lost",
        "ENDED": "we closed, and the client has left since",
    }


def test_b26_who_ended_it_first() -> None:
    new = Machine()
    assert (new.phase, new.code, new.reason, new.by) == (Phase.INITIAL, None, "", None)
    ours, theirs = Machine(), Machine()
    ours.phase = theirs.phase = Phase.OPEN
    ours.close(4000, "ours")
    ours.disconnect(1001, "theirs")
    assert (ours.phase, ours.code, ours.reason, ours.by) == (Phase.ENDED, 4000, "ours", "server")
    theirs.disconnect(None, None)
    theirs.disconnect(1001, "late")
    assert (theirs.phase, theirs.code, theirs.reason, theirs.by) == (Phase.GONE, 1005, "", "client")
    with pytest.raises(IllegalEvent):
        theirs.close(4000, "late")
    assert (theirs.code, theirs.by) == (1005, "client")
    left = Machine()
    left.disconnect(1001, "bye")
    assert (left.code, left.reason, left.by) == (1001, "bye", "client")


# Opening


def test_b3_the_subprotocol_that_is_chosen() -> None:
    assert choose_subprotocol(None, ["a"]) is None
    assert choose_subprotocol((), ["a"]) is None
    assert choose_subprotocol("a", ["b", "a"]) == "a"
    assert choose_subprotocol(["c", "a", "b"], ["b", "a"]) == "a"
    assert choose_subprotocol(["c"], []) is None
    with pytest.raises(NoCommonSubprotocol):
        choose_subprotocol(["c"], ["a"])
    with pytest.raises(ValueError, match=r"^the client does not offer the subprotocol 'c'$"):
        choose_subprotocol("c", ["a"])


def test_b2_headers_as_they_are_sent() -> None:
    assert response_headers(None) == response_headers({}) == response_headers([]) == []
    assert response_headers({"X-A": "é"}) == [(b"x-a", b"\xe9")]
    assert response_headers([(b"X-A", bytearray(b"1")), ("x-B", b"2")]) == [
        (b"x-a", b"1"),
        (b"x-b", b"2"),
    ]
    with pytest.raises(UnicodeEncodeError, match="latin-1"):
        response_headers([("x-é€", "1")])
    with pytest.raises(UnicodeEncodeError, match="latin-1"):
        response_headers([("x", "€")])


def test_b2_headers_that_may_be_sent() -> None:
    for value in ("a b", "a\tb", "", "é", "!"):
        assert response_headers([("x", value)]) == [(b"x", value.encode("latin-1"))]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("a b", "1", "not a header name: 'a b'"),
        ("", "1", "not a header name: ''"),
        ("é", "1", "not a header name: 'é'"),
        ("x", "a\rb", "the header 'x' has a control character, or blanks around it"),
        ("x", "a\n", "the header 'x' has a control character, or blanks around it"),
        ("x", "\0", "the header 'x' has a control character, or blanks around it"),
        ("x", "\x08a", "the header 'x' has a control character, or blanks around it"),
        ("x", "\x1fa", "the header 'x' has a control character, or blanks around it"),
        ("x", "a\x7f", "the header 'x' has a control character, or blanks around it"),
        ("x", " a", "the header 'x' has a control character, or blanks around it"),
        ("x", "a ", "the header 'x' has a control character, or blanks around it"),
        ("x", "\ta", "the header 'x' has a control character, or blanks around it"),
        ("x", "a\t", "the header 'x' has a control character, or blanks around it"),
        ("Sec-WebSocket-Protocol", "a", "give the subprotocol to accept(subprotocols=…)"),
    ],
)
def test_b2_headers_that_are_refused(name: str, value: str, text: str) -> None:
    with pytest.raises(ValueError) as caught:
        response_headers([(name, value)])
    assert str(caught.value) == text


def test_b6_a_refusal_as_an_http_answer() -> None:
    assert denial(403, "né") == (
        {
            "type": "websocket.http.response.start",
            "status": 403,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", b"3"),
            ],
        },
        {"type": "websocket.http.response.body", "body": "né".encode()},
    )


# Close codes


NAMED = {
    1000: "NORMAL_CLOSURE", 1001: "GOING_AWAY", 1002: "PROTOCOL_ERROR", 1003: "UNSUPPORTED_DATA",
    1005: "NO_STATUS_RECEIVED", 1006: "ABNORMAL_CLOSURE", 1007: "INVALID_FRAME_PAYLOAD_DATA",
    1008: "POLICY_VIOLATION", 1009: "MESSAGE_TOO_BIG", 1010: "MANDATORY_EXTENSION",
    1011: "INTERNAL_ERROR", 1012: "SERVICE_RESTART", 1013: "TRY_AGAIN_LATER",
    4001: "UNAUTHORIZED", 4003: "FORBIDDEN", 4004: "NOT_FOUND", 4400: "BAD_REQUEST",
    4404: "NOT_FOUND",
}  # fmt: skip
STATUS = {
    1002: 400, 1007: 400, 1008: 403, 1011: 500, 1012: 503, 1013: 503, 3000: 401, 3003: 403,
    4001: 401, 4003: 403, 4004: 404, 4029: 429, 4400: 400, 4401: 401, 4403: 403, 4404: 404,
    4429: 429,
}  # fmt: skip


def test_b24_every_code() -> None:
    names = {name for name in vars(close_codes) if name.startswith("WS_")}
    assert names == {f"WS_{code}_{name}" for code, name in NAMED.items()}
    for code, name in NAMED.items():
        assert getattr(close_codes, f"WS_{code}_{name}") == code
    sendable = {1000, 1001, 1002, 1003, *range(1007, 1015), *range(3000, 5000)}
    for code in range(-1, 5100):
        if code in sendable:
            assert check_code(code) == code
            continue
        with pytest.raises(ValueError) as caught:
            check_code(code)
        assert str(caught.value) == (
            f"close code {code} may not be sent: use 1000-1003, 1007-1014 or 3000-4999"
        )
    with pytest.raises(ValueError) as caught:
        check_code(True)
    assert str(caught.value) == "a close code is a whole number, not True"


def test_b6_the_status_of_every_code() -> None:
    assert {code: http_status(code) for code in range(5100) if http_status(code) != 403} == {
        code: status for code, status in STATUS.items() if status != 403
    }
    assert http_status(4999) == 403


def test_b25_reasons_are_cut_between_characters() -> None:
    assert close_codes.MAX_REASON == 123
    assert cut_reason(None) == cut_reason("") == ""
    assert cut_reason("x" * 123) == "x" * 123
    assert cut_reason("x" * 124) == "x" * 123
    assert cut_reason("é" * 62) == "é" * 61
    assert cut_reason("x" + "é" * 61) == "x" + "é" * 61
    assert cut_reason("a\udc80b") == "a?b"


def test_b23_what_a_server_is_asked_next() -> None:
    assert [fallback_code(each) for each in (1000, 1011, 1013, 3099, 4999)] == [
        *(4900, 4911, 4913, 4999, 4999),
    ]
