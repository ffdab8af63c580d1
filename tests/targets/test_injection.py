"""Whatever text stands in a schema, it changes constants of the generated code and nothing else."""

from __future__ import annotations

import ast
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wsgen.ir.api import Api
from wsgen.pipeline import understand
from wsgen.render.render import render
from wsgen.targets.python.plan import plan

SCHEMA = """\
wsgen: 1
api: {name: demo, doc: "@api.doc", tag_key: "@tag_key", correlation_key: "@correlation"}
types:
  Text: {type: str, pattern: "@pattern", max_length: 100, doc: "@type.doc", deprecated: "@type.old"}
  Kind: {enum: {A: "@enum.a", B: "@enum.b"}, doc: "@enum.doc", deprecated: "@enum.old"}
  Open: {enum: {A: "@open.a", B: "@open.b"}, open: true}
  Part: {tag: "@part.tag", doc: "@part.doc", deprecated: "@part.old", fields: {x: int}}
messages:
  Say:
    tag: "@say.tag"
    doc: "@say.doc"
    deprecated: "@say.old"
    fields:
      text: {type: Text, doc: "@field.doc", deprecated: "@field.old", wire: "@field.wire"}
      plain: {type: str, default: "@default"}
      kind: {type: Kind, default: "@enum.a"}
      open: {type: Open, default: "@open.b"}
      list: {type: "list[str]", default: ["@default.item"]}
      dict: {type: "dict[str, any]", default: {"@default.key": ["@default.value"]}}
      any: {type: any, default: "@default.any"}
      one: {type: 'Literal["@literal"]'}
      price: {type: decimal, wire: "@price.wire"}
close_codes:
  GONE: {code: 4000, reason: "@reason", doc: "@code.doc"}
dependencies:
  user: {type: "app:User", doc: "@dependency.doc"}
guards:
  seat: {doc: "@guard.doc"}
handlers:
  room:
    kind: listener
    doc: "@handler.doc"
    deprecated: "@handler.old"
    path: /room/{id}
    query:
      q: {type: str, default: "@query.default", wire: "@query.wire", doc: "@query.doc"}
      p: {type: str, pattern: "@query.pattern", max_length: 100}
      o: {type: 'Literal["@query.literal"]', default: "@query.literal"}
    header: {h: {type: str, default: "@header.default"}}
    dependencies: [user]
    guards: [seat]
    close_codes: [GONE]
    on_invalid: reply
    from_client:
      Say: {reply: Say}
"""


@pytest.fixture(scope="module", params=["msgspec", "pydantic"])
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Api:
    path = tmp_path_factory.mktemp("schema") / "schema.yaml"
    path.write_text(SCHEMA.replace("{name: demo", f"{{name: demo, models: {request.param}"))
    found = understand(path, "schema.yaml")
    assert found.api is not None, found.diagnostics
    return found.api


def slots(value: Any) -> set[str]:
    """The texts of the IR that stand for an author's."""
    if isinstance(value, str):
        return {value} if value.startswith("@") else set()
    if is_dataclass(value) and not isinstance(value, type):
        value = [getattr(value, each.name) for each in fields(value)]
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple)):
        return {slot for each in value for slot in slots(each)}
    return set()


def filled(value: Any, texts: dict[str, str]) -> Any:
    """The same IR with other texts in its slots."""
    if isinstance(value, str):
        return texts.get(value, value)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {each.name: filled(getattr(value, each.name), texts) for each in fields(value)}
        return replace(value, **{k: v for k, v in changes.items() if v is not getattr(value, k)})
    if isinstance(value, dict):
        return {filled(key, texts): filled(each, texts) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        found = [filled(each, texts) for each in value]
        same = all(new is old for new, old in zip(found, value, strict=True))
        return value if same else type(value)(found)
    return value


def shapes(api: Api) -> dict[str, str]:
    """Each generated module as a syntax tree whose constants are blanked out."""
    found: dict[str, str] = {}
    for each in plan(api):
        tree = ast.parse(render(each))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant):
                node.value = ...
        found[str(each.path)] = ast.dump(tree)
    return found


def kept(api: Api) -> dict[str, str]:
    """The slot that names a field where the tag is one: what comes of it is tested elsewhere."""
    return {"@tag_key": "@tag_key"} if api.models == "pydantic" else {}


HOSTILE = (
    '"""\nimport os; os.system("x")\n"""',
    '"); import os; ("',
    "'\n\nraise SystemExit\n'",
    "\\",
    '\\"',
    '"',
    "# noqa\nx = 1",
    "{{ view }}{% raw %}",
    "\r\nimport os\r\n",
    "\x0cimport os",
    "\u2028import os",
    "\ud800",
    "$(rm -rf /)",
    "a" * 300,
)


def test_every_slot_is_found(api: Api) -> None:
    assert slots(api) == {
        each for each in SCHEMA.replace("'", '"').split('"') if each.startswith("@")
    }


@pytest.mark.slow
@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_changes_constants_alone(api: Api, data: st.DataObject) -> None:
    text = st.text(min_size=1).filter(str.strip) | st.sampled_from(HOSTILE)
    names = sorted(slots(api))
    texts = data.draw(st.fixed_dictionaries(dict.fromkeys(names, text)))
    # What has to be unique or differ from a name in the schema still does.
    unique = {name: f"{value}@{index}" for index, (name, value) in enumerate(texts.items())}
    unique |= kept(api)
    assert shapes(filled(api, unique)) == shapes(api)


@pytest.mark.parametrize("text", HOSTILE)
def test_known_tricks_change_constants_alone(api: Api, text: str) -> None:
    texts = {name: f"{text}{index}" for index, name in enumerate(sorted(slots(api)))}
    assert shapes(filled(api, texts | kept(api))) == shapes(api)
    texts = {name: f"{index}{text}" for index, name in enumerate(sorted(slots(api)))}
    assert shapes(filled(api, texts | kept(api))) == shapes(api)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_name_of_the_file_stays_in_its_comment(api: Api, text: str) -> None:
    source = f"a{text}.yaml"
    for each in plan(replace(api, source=source)):
        lines = render(each).split("\n")
        assert lines[0].startswith("# Generated by wsgen from a")
        assert lines[1] == "# ruff: noqa"
    assert shapes(replace(api, source=source)) == shapes(api)
