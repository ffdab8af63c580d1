"""The JSON Schema for editors says what wsgen reads."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.generator.support import complete, run_text
from tests.golden.corpus import FAILURES

from wsgen._resources import data_root
from wsgen.diagnostics import RULES, Rule
from wsgen.ir.types import Scalar
from wsgen.schema import Document, json_schema, json_schema_for, json_schema_text, load
from wsgen.schema.part import Part
from wsgen.source import SourceText
from wsgen.source.tree import Mapping, Node, Sequence
from wsgen.source.yaml import parse

ROOT = Path(__file__).parents[2]
SCHEMA = json_schema()
EDITOR = Draft202012Validator(SCHEMA)


def test_the_file_is_what_the_models_give() -> None:
    path = data_root("schemas") / "wsgen.schema.json"
    assert path.read_text("utf-8") == json_schema_text(SCHEMA), (
        "run: uv run wsgen schema > schemas/wsgen.schema.json"
    )


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


def test_every_reference_leads_somewhere() -> None:
    definitions = json.loads(json_schema_text(SCHEMA))["$defs"]
    references = {each["$ref"] for each in nodes(SCHEMA) if isinstance(each.get("$ref"), str)}
    assert references <= {f"#/$defs/{name}" for name in definitions}
    assert {each.removeprefix("#/$defs/") for each in references} == set(definitions)


def test_every_key_of_every_model_is_there_with_its_description() -> None:
    parts = [Document, *Part.__subclasses__()]
    wanted = {
        field.alias or name
        for part in parts
        for name, field in part.model_fields.items()
        if not (field.alias or "").startswith("<")
    }
    described = {
        key
        for node in nodes(SCHEMA)
        for key, each in node.get("properties", {}).items()
        if "description" in each or "$ref" in each or "anyOf" in each
    }
    assert wanted <= described


def test_nothing_of_the_models_inner_life_shows() -> None:
    written = json_schema_text(SCHEMA)
    assert '"<' not in written
    assert "Spec" not in written


def plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {key: plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(each) for each in node.items]
    return node.value()


def problems(text: str) -> list[str]:
    """What an editor has against a schema."""
    tree, _ = parse(SourceText("schema.yaml", Path("schema.yaml"), text))
    assert tree is not None
    return [f"{each.json_path}: {each.message}" for each in EDITOR.iter_errors(plain(tree.root))]


def test_it_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_types_that_are_offered_are_those_that_there_are() -> None:
    offered = [each["defaultSnippets"] for each in nodes(SCHEMA) if "defaultSnippets" in each]
    assert offered
    for each in offered:
        assert [snippet["label"] for snippet in each] == list(Scalar)


def test_every_example_is_valid() -> None:
    shown = [each for each in nodes(SCHEMA) if "examples" in each]
    assert len(shown) > 10
    for each in shown:
        validator = EDITOR.evolve(schema=each)
        assert [
            str(error) for example in each["examples"] for error in validator.iter_errors(example)
        ] == []


GOOD = sorted(
    path
    for folder in ("samples", "tests")
    for path in ROOT.glob(f"{folder}/**/*.yaml")
    if not any(each.folder in path.parents for each in FAILURES)
)


TO_QUOTE = {
    "tests/golden/awkward/schema.yaml": [
        "$.handlers.class.from_client.Struct.reply[1]: True is not of type 'string'"
    ],
}
"""A message is called `True`: wsgen knows that a name is meant, an editor reads YAML."""


def test_there_are_good_schemas() -> None:
    assert len(GOOD) > 15


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_schema_of_this_repository_is_valid(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    assert [
        each for each in problems(path.read_text("utf-8")) if each not in TO_QUOTE.get(name, ())
    ] == []


CORRECTED = [rule for rule in RULES.values() if rule.fixed]
SHAPES = {"WSG010", "WSG011", "WSG012", "WSG013"}


@pytest.mark.parametrize("rule", CORRECTED, ids=lambda rule: rule.code)
def test_the_correction_of_every_rule_is_valid(rule: Rule) -> None:
    assert problems(complete(rule.fixed)) == []


@pytest.mark.parametrize("code", sorted(SHAPES))
def test_the_example_of_every_rule_about_shapes_is_not_valid(code: str) -> None:
    assert problems(RULES[code].example) != []


CASES = [
    each.folder / "schema.yaml"
    for each in FAILURES
    if SHAPES & set(re.findall(r"^schema.yaml:\S+ error\[(WSG\d+)\]", each.agreed("stdout"), re.M))
]


def test_there_are_cases() -> None:
    assert len(CASES) > 1


UNSAID = {
    "wrong-dependencies": "which of two forms a type has is for wsgen to tell",
    "wrong-nothing": "what has no handlers may be there to be imported",
    "wrong-version-missing": "the keys of a mapping have no order",
}
"""Why an editor is not told."""


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_every_case_with_a_wrong_shape_is_not_valid(path: Path) -> None:
    assert (problems(path.read_text("utf-8")) == []) is (path.parent.name in UNSAID)


CHAT = (ROOT / "samples/chat/schema.yaml").read_text("utf-8")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything within a value."""
    inner: dict[Any, Any] = dict(enumerate(value)) if isinstance(value, list) else {}
    for key, each in (value if isinstance(value, dict) else inner).items():
        yield (*path, key)
        yield from places(each, (*path, key))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> str:
    """The schema with another value in one place, as JSON, which is YAML."""
    found = copy.deepcopy(value)
    around = found
    for step in path[:-1]:
        around = around[step]
    around[path[-1]] = new
    return json.dumps(found)


