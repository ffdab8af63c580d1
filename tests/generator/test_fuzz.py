"""No traceback reaches a user: whatever a file holds, the command line answers with findings.

A short run by default; `uv run pytest -m fuzz tests/generator` goes on for ten minutes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.generator.test_properties import NASTY, TEXTS
from tests.regenerate import schemas

from wsgen import cli

SECONDS = 600
GOOD = [path.read_bytes() for path in schemas()]
"""What is mutated: every schema of the samples and goldens, which together say all that can be."""
VALUES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def loaded(schema: bytes) -> Any:
    return yaml.load(schema, yaml.CSafeLoader)  # which reads more than the one in Python


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from keys(each)
    elif isinstance(value, list):
        for each in value:
            yield from keys(each)


WORDS = sorted({key for schema in GOOD for key in keys(loaded(schema))})
TREES = st.recursive(
    VALUES | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(WORDS) | TEXTS, inner, max_size=6)
    ),
    max_leaves=40,
)
"""Trees of the words that schemas use, in any place."""


@st.composite
def edited(draw: st.DrawFn) -> bytes:
    """A good schema with a few pieces cut out, doubled, or replaced by others."""
    schema = draw(st.sampled_from(GOOD))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(schema)))
        end = min(len(schema), start + draw(st.integers(0, 40)))
        other = draw(st.sampled_from(GOOD))
        from_ = draw(st.integers(0, len(other)))
        piece = draw(
            st.binary(max_size=8)
            | NASTY.map(lambda text: text.encode(errors="surrogatepass"))
            | st.just(other[from_ : from_ + draw(st.integers(0, 40))])
            | st.just(schema[start:end] * 2)
        )
        schema = schema[:start] + piece + schema[end:]
    return schema


@st.composite
def replaced(draw: st.DrawFn) -> bytes:
    """A good schema with other values in a few of its places."""
    document = loaded(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 3))):
        target = document
        while isinstance(target, (dict, list)) and target:
            steps = list(target) if isinstance(target, dict) else list(range(len(target)))
            step = draw(st.sampled_from(steps))
            if not isinstance(target[step], (dict, list)) or draw(st.integers(0, 3)) == 0:
                target[step] = draw(VALUES | st.sampled_from(WORDS))
                break
            target = target[step]
    return dumped(document)


def dumped(tree: object) -> bytes:
    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True).encode(errors="replace")


def headed(tree: object) -> bytes:
    return b"wsgen: 1\napi: {name: demo}\n" + dumped(tree)


SOURCES: dict[str, st.SearchStrategy[bytes]] = {
    "bytes": st.binary(max_size=200),
    "text": st.text(alphabet="{}[]:,#&*!|>'\"%@`?- \n\tab1", max_size=60).map(str.encode),
    "trees": TREES.map(dumped),
    "sections": st.dictionaries(st.sampled_from(WORDS), TREES, max_size=4).map(headed),
    "edited": edited(),
    "replaced": replaced(),
}


@pytest.fixture
def answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[bytes], None]:
    monkeypatch.chdir(tmp_path)

    def check(schema: bytes) -> None:
        (tmp_path / "schema.yaml").write_bytes(schema)
        code = cli.run(["check", "schema.yaml", "--format", "json"])
        out, err = capsys.readouterr()
        assert code in {0, 1, 2}, err
        assert "Traceback" not in err
        if code == 2:
            assert err.startswith("wsgen: schema.yaml: "), err
        else:
            found = json.loads(out)
            assert code == any(each["severity"] == "error" for each in found)

    return check


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES)
def test_whatever_a_file_holds_is_answered(source: str, answer: Callable[[bytes], None]) -> None:
    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(SOURCES[source])
    def run(schema: bytes) -> None:
        answer(schema)

    run()


@pytest.mark.fuzz
@pytest.mark.parametrize("source", SOURCES)
def test_for_ten_minutes(source: str, answer: Callable[[bytes], None]) -> None:
    @settings(
        max_examples=500,
        derandomize=False,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(SOURCES[source])
    def run(schema: bytes) -> None:
        answer(schema)

    end = time.monotonic() + SECONDS / len(SOURCES)
    while time.monotonic() < end:
        run()
