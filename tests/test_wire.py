"""docs/wire.md, line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from tests.building import built, errors
from wsgen_runtime.exceptions import InvalidMessage

DOC = (Path(__file__).resolve().parents[1] / "docs" / "wire.md").read_text(encoding="utf-8")
CONSTRAINTS = {
    "ge": 1, "gt": 1, "le": 9, "lt": 9, "multiple_of": 2, "min_length": 1, "max_length": 9,
    "pattern": "a",
}  # fmt: skip
BOUNDS = {
    "decimal": "1.5",
    "date": "2026-01-01",
    "datetime": "2026-01-01T00:00:00Z",
    "time": "12:00:00",
    "timedelta": "PT1H",
}


def table(section: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    text = DOC.split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
    ]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@dataclass(frozen=True)
class Line:
    type: str
    python: str
    sent: list[str]
    read: list[str]
    refused: list[str]
    packed: str
    constraints: list[str]


def lines() -> list[Line]:
    return [
        Line(
            codes(type_)[0],
            codes(python)[0],
            codes(sent),
            codes(read),
            codes(refused),
            packed,
            [each.strip() for each in constraints.split(",") if each.strip()],
        )
        for type_, python, sent, read, refused, packed, constraints in table("Types")
    ]


LINES = lines()
TYPES = DOC.split("```yaml\n")[1].split("```")[0]


def schema(fields: list[str], name: str = "wire_probe", api: str = "") -> str:
    head = f"wsgen: 1\napi: {{name: {name}{api}}}\n{TYPES}messages:\n"
    probes = "".join(
        f"  P{number}:\n    fields:\n      {field}\n" for number, field in enumerate(fields)
    )
    names = ", ".join(f"P{number}" for number in range(len(fields)))
    return (
        head + probes + "handlers:\n  h:\n    kind: websocket\n    path: /\n"
        f"    from_client: [{names}]\n    from_server: [{names}]\n"
    )


def of_type(type_: str) -> str:
    return f"v: {json.dumps(type_)}"


BACKENDS = ["msgspec", "pydantic"]


@pytest.fixture(scope="module", params=BACKENDS)
def models(request: pytest.FixtureRequest) -> str:
    """The option that says what messages are made with; the contract is the same."""
    return f", models: {request.param}"


@pytest.fixture(scope="module")
def in_json(tmp_path_factory: pytest.TempPathFactory, models: str) -> Iterator[ModuleType]:
    text = schema([of_type(line.type) for line in LINES], api=models)
    with built(tmp_path_factory.mktemp("json"), text, "messages") as (messages,):
        yield messages


@pytest.fixture(scope="module")
def in_msgpack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    fields = [of_type(line.type) for line in LINES]
    text = schema(fields, "wire_probe_packed", ", codec: msgpack")
    with built(tmp_path_factory.mktemp("packed"), text, "messages") as (messages,):
        yield messages


def read(messages: ModuleType, number: int, value: str) -> Any:
    decoder = messages.WIRE.decoder(getattr(messages, f"P{number}"))
    frame = f'{{"type":"p{number}","v":{value}}}'
    return decoder.read({"type": "websocket.receive", "text": frame})


def sent(messages: ModuleType, message: Any) -> str:
    event = messages.WIRE.encoder().event(message)
    return str(event["text"]).partition('"v":')[2][:-1]


NUMBERED = [pytest.param(number, line, id=line.type) for number, line in enumerate(LINES)]


@pytest.mark.parametrize(("number", "line"), NUMBERED)
def test_forms_that_are_sent_are_read_and_sent_again(
    number: int, line: Line, in_json: ModuleType
) -> None:
    for form in line.sent:
        assert json.loads(sent(in_json, read(in_json, number, form))) == json.loads(form)


@pytest.mark.parametrize(("number", "line"), NUMBERED)
def test_other_forms_are_read_and_sent_in_ours(
    number: int, line: Line, in_json: ModuleType
) -> None:
    for form in line.read:
        message = read(in_json, number, form)
        assert read(in_json, number, sent(in_json, message)) == message


@pytest.mark.parametrize(("number", "line"), NUMBERED)
def test_refused_forms_are_refused(number: int, line: Line, in_json: ModuleType) -> None:
    for form in line.refused:
        with pytest.raises(InvalidMessage):
            read(in_json, number, form)


@pytest.mark.parametrize(("number", "line"), NUMBERED)
def test_the_python_type_is_the_one_of_the_annotation(
    number: int, line: Line, in_json: ModuleType
) -> None:
    annotation = getattr(in_json, f"P{number}").__annotations__["v"]
    plain = re.sub(r"^(gen1\.Aware|dt\.|p\.)", "", annotation).replace("'", '"')
    plain = re.sub(r"Annotated\[(.*), p\.Exact\]", r"\1", plain)
    assert plain.casefold() == line.python.casefold()


def kind_of(packed: bytes) -> str:
    """The MessagePack type of a value, by its first byte."""
    first = packed[0]
    for kind, low, high in (
        ("int", 0x00, 0x7F), ("map", 0x80, 0x8F), ("array", 0x90, 0x9F), ("str", 0xA0, 0xBF),
        ("bool", 0xC2, 0xC3), ("bin", 0xC4, 0xC6), ("ext", 0xC7, 0xC9), ("float", 0xCA, 0xCB),
        ("int", 0xCC, 0xD3), ("ext", 0xD4, 0xD8), ("str", 0xD9, 0xDB), ("array", 0xDC, 0xDD),
        ("map", 0xDE, 0xDF), ("int", 0xE0, 0xFF),
    ):  # fmt: skip
        if low <= first <= high:
            return kind
    return "nil"


@pytest.mark.parametrize(("number", "line"), NUMBERED)
def test_messagepack_has_the_type_of_the_column(
    number: int, line: Line, in_msgpack: ModuleType
) -> None:
    wire = in_msgpack.WIRE
    kind = getattr(in_msgpack, f"P{number}")
    for form in line.sent:
        value = msgspec.json.decode(f'{{"type":"p{number}","v":{form}}}', type=kind)
        event = wire.encoder().event(value)
        raw = msgspec.msgpack.decode(event["bytes"], type=dict[str, msgspec.Raw])
        found = kind_of(bytes(raw["v"]))
        if line.packed != "any":
            assert found == {"timestamp": "ext"}.get(line.packed, line.packed)
        assert wire.decoder(kind).read({"type": "websocket.receive", **event}) == value


@pytest.mark.parametrize(("number", "line"), NUMBERED)
def test_constraints_are_those_of_the_column(number: int, line: Line, tmp_path: Path) -> None:
    accepted = []
    for key, value in CONSTRAINTS.items():
        scalar = line.type.split(" ")[0]
        bound = BOUNDS.get(scalar, value) if key in {"ge", "gt", "le", "lt"} else value
        more = ", max_length: 9" if key == "pattern" else ""
        field = f"v: {{type: {json.dumps(line.type)}, {key}: {json.dumps(bound)}{more}}}"
        found = errors(tmp_path, schema([field]))
        assert {each.code for each in found} <= {"WSG203"}, (key, found)
        accepted += [] if found else [key]
    assert accepted == sorted(line.constraints, key=list(CONSTRAINTS).index)


def test_absence_null_and_defaults(tmp_path: Path, models: str) -> None:
    rows = table("Absent, null, default")
    fields = [
        re.sub(r": (.*)", lambda m: f": {json.dumps(m[1])}", codes(row[0])[0]) for row in rows
    ]
    with built(tmp_path, schema(fields, "wire_absent", models), "messages") as (messages,):
        for number, (_, absent, null, when_sent) in enumerate(rows):
            decoder = messages.WIRE.decoder(getattr(messages, f"P{number}"))
            for frame, outcome in (
                (f'{{"type":"p{number}"}}', absent),
                (f'{{"type":"p{number}","v":null}}', null),
            ):
                event = {"type": "websocket.receive", "text": frame}
                if outcome == "refused":
                    with pytest.raises(InvalidMessage):
                        decoder.read(event)
                    continue
                message = decoder.read(event)
                assert str(message.v) == codes(outcome)[0]
                left_out = message.v is msgspec.UNSET and "unless" in when_sent
                assert ('"v":' in messages.WIRE.encoder().event(message)["text"]) is not left_out


CONSTRAINED = table("Constraints")


def test_values_within_constraints_fit_and_others_do_not(tmp_path: Path, models: str) -> None:
    fields = [
        f"v: {{type: {json.dumps(codes(type_)[0])}, {codes(constraint)[0]}}}"
        for type_, constraint, _, _ in CONSTRAINED
    ]
    with built(tmp_path, schema(fields, "wire_constrained", models), "messages") as (messages,):
        for number, (_, _, fits, does_not) in enumerate(CONSTRAINED):
            for form in codes(fits):
                read(messages, number, form)
            for form in codes(does_not):
                with pytest.raises(InvalidMessage):
                    read(messages, number, form)


@pytest.mark.parametrize(
    ("api", "frame"), [[codes(cell)[0] for cell in row] for row in table("Envelopes")]
)
def test_envelopes(api: str, frame: str, tmp_path: Path, models: str) -> None:
    options = api.strip("{}") if api == "{}" else f", {api[1:-1]}"
    text = (
        f"wsgen: 1\napi: {{name: wire_envelope{options}{models}}}\n"
        "messages:\n  Say: {fields: {text: str}}\n"
        "handlers:\n  h: {kind: listener, path: /, from_client: [Say], from_server: [Say]}\n"
    )
    with built(tmp_path, text, "messages") as (messages,):
        message = messages.Say(text="hi")
        assert messages.WIRE.encoder().event(message)["text"] == frame
        event = {"type": "websocket.receive", "text": frame}
        assert messages.WIRE.decoder(messages.Say).read(event) == message
        untagged = {"type": "websocket.receive", "text": '{"text":"hi"}'}
        with pytest.raises(InvalidMessage):
            messages.WIRE.decoder(messages.Say).read(untagged)
