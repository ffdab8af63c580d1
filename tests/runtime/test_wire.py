"""Tagged messages on every wire: envelopes, codecs, frames, ids, refusals (36–38)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.runtime.handmade import (
    FLAT,
    NESTED,
    WIRES,
    Clock,
    Parts,
    Room,
    Said,
    Say,
    Strict,
    Tick,
    Typing,
    create_app,
)
from tests.runtime.scripted import A, C, D, R, Rb, S, X, run
from tests.runtime.wires import ROOM, answers, as_frame, enveloped, frame, packed
from typing_extensions import override

from wsgen_runtime import gen1
from wsgen_runtime.exceptions import InvalidMessage, SerializationError

SECRET = "hunter2"
EVERY_WIRE = pytest.mark.parametrize("wire", WIRES.values(), ids=WIRES)


@EVERY_WIRE
async def test_b36_messages_arrive_as_their_classes(wire: gen1.Wire) -> None:
    seen: list[object] = []

    class Seeing(Room):
        @override
        async def on_say(self, message: Say, /) -> Said:
            seen.append(message)
            return await super().on_say(message)

        @override
        async def on_typing(self, message: Typing, /) -> None:
            seen.append(message)

        @override
        async def on_strict(self, message: Strict, /) -> Strict:
            seen.append(message)
            return message

    frames = [
        frame(wire, "say", text="hi", mentions=["bob"], unknown=[1, None]),
        frame(wire, "typing"),
        frame(wire, "strict", 5, userName="bob"),
        frame(wire, "say", text="ho"),
    ]
    await run(create_app(Parts(room=Seeing), wire=wire), C, *frames, D(), path=ROOM)
    made: dict[str, Any] = dict(wire.messages)
    assert seen == [
        made["say"](text="hi", mentions=["bob"]),
        made["typing"](),
        made["strict"](user_name="bob"),
        made["say"](text="ho"),
    ]


@EVERY_WIRE
@pytest.mark.parametrize("id", [0, -(2**63), 2**64 - 1, "", "é" * 64])
async def test_b38_the_id_of_a_request_comes_back(wire: gen1.Wire, id: int | str) -> None:
    def reply(tag: str, fields: dict[str, object], **more: object) -> dict[str, object]:
        body: dict[str, object] = {wire.tag_key: tag, **more}
        return body | (fields if wire.payload is None else {wire.payload: fields})

    said: dict[str, object] = {"text": "hi", "by": "ann"}
    strict: dict[str, object] = {"userName": "bob", "note": None}
    ids: dict[str, Any] = {wire.correlation_key: id}
    expected = [
        reply("said", said, **ids),
        reply("said", said),
        reply("strict", strict, **ids),
        reply("strict", strict),
    ]
    frames = [
        frame(wire, "say", id, text="hi"),
        frame(wire, "say", text="hi"),
        frame(wire, "strict", id, userName="bob"),
        frame(wire, "strict", userName="bob"),
    ]
    assert await answers(wire, *frames) == expected


@EVERY_WIRE
@pytest.mark.parametrize("id", [1.5, True, "x" * 65, [], {}, 2**64])
async def test_b38_an_id_of_another_kind_is_refused(wire: gen1.Wire, id: object) -> None:
    if id == 2**64 and wire.codec == "msgpack":
        return  # MessagePack has no such number
    sent = frame(wire, "say", id, text="hi")
    ((answer),) = await answers(wire, sent, on_invalid="reply")
    error = answer if wire.payload is None else answer[wire.payload]
    assert error["code"] == "invalid_message"
    assert error["path"] == f"$.{wire.correlation_key}"
    assert wire.correlation_key not in answer


BAD: list[tuple[str, Any, str, str, str]] = [
    # name, body by wire, code, path in the flat envelope, detail
    ("a long field", {"type": "say", "text": SECRET * 9}, "invalid_message", "$.text", "length"),
    ("another type", {"type": "say", "text": 5}, "invalid_message", "$.text", "got `int`"),
    ("a missing field", {"type": "say"}, "invalid_message", "$", "required field `text`"),
    ("a wrong item", {"type": "say", "text": "x", "mentions": [1]}, "invalid_message",
     "$.mentions[0]", "got `int`"),
    ("a further field", {"type": "strict", "userName": "x", SECRET: 1}, "invalid_message",
     "$", "no further fields"),
    ("an unknown tag", {"type": SECRET, "text": "x"}, "unknown_type", "$.type", "known tag"),
    ("a message of the server", {"type": "said", "text": "x"}, "unknown_type", "$.type", "known"),
    ("no tag", {"text": SECRET}, "unknown_type", "$.type", "a tag"),
    ("a tag that is no text", {"type": 5, "text": "x"}, "unknown_type", "$.type", "`str`"),
    ("no object", [SECRET], "invalid_message", "$", "got `array`"),
    ("null", None, "invalid_message", "$", "`object`"),
    ("text", SECRET, "invalid_message", "$", "got `str`"),
]  # fmt: skip
EVERY_MISTAKE = pytest.mark.parametrize(
    ("body", "code", "path", "detail"), [each[1:] for each in BAD], ids=[each[0] for each in BAD]
)


@EVERY_WIRE
@EVERY_MISTAKE
async def test_b37_what_is_no_message_is_answered_by_the_built_in_error(
    wire: gen1.Wire, body: Any, code: str, path: str, detail: str
) -> None:
    bad = as_frame(wire, enveloped(wire, body))
    good = frame(wire, "say", 2, text="hi")
    error, answer = await answers(wire, bad, good, on_invalid="reply")
    assert error[wire.tag_key] == "error"
    assert wire.correlation_key not in error
    fields = error if wire.payload is None else error[wire.payload]
    assert set(fields) - {wire.tag_key} == {"code", "path", "detail"}
    assert fields["code"] == code
    assert detail in fields["detail"]
    at_fields = code == "invalid_message" and wire.payload is not None and isinstance(body, dict)
    assert fields["path"] == (path.replace("$", f"$.{wire.payload}") if at_fields else path)
    assert SECRET not in str(error)
    assert answer[wire.tag_key] == "said"


@EVERY_WIRE
@EVERY_MISTAKE
async def test_b36_what_is_no_message_closes_with_1007_and_no_echo(
    wire: gen1.Wire, body: Any, code: str, path: str, detail: str
) -> None:
    bad = as_frame(wire, enveloped(wire, body))
    played = await run(create_app(wire=wire), C, bad, path=ROOM)
    (accept, close) = played
    assert accept == A
    assert isinstance(close, X)
    assert close.code == 1007
    assert detail in close.reason
    assert SECRET not in close.reason


async def test_b36_the_reason_names_the_message_and_the_place() -> None:
    for body, reason in [
        ({"type": "say", "text": ""}, "say.text: Expected `str` of length >= 1"),
        (
            {"type": "say", "text": "x", "mentions": [1]},
            "say.mentions[0]: Expected `str`",
        ),
        ({"type": "say"}, "say: Object missing required field `text`"),
        ({"type": "x"}, "type: Expected a known tag"),
    ]:
        for wire in WIRES.values():
            bad = as_frame(wire, enveloped(wire, body))
            played = await run(create_app(wire=wire), C, bad, path=ROOM)
            assert isinstance(played[1], X)
            assert played[1].reason.startswith(reason)


@EVERY_WIRE
@EVERY_MISTAKE
async def test_b36_what_is_no_message_is_ignored(
    wire: gen1.Wire, body: Any, code: str, path: str, detail: str
) -> None:
    bad = as_frame(wire, enveloped(wire, body))
    (answer,) = await answers(wire, bad, frame(wire, "say", text="hi"), on_invalid="ignore")
    assert answer[wire.tag_key] == "said"


@EVERY_WIRE
async def test_b37_a_frame_of_the_wrong_kind(wire: gen1.Wire) -> None:
    data = packed(wire, {wire.tag_key: "typing"})
    wrong = Rb(data) if wire.key == "text" else R(SECRET)
    expected = "text" if wire.key == "text" else "binary"
    played = await run(create_app(wire=wire), C, wrong, path=ROOM)
    assert played == [A, X(1003, f"expected a {expected} frame")]
    (error,) = await answers(wire, wrong, on_invalid="reply")
    fields = error if wire.payload is None else error[wire.payload]
    assert fields["code"] == "wrong_frame"
    assert await answers(wire, wrong, on_invalid="ignore") == []


@EVERY_WIRE
async def test_b37_the_error_of_a_request_is_correlated(wire: gen1.Wire) -> None:
    frames = [
        frame(wire, "say", 7, text=5),
        frame(wire, SECRET, "x"),
        frame(wire, "strict", 9, nothing=1),
    ]
    errors = await answers(wire, *frames, on_invalid="reply")
    assert [each[wire.correlation_key] for each in errors] == [7, "x", 9]
    assert [each[wire.tag_key] for each in errors] == ["error"] * 3


async def test_the_last_of_two_equal_keys_wins() -> None:
    (answer,) = await answers(FLAT, R('{"type":"say","text":"a","text":"b"}'))
    assert answer["text"] == "b"


def sends(*rates: float | None) -> type[Clock]:
    class Sends(Clock):
        @override
        async def stream(self) -> AsyncIterator[Tick]:
            for rate in rates:
                yield self.socket.messages["tick"](counter=1, rate=rate)

    return Sends


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
async def test_nan_and_infinity_are_not_sent(value: float) -> None:
    for wire in (FLAT, NESTED):
        app = create_app(Parts(clock=sends(value)), wire=wire)
        assert await run(app, C, path="/clock") == [A, X(1011)]


async def test_null_is_sent_where_it_is_meant() -> None:
    app = create_app(Parts(clock=sends(None)))
    played = await run(app, C, path="/clock")
    assert played == [A, S('{"type":"tick","counter":1,"rate":null}'), X(1000)]


@EVERY_WIRE
def test_only_messages_of_the_direction_are_encoded(wire: gen1.Wire) -> None:
    made: dict[str, Any] = dict(wire.messages)
    encoder = wire.encoder(made["said"])
    for value in (made["say"](text="x"), "text", {"type": "said"}, None):
        with pytest.raises(SerializationError, match="is not sent here, but Said"):
            encoder.event(value)
        with pytest.raises(SerializationError, match="is not sent here, but Said"):
            encoder.reply(value, 7)


@EVERY_WIRE
def test_a_mirror_reads_what_an_encoder_writes(wire: gen1.Wire) -> None:
    encoder = wire.encoder()
    made: dict[str, Any] = dict(wire.messages)
    decoder = wire.decoder(*made.values(), requests=(made["strict"], made["say"]))
    for value in (
        made["say"](text="x"),
        made["said"](text="é"),
        made["typing"](),
        made["tick"](counter=1),
        made["strict"](user_name="a"),
    ):
        assert decoder.read(encoder.event(value)) == value
        encoder.verify(encoder.event(value))
        reply = encoder.reply(value, 3)
        encoder.verify(reply)
        assert decoder.request_id(reply[wire.key]) == 3


def test_b37_a_decoder_of_one_message_demands_its_tag() -> None:
    for wire in WIRES.values():
        decoder = wire.decoder(wire.messages["typing"])
        for body in ({"active": True}, {"type": "say", "text": "x"}, {"type": "\0"}):
            with pytest.raises(InvalidMessage) as caught:
                decoder.read(as_frame(wire, enveloped(wire, body)))
            assert caught.value.code == "unknown_type"
