"""Modules with models of pydantic: names, lazy import, and what pydantic's own methods say."""

from __future__ import annotations

import json
import keyword
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.building import built, errors
from tests.checkers import ROOT

from wsgen.targets.python.naming import MODEL_NAMES, tag_attribute
from wsgen_runtime import gen1_pydantic as p

GOLDEN = ROOT / "tests" / "golden"
SCHEMA = """\
wsgen: 1
api: {name: of_pydantic, models: pydantic%s}
types:
  Leaf: {fields: {value: int}}
  Circle: {tag: circle, tag_key: "@kind", fields: {r: float}}
  Square: {tag: square, tag_key: "@kind", fields: {side: decimal}}
  Round: {union: [Circle, int]}
messages:
  Tree:
    fields:
      leaves: list[Leaf]
      copy?: str
      model_dump: int = 1
      shape: Round | Square | None = None
      Next: Tree | None = None
handlers:
  h: {kind: listener, path: /, from_client: [Tree], from_server: [Tree]}
"""


@pytest.fixture
def m(tmp_path: Path) -> Any:
    with built(tmp_path, SCHEMA % "", "messages") as (messages,):
        yield messages


def test_no_field_hides_what_every_model_has() -> None:
    assert {name for name in dir(p.Model) if not name.startswith("_")} == MODEL_NAMES


@pytest.mark.parametrize(
    ("key", "name"),
    [("type", "type"), ("@Kind", "kind"), ("$my-tag", "my_tag"), ("schema", "schema_"),
     ("class", "class_"), ("str", "str_"), ("1st", "tag_1st"), ("_", "tag"), ("étage", "tage")],
)  # fmt: skip
def test_the_field_of_the_tag_has_a_name(key: str, name: str) -> None:
    assert tag_attribute(key) == name


@given(st.text())
def test_any_tag_has_a_name(key: str) -> None:
    name = tag_attribute(key)
    assert name.isidentifier()
    assert name.isascii()
    assert not keyword.iskeyword(name)
    assert name not in MODEL_NAMES


def test_fields_keep_their_keys(m: Any) -> None:
    tree = m.Tree(leaves=[m.Leaf(value=1)], copy_="x", model_dump_=2, shape=m.Circle(r=1.5))
    sent = m.WIRE.encoder().event(tree)["text"]
    assert json.loads(sent) == {
        "type": "tree",
        "leaves": [{"value": 1}],
        "copy": "x",
        "model_dump": 2,
        "shape": {"@kind": "circle", "r": 1.5},
        "Next": None,
    }
    assert m.WIRE.decoder(m.Tree).read({"text": sent}) == tree


def test_pydantics_own_methods_say_what_travels(m: Any) -> None:
    tree = m.Tree(leaves=[m.Leaf(value=1)], shape=m.Square(side=Decimal("1.10")))
    sent = m.WIRE.encoder().event(tree)["text"]
    assert tree.model_dump_json() == sent
    assert "copy" not in tree.model_dump()
    assert m.Tree.model_validate_json(sent) == tree
    jsonschema.validate(json.loads(sent), m.Tree.model_json_schema())


def test_what_is_constructed_is_validated_strictly(m: Any) -> None:
    for wrong in ({"value": "1"}, {"value": True}, {"value": 1.0}, {}):
        with pytest.raises(pydantic.ValidationError):
            m.Leaf(**wrong)
    with pytest.raises(pydantic.ValidationError):
        m.Leaf(value=1).value = 2


def test_names_are_those_of_the_module_whoever_is_first(m: Any) -> None:
    """Pydantic looks annotations up among the names of the function that needs them first."""

    def first() -> Any:
        Leaf = Square = Decimal = list  # noqa: F841
        return m.Tree(leaves=[m.Leaf(value=1)])

    assert type(first().leaves[0]) is m.Leaf


def test_validators_are_made_when_they_are_needed(m: Any) -> None:
    assert not m.Tree.__pydantic_complete__
    decoder = m.WIRE.decoder(m.Tree)
    assert not m.Tree.__pydantic_complete__
    decoder.read({"text": '{"type":"tree","leaves":[]}'})
    assert m.Tree.__pydantic_complete__


@pytest.mark.slow
@pytest.mark.parametrize(
    ("package", "loaded"), [("scalars", "False\n"), ("pydantic_scalars", "True\n")]
)
def test_only_models_of_pydantic_import_it(package: str, loaded: str) -> None:
    path = GOLDEN / package / "expected"
    script = f"import sys; sys.path.insert(0, sys.argv[1]); import {package}.routes"
    script += "; print('pydantic' in sys.modules)"
    command = [sys.executable, "-B", "-c", script, str(path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == loaded


@pytest.mark.parametrize("option", [", codec: msgpack", ", codec: msgpack, frame: binary"])
def test_they_travel_as_json_alone(option: str, tmp_path: Path) -> None:
    (found,) = errors(tmp_path, SCHEMA % option)
    assert (found.code, found.message) == ("WSG012", "models of pydantic travel as JSON")


@pytest.mark.parametrize(
    ("option", "before", "after"),
    [
        ("", "r: float", "Kind: {type: float, wire: r}"),
        (", tag_key: kind", "copy?: str", "kind: {type: str, wire: k}"),
    ],
)
def test_no_field_stands_beside_that_of_the_tag(
    option: str, before: str, after: str, tmp_path: Path
) -> None:
    text = (SCHEMA % option).replace(before, after)
    (found,) = errors(tmp_path, text)
    assert found.code == "WSG208"
    assert "would stand beside the field of the tag" in found.message
    assert errors(tmp_path, text.replace("models: pydantic", "models: msgspec")) == ()