def in_chat() -> Any:
    tree, _ = parse(SourceText("schema.yaml", Path("schema.yaml"), CHAT))
    assert tree is not None
    return plain(tree.root)


@pytest.mark.parametrize("path", [*places(in_chat())], ids=lambda path: ".".join(map(str, path)))
def test_an_editor_reports_unknown_keys_where_wsgen_does(path: tuple[Any, ...]) -> None:
    """And nothing that is right, whatever a value is replaced by.

    But `doc: true`: wsgen takes it for text, an editor for a slip, and so does not offer it.
    """
    whole = in_chat()
    value = whole
    for step in path:
        value = value[step]
    if isinstance(value, dict):
        text = changed(whole, path, value | {"misspelt": "x"})
        unknown = "WSG010" in run_text(text).codes
        assert bool(problems(text)) >= unknown
    for new in ([], {}, None, 5, -0.5, "?!", "str", ["str"]):
        text = changed(whole, path, new)
        if problems(text):
            assert run_text(text).diagnostics != (), problems(text)


@pytest.mark.parametrize(
    "text",
    [
        "wsgen: 2\n",
        "api: {name: demo}\n",
        "wsgen: 1\nguard: [a]\n",
        "wsgen: 1\napi: {name: 1a}\n",
        "wsgen: 1\napi: {name: a, codec: xml}\n",
        "wsgen: 1\ntypes: {A: {type: str, max: 5}}\n",
        "wsgen: 1\ntypes: {A: {fields: {1a: str}}}\n",
        "wsgen: 1\nhandlers: {a: {kind: socket, path: /}}\n",
        "wsgen: 1\nhandlers: {a: {kind: stream}}\n",
        "wsgen: 1\nclose_codes: {A: {code: x}}\n",
    ],
)
def test_mistakes_are_not_valid(text: str) -> None:
    assert problems(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "wsgen: 1\nx-owner: me\nguards: [a]\n",
        "wsgen: 1\nguards: {a: {needs: b}, c: }\n",
        "wsgen: 1\ntypes: {A: str, B: {enum: {X: 1}}, C: {union: [A, B]}}\n",
        "wsgen: 1\nmessages: {A: , B: {fields: {'a?': int = 5, b: {type: str, x-y: 1}}}}\n",
        "wsgen: 1\nhandlers: {a: {kind: stream, path: [/], header: {x-token: str}}}\n",
        "wsgen: 1\nhandlers: {a: {kind: listener, path: /, from_client: {A: , B: {reply: C}}}}\n",
    ],
)
def test_short_and_long_forms_are_valid(text: str) -> None:
    assert problems(text) == []


COMMON = "wsgen: 1\ntypes: {Name: str}\n"
NAMES = """\
wsgen: 1
api: {name: demo}
imports: {common: ./common.yaml}
types: {Role: {enum: [a]}}
messages: {Say: , Said: }
close_codes: {FULL: {code: 4001}}
dependencies: {db: str, user: str}
guards: [seat]
topics: {room: {messages: [Said]}}
handlers: {}
"""


def named(folder: Path) -> Any:
    (folder / "common.yaml").write_text(COMMON, "utf-8")
    (folder / "schema.yaml").write_text(NAMES, "utf-8")
    return json_schema_for(load(folder / "schema.yaml", "schema.yaml").units)


def labels(node: Any) -> list[str]:
    return [each["label"] for each in node["defaultSnippets"]]


@pytest.mark.parametrize(
    ("definition", "key", "names"),
    [
        ("handler", "dependencies", ["db", "user"]),
        ("handler", "guards", ["seat"]),
        ("handler", "subscribe", ["room"]),
        ("handler", "close_codes", ["FULL"]),
        ("received", "reply", ["Say", "Said"]),
        ("topic", "messages", ["Say", "Said"]),
        ("guard", "needs", ["db", "user"]),
    ],
)
def test_names_of_a_schema_are_offered_where_they_may_stand(
    definition: str, key: str, names: list[str], tmp_path: Path
) -> None:
    place = named(tmp_path)["$defs"][definition]["properties"][key]
    assert labels(place) == names
    assert labels(place["items"]) == names


def test_types_of_a_schema_and_its_imports_are_offered_beside_the_scalars(tmp_path: Path) -> None:
    definitions = named(tmp_path)["$defs"]
    for place in (definitions["field"], definitions["field"]["properties"]["type"]):
        assert labels(place) == [*Scalar, "Role", "common.Name"]


def test_messages_are_offered_as_keys_and_in_lists(tmp_path: Path) -> None:
    place = named(tmp_path)["$defs"]["handler"]["properties"]["from_client"]
    assert [*place["properties"]] == ["Say", "Said"]
    assert labels(place["items"]) == ["Say", "Said"]
    assert labels(place) == [*Scalar, "Role", "common.Name", "Say", "Said"]


def test_a_name_that_is_added_later_is_as_good(tmp_path: Path) -> None:
    later = {"kind": "stream", "path": "/", "from_server": ["Later"], "guards": ["later"]}
    document = {"wsgen": 1, "api": {"name": "demo"}, "handlers": {"room": later}}
    schema = named(tmp_path)
    Draft202012Validator.check_schema(schema)
    assert [*Draft202012Validator(schema).iter_errors(document)] == []
