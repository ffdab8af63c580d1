"""The JSON Schema for editors says what wsgen reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from wsgen._resources import data_root
from wsgen.schema import Document, json_schema, json_schema_text
from wsgen.schema.part import Part

ROOT = Path(__file__).parents[2]
SCHEMA = json_schema()


def test_the_file_is_what_the_models_give() -> None:
    path = data_root("schemas") / "wsgen.schema.json"
    assert path.read_text("utf-8") == json_schema_text(), (
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
    definitions = json.loads(json_schema_text())["$defs"]
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
    written = json_schema_text()
    assert '"<' not in written
    assert '"title"' not in written.replace('"title": "wsgen schema"', "")


def check(value: Any, schema: Any, path: str = "") -> list[str]:
    """As much of JSON Schema as this schema uses; the paths of what does not fit."""
    if "$ref" in schema:
        definitions: Any = SCHEMA["$defs"]
        return check(value, definitions[schema["$ref"].removeprefix("#/$defs/")], path)
    for key in ("anyOf", "oneOf"):
        if key in schema and all(check(value, arm, path) for arm in schema[key]):
            return [f"{path}: none of {key}"]
    found = [] if fits(value, schema) else [f"{path}: {value!r}"]
    if isinstance(value, dict):
        found += check_mapping(value, schema, path)
    if isinstance(value, list) and "items" in schema:
        found += [each for item in value for each in check(item, schema["items"], f"{path}[]")]
    return found


def fits(value: Any, schema: Any) -> bool:
    kinds = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(isinstance(value, kinds[each]) for each in wanted):
        return False
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        return False
    return value in schema.get("enum", [value]) and value == schema.get("const", value)


def check_mapping(value: dict[str, Any], schema: Any, path: str) -> list[str]:
    found = [f"{path}: {key} is missing" for key in schema.get("required", []) if key not in value]
    for key, each in value.items():
        place = f"{path}.{key}"
        names = schema.get("propertyNames")
        if names and check(key, names):
            found.append(f"{place}: name")
        patterns = [s for p, s in schema.get("patternProperties", {}).items() if re.search(p, key)]
        other = schema.get("additionalProperties", {})
        if key in schema.get("properties", {}):
            found += check(each, schema["properties"][key], place)
        elif patterns:
            found += check(each, patterns[0], place)
        elif other is False:
            found.append(f"{place}: unknown")
        else:
            found += check(each, other, place)
    return found


SAMPLES = sorted(ROOT.glob("samples/*/schema.yaml"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_the_samples_are_valid(path: Path) -> None:
    assert check(yaml.safe_load(path.read_text("utf-8")), SCHEMA) == []


def test_there_are_samples() -> None:
    assert SAMPLES


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
    assert check(yaml.safe_load(text), SCHEMA) != []


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
    assert check(yaml.safe_load(text), SCHEMA) == []
