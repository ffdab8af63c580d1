"""Random schemas, built for both libraries of models; random frames, right and wrong.

What is right is held against a JSON Schema that the strategies write, and the `jsonschema` package.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.building import built
from tests.roundtrip.mutations import mutated
from tests.roundtrip.schemas import Schema, schemas

from wsgen_runtime._asgi import Message
from wsgen_runtime.exceptions import InvalidMessage

pytestmark = pytest.mark.slow

FEW = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
BACKENDS = ("msgspec", "pydantic")


def is_integer(_: object, value: object) -> bool:
    """A whole number as JSON writes it: jsonschema takes 1.0 for one."""
    return isinstance(value, int) and not isinstance(value, bool)


CHECKER = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", is_integer)
Oracle = jsonschema.validators.extend(jsonschema.Draft202012Validator, type_checker=CHECKER)


@contextmanager
def both(schema: Schema) -> Iterator[list[Any]]:
    """The wires of a schema: of structs, and of models."""
    with ExitStack() as stack:
        wires: list[Any] = []
        for models in BACKENDS:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            text = schema.text(f"random_{models}", models)
            (messages,) = stack.enter_context(built(folder, text, "messages"))
            wires.append(messages.WIRE)
        yield wires


def event(frame: Any) -> Message:
    return {"type": "websocket.receive", "text": json.dumps(frame)}


@cache
def decoder_of(wire: Any) -> Any:
    """Reads all messages of an API; kept, since it is made of classes of structs."""
    return wire.decoder(*wire.tags, requests=tuple(wire.tags))


def read(wire: Any, frame: Any) -> Any:
    """A message, or the error about it."""
    try:
        return decoder_of(wire).read(event(frame))
    except InvalidMessage as error:
        return error


@FEW
@given(schemas(), st.data())
def test_what_fits_is_read_and_sent_alike(schema: Schema, data: st.DataObject) -> None:
    with both(schema) as wires:
        for _ in range(8):
            frame = data.draw(schema.frames)
            Oracle(schema.shape).validate(frame)
            sent = []
            for wire in wires:
                message = read(wire, frame)
                assert not isinstance(message, InvalidMessage), (message, frame)
                sent.append(wire.encoder().event(message)["text"])
                assert read(wire, json.loads(sent[-1])) == message
                reply = wire.encoder().reply(message, 7)
                assert json.loads(reply["text"]) == {**json.loads(sent[-1]), "request_id": 7}
                wire.encoder().verify(reply)
            assert json.loads(sent[0]) == json.loads(sent[1])


@FEW
@given(schemas(), st.data())
def test_a_mistake_is_refused_where_it_stands(schema: Schema, data: st.DataObject) -> None:
    oracle = Oracle(schema.shape)
    with both(schema) as wires:
        for _ in range(12):
            change = data.draw(mutated(data.draw(schema.frames)))
            fits = oracle.is_valid(change.frame)
            found = [read(wire, change.frame) for wire in wires]
            refused = [isinstance(each, InvalidMessage) for each in found]
            assert refused == [not fits, not fits], (change, found)
            if not fits:
                # of an unknown key the place is not told where a key could forge one: by a backtick
                assert all(
                    change.is_named_by(each.path) or (each.path == "$" and "`" in str(change.frame))
                    for each in found
                ), (change, found)
                assert found[0].code == found[1].code
