"""The language's page for users: every example in it is a schema, and it leaves no key out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.building import built
from tests.generator.support import complete, fields, run

from wsgen.schema.document import ApiSpec, CloseCodeSpec, Document, HandlerSpec, LimitsSpec
from wsgen.schema.models import EnumSpec, FieldSpec, RecordSpec, UnionSpec
from wsgen_runtime.exceptions import InvalidMessage

PAGE = (Path(__file__).parents[2] / "docs/schema-language.md").read_text("utf-8")
BLOCKS = re.findall(r"^## (.+?)$|^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TITLES: list[str] = []
EXAMPLES: list[tuple[str, str]] = []
for title, block in BLOCKS:
    if title:
        TITLES.append(title)
    else:
        EXAMPLES.append((TITLES[-1] if TITLES else "start", block))


@pytest.mark.parametrize("block", [block for _, block in EXAMPLES], ids=[t for t, _ in EXAMPLES])
def test_every_example_is_good(block: str) -> None:
    found = run(block)
    assert found.codes == [], found.rendered
    assert found.api is not None


def test_a_whole_number_is_of_any_length_unless_it_is_bounded(tmp_path: Path) -> None:
    assert "An `int` is a whole number of any length" in PAGE
    text = complete(fields("free: int", "bounded: {type: int, ge: 0, le: 9223372036854775807}"))
    with built(tmp_path, text, "messages") as (messages,):
        decoder = messages.WIRE.decoder(messages.Say)
        frame = '{"type": "say", "free": %d, "bounded": %d}'
        said = decoder.read({"type": "websocket.receive", "text": frame % (10**40, 1)})
        assert said.free == 10**40
        with pytest.raises(InvalidMessage, match="bounded"):
            decoder.read({"type": "websocket.receive", "text": frame % (1, 2**63)})


def test_there_are_examples_for_almost_every_task() -> None:
    assert len(EXAMPLES) >= len(TITLES) - 2


@pytest.mark.parametrize(
    "part",
    [
        Document,
        ApiSpec,
        HandlerSpec,
        LimitsSpec,
        CloseCodeSpec,
        FieldSpec,
        EnumSpec,
        RecordSpec,
        UnionSpec,
    ],
)
def test_every_key_is_mentioned(part: type[Document]) -> None:
    keys = {name for name in part.model_fields if name != "extensions"} - {"models"}
    missing = {key for key in keys if not re.search(rf"\b{key}\b", PAGE)}
    assert missing == set()
