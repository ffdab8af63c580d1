"""Whatever stands in a schema, the front half answers with findings and never raises."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generator.support import run_text

from wsgen.diagnostics.render import Texts, github, text, to_json
from wsgen.ir.json import to_json as ir_as_json

WHOLE = """\
wsgen: 1
x-own: own
api: {name: demo, version: 1, doc: d, tag_key: type, envelope: {payload: data}, codec: json}
types:
  Text: {type: str, min_length: 1, max_length: 9, pattern: ^a}
  Price: {type: decimal, ge: 0, lt: "10.5"}
  Role: {enum: [member, owner], open: true}
  Level: {enum: {LOW: 1}}
  User: {tag: user, fields: {id: uuid, at: 'datetime = "2026-01-31T12:30:00Z"'}}
  Any: {union: [User, int]}
messages:
  Say: {tag: say, extra: forbid, fields: {text: Text, "to?": {type: "list[User]", max_length: 3}}}
  Said: {deprecated: old, fields: {role: {type: Role, default: member, wire: r}}}
close_codes:
  FULL: {code: 4009, reason: full, status: 503, retry: backoff}
dependencies:
  db: app:Database
  user: {type: "app:User", needs: [db, token]}
guards:
  member: {needs: [user, id]}
topics:
  room: {params: {id: int}, messages: [Said], on_slow: close, queue: 5}
handlers:
  room:
    kind: listener
    path: ["/rooms/{id:int}"]
    query: {token: str | None = None}
    header: {x-token: str}
    cookie: {sid: str}
    origins: [https://example.com]
    subprotocols: [chat.v1]
    dependencies: [user]
    guards: [member]
    from_client: {Say: {reply: [Said]}}
    from_server: [Said]
    subscribe: [room]
    close_codes: [FULL]
    limits: {max_message: 64KiB, rate: 20/s, idle_timeout: 60s}
    on_invalid: reply
    on_reject: close
"""
LOADED: dict[str, Any] = yaml.safe_load(WHOLE)

NASTY = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "\t",
        "\0",
        "x" * 3000,
        '"""\nimport os\n"""',
        "'+str(exec('1'))+'",
        "{{ cycler.__init__ }}",
        "{% raw %}",
        "../../x",
        "CON",
        "__class__",
        "<x>",
        "<raw>",
        "<messages>",
        "[key]",
        "x-",
        "?",
        "a.b",
        ".",
        "a:b",
        "class",
        "None",
        "str",
        "str = 5",
        "list[str",
        "(" * 300,
        "Any | Any",
        "User",
        "Say",
        "Error",
        "(a+)+$",
        "\\",
        "[",
        "1e999",
        "-1",
        "9" * 400,
        "0x" + "f" * 300,
        "99999999999999999999",
        "true",
        "null",
        "2026-02-30",
        "P9999999999D",
        "\u2028",
        "\u202e",
        "ｓｔｒ",
        "\U0001f600",
        "https://[::",
        "/{a}/{a}",
        "/{:}",
    ]
)
TEXTS = NASTY | st.text(alphabet=st.characters(codec="utf-8"), max_size=20)
VALUES = (
    TEXTS
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.lists(TEXTS, max_size=2)
    | st.dictionaries(TEXTS, TEXTS, max_size=2)
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from places(each, (*path, index))


PLACES = [path for path in places(LOADED) if path]


def check(document: Any) -> None:
    schema = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    found = run_text(schema)
    texts = Texts(found.texts)
    for render in (text, to_json, github):
        render(found.diagnostics, texts).encode()
    if found.api is not None and not found.diagnostics:
        ir_as_json(found.api).encode()
    for each in found.diagnostics:
        assert each.message
        assert each.span is None or each.span.start >= (1, 1)


def test_the_schema_that_is_varied_is_good_itself() -> None:
    assert run_text(WHOLE).codes == []


@settings(max_examples=200)
@given(st.sampled_from(PLACES), VALUES)
def test_any_value_in_any_place(path: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(LOADED)
    *way, last = path
    target: Any = document
    for step in way:
        target = target[step]
    target[last] = value
    check(document)


@settings(max_examples=200)
@given(st.sampled_from(PLACES), TEXTS)
def test_any_key_in_any_place(path: tuple[Any, ...], key: str) -> None:
    document = copy.deepcopy(LOADED)
    target: Any = document
    for step in path[:-1]:
        target = target[step]
    if isinstance(target, dict):
        target[key] = target[path[-1]]
    check(document)


@settings(max_examples=200)
@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 30),
    st.text(alphabet="{}[]:,#&*!|>'\" \n-?a1", max_size=6),
)
def test_any_edit_of_the_text(start: int, length: int, text_: str) -> None:
    run_text(WHOLE[:start] + text_ + WHOLE[start + length :])


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_every_part_left_out(path: tuple[Any, ...]) -> None:
    document = copy.deepcopy(LOADED)
    target: Any = document
    for step in path[:-1]:
        target = target[step]
    del target[path[-1]]
    check(document)
