"""docs/generated-code.md lists what models of pydantic read in another way, line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.building import built

from wsgen_runtime.exceptions import InvalidMessage

DOC = (Path(__file__).resolve().parents[2] / "docs" / "generated-code.md").read_text("utf-8")
BACKENDS = ("msgspec", "pydantic")


def rows() -> list[tuple[str, str, str, str]]:
    """The type, the form, and what becomes of it with each of the libraries."""
    table = DOC.split("each line is a test:\n\n")[1].split("\n\n")[0].splitlines()[2:]
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in table)
    return [(type_.strip("`"), form, one, other) for type_, form, one, other in cells]


ROWS = rows()


def form_of(cell: str) -> str:
    depth = re.match(r"(\d+) lists", cell)
    return "[" * int(depth[1]) + "]" * int(depth[1]) if depth else cell.strip("`")


@pytest.fixture(scope="module")
def wires(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The wire of a schema with a message for each line, by library."""
    names = [f"P{number}" for number in range(len(ROWS))]
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        for models in BACKENDS:
            handler = {"kind": "websocket", "path": "/", "from_server": names}
            text = (
                f"wsgen: 1\napi: {{name: differ_{models}, models: {models}}}\nmessages:\n"
                + "".join(
                    f"  {name}: {{fields: {{v: {row[0]}}}}}\n"
                    for name, row in zip(names, ROWS, strict=True)
                )
                + f"handlers: {json.dumps({'h': handler})}\n"
            )
            folder = tmp_path_factory.mktemp(models)
            (messages,) = stack.enter_context(built(folder, text, "messages"))
            found[models] = messages.WIRE
        yield found


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[f"{row[0]} {row[1]}" for row in ROWS])
@pytest.mark.parametrize("models", BACKENDS)
def test_the_difference_is_as_told(number: int, models: str, wires: dict[str, Any]) -> None:
    _, form, *outcomes = ROWS[number]
    outcome = outcomes[BACKENDS.index(models)]
    wire = wires[models]
    decoder = wire.decoder(wire.messages[f"p{number}"])
    event = {"text": f'{{"type":"p{number}","v":{form_of(form)}}}'}
    if outcome == "refused":
        with pytest.raises(InvalidMessage):
            decoder.read(event)
        return
    sent = wire.encoder().event(decoder.read(event))["text"]
    if outcome != "read":
        assert sent.partition('"v":')[2] == outcome.strip("`") + "}"
