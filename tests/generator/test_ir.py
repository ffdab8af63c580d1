"""What a schema comes to mean: the IR."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.generator.support import field_of, fields, message_of, run, run_file

from wsgen.ir.api import Kind, Limits, Messages, PythonType, Raw, Received, Source, Step, StepKind
from wsgen.ir.json import to_json
from wsgen.ir.types import (
    Alias,
    Constraints,
    DictType,
    Enum,
    ListType,
    LiteralType,
    NullableType,
    Record,
    Reference,
    Scalar,
    ScalarType,
    Union,
    UnionType,
)

SAMPLE = Path(__file__).parents[2] / "samples/chat/schema.yaml"
STR = ScalarType(Scalar.STR)


def test_types_of_fields() -> None:
    api = run(
        "types:\n  User: {fields: {name: str}}\n"
        + fields(
            "a: str",
            "b: list[int]",
            "c: dict[str, User]",
            "d: User | None",
            "e: Literal['x', 1]",
            "f: str | int | None = None",
            "g?: str",
            "h: {type: str | None, max_length: 5, doc: Docs., deprecated: Use a.}",
        )
    ).good
    assert [each.type for each in message_of(api, "Say").fields] == [
        STR,
        ListType(ScalarType(Scalar.INT)),
        DictType(Reference(None, "User")),
        NullableType(Reference(None, "User")),
        LiteralType(("x", 1)),
        NullableType(UnionType((STR, ScalarType(Scalar.INT)))),
        STR,
        NullableType(ScalarType(Scalar.STR, Constraints(max_length=5))),
    ]
    assert field_of(api, "Say", "g").may_be_absent
    last = field_of(api, "Say", "h")
    assert (last.doc, last.deprecated) == ("Docs.", "Use a.")


def test_kinds_of_types() -> None:
    api = run(
        "types:\n"
        "  A: {type: int, ge: 0, doc: A number.}\n"
        "  B: {enum: [x, y], open: true}\n"
        "  C: {enum: {LOW: 1, HIGH: 2}}\n"
        "  D: {tag: d, fields: {a: A}, extra: forbid}\n"
        "  E: {union: [D, int]}\n"
    ).good
    a, b, c, d, e = api.types
    assert isinstance(a, Alias)
    assert isinstance(b, Enum)
    assert isinstance(c, Enum)
    assert isinstance(d, Record)
    assert isinstance(e, Union)
    assert (b.open, c.open) == (True, False)
    assert [(each.name.written, each.value) for each in c.members] == [("LOW", 1), ("HIGH", 2)]
    assert (d.tag, d.tag_key, d.forbid_extra) == ("d", "type", True)
    assert e.type.arms == (Reference(None, "D"), ScalarType(Scalar.INT))


@pytest.mark.parametrize(
    ("case", "key", "wire"),
    [
        ("as_written", "user_id: int", "user_id"),
        ("camel", "user_id: int", "userId"),
        ("camel", "user_id: {type: int, wire: UID}", "UID"),
        ("as_written", "'type_?': int", "type_"),
    ],
)
def test_wire_names(case: str, key: str, wire: str) -> None:
    api = run(f"api: {{name: demo, case: {case}}}\n" + fields(key)).good
    assert message_of(api, "Say").fields[0].wire == wire


def test_tags_are_names_in_snake_case_or_as_given() -> None:
    api = run("messages:\n  HTTPError: {}\n  V2Say: {}\n  Old: {tag: legacy.old}\n").good
    assert [each.tag for each in api.messages] == ["http_error", "v2_say", "legacy.old"]


def test_extra_is_the_apis_unless_given() -> None:
    api = run("api: {name: demo, extra: forbid}\nmessages:\n  A: {}\n  B: {extra: ignore}\n").good
    assert [each.forbid_extra for each in api.messages] == [True, False]


@pytest.mark.parametrize(
    ("line", "frame"),
    [
        ("codec: json", "text"),
        ("codec: msgpack", "binary"),
        ("codec: json, frame: binary", "binary"),
    ],
)
def test_frames_follow_the_codec(line: str, frame: str) -> None:
    assert run(f"api: {{name: demo, {line}}}\n").good.wire.frame == frame


def test_the_error_message_is_there_in_every_api() -> None:
    error = run("").good.error
    assert (error.name.written, error.tag) == ("Error", "error")
    assert [each.name.written for each in error.fields] == ["code", "detail", "path"]


def test_parameters() -> None:
    api = run(
        "handlers:\n"
        "  room:\n"
        "    kind: websocket\n"
        '    path: ["/{id:int}/{rest:path}", "/old/{id:int}/{rest:path}"]\n'
        "    query: {token: str | None = None, tags: 'list[str]'}\n"
        "    header: {x-token: str, user_agent: {type: str, wire: User-Agent}}\n"
        "    cookie: {session_id: str}\n"
        "    from_server: str\n"
    ).good
    (room,) = api.handlers
    found = [(each.name.written, each.source, each.wire) for each in room.parameters]
    assert found == [
        ("id", Source.PATH, "id"),
        ("rest", Source.PATH, "rest"),
        ("token", Source.QUERY, "token"),
        ("tags", Source.QUERY, "tags"),
        ("x_token", Source.HEADER, "x-token"),
        ("user_agent", Source.HEADER, "user-agent"),
        ("session_id", Source.COOKIE, "session_id"),
    ]
    assert [each.converter for each in room.parameters[:3]] == ["int", "path", None]
    assert room.parameters[1].type == STR
    assert room.paths == ("/{id:int}/{rest:path}", "/old/{id:int}/{rest:path}")


@pytest.mark.parametrize(
    ("written", "payload"),
    [
        ("str", Raw(STR)),
        ("Text", Raw(Reference(None, "Text"))),
        ("[Say]", Messages((Received(message=Reference(None, "Say")),))),
        ("{Say: {}}", Messages((Received(message=Reference(None, "Say")),))),
        (
            "{Say: {reply: Say}}",
            Messages(
                (Received(message=Reference(None, "Say"), replies=(Reference(None, "Say"),)),)
            ),
        ),
    ],
)
def test_payloads(written: str, payload: object) -> None:
    api = run(
        "types: {Text: str}\nmessages: {Say: {fields: {text: str}}}\n"
        f"handlers:\n  room: {{kind: listener, path: /, from_client: {written}}}\n"
    ).good
    assert api.handlers[0].from_client == payload


def test_a_handler_with_everything_by_default() -> None:
    (demo,) = run("").good.handlers
    assert demo.kind is Kind.WEBSOCKET
    assert (demo.origins, demo.on_invalid, demo.on_reject) == ("same", "close", "deny")
    assert demo.limits == Limits()
    assert demo.steps == (Step(StepKind.PARAMETERS),)


def test_limits_are_bytes_seconds_and_messages_a_second() -> None:
    api = run(
        "handlers:\n  a: {kind: listener, path: /, from_client: str, limits: {max_message: 64KiB, "
        "rate: 120/m, idle_timeout: 1.5m, handshake_timeout: 500ms, close_timeout: 1h}}\n"
    ).good
    assert api.handlers[0].limits == Limits(
        max_message=65536, rate=2.0, idle_timeout=90.0, handshake_timeout=0.5, close_timeout=3600.0
    )


def test_origins_are_kept_in_lower_case() -> None:
    api = run(
        "handlers:\n"
        "  a: {kind: stream, path: /, from_server: str, origins: 'https://App.Example.com'}\n"
    ).good
    assert api.handlers[0].origins == ("https://app.example.com",)


@pytest.mark.parametrize(("port", "codes"), [(65535, []), (65536, ["WSG309"])])
def test_an_origin_has_a_port_that_exists(port: int, codes: list[str]) -> None:
    found = run(
        "handlers:\n  a: {kind: stream, path: /, from_server: str, "
        f"origins: 'https://a.example:{port}'}}\n"
    )
    assert found.codes == codes


STEPS = """\
dependencies:
  db: m:Database
  user: {type: "m:User", needs: [db, token]}
  audit: {type: "m:Audit", needs: [user]}
guards:
  open: {}
  fresh: {needs: [token]}
  member: {needs: [user, room]}
handlers:
  room:
    kind: websocket
    path: "/{room}"
    query: {token: str}
    from_server: str
"""


@pytest.mark.parametrize(
    ("dependencies", "guards", "steps"),
    [
        ([], [], ["parameters"]),
        ([], ["open"], ["open", "parameters"]),
        ([], ["fresh", "open"], ["open", "parameters", "fresh"]),
        (["audit"], [], ["parameters", "db", "user", "audit"]),
        (["audit"], ["member"], ["parameters", "db", "user", "member", "audit"]),
        (
            ["db"],
            ["member", "fresh", "open"],
            ["open", "parameters", "fresh", "db", "user", "member"],
        ),
    ],
)
def test_each_guard_runs_as_soon_as_what_it_needs_is_there(
    dependencies: list[str], guards: list[str], steps: list[str]
) -> None:
    uses = f"    dependencies: [{', '.join(dependencies)}]\n    guards: [{', '.join(guards)}]\n"
    (room,) = run(STEPS + uses).good.handlers
    assert [step.name or step.kind.value for step in room.steps] == steps


def test_dependencies_are_types_of_the_application() -> None:
    api = run(STEPS).good
    assert api.dependencies[1].type == PythonType("m", "User")
    assert api.dependencies[1].needs == ("db", "token")


@pytest.mark.parametrize(
    ("written", "type_"),
    [
        ("User", Reference(None, "User")),
        ("User | None", NullableType(Reference(None, "User"))),
        ("{type: 'list[User]'}", ListType(Reference(None, "User"))),
        ("Say", Reference(None, "Say")),
        ("str", STR),
        ("builtins:str", PythonType("builtins", "str")),
    ],
)
def test_dependencies_are_types_of_the_schema_too(written: str, type_: object) -> None:
    body = "types:\n  User: {fields: {name: str}}\nmessages: {Say: {}}\n"
    api = run(f"{body}dependencies:\n  user: {written}\n").good
    assert api.dependencies[0].type == type_


def test_keys_of_other_tools_are_kept_by_place() -> None:
    api = run(
        "x-owner: team\n"
        "api: {name: demo, x-a: 1}\n"
        "messages:\n"
        "  Say: {x-b: [2], fields: {text: {type: str, x-c: {d: true}}}}\n"
        "types:\n"
        "  Role: {enum: [x], x-e: null}\n"
        "handlers:\n"
        "  a: {kind: listener, path: /, x-f: f, from_client: {Say: {x-g: g}}, "
        "header: {x-token: str}, limits: {x-h: h}}\n"
    ).good
    assert api.extensions == {
        "x-owner": "team",
        "api.x-a": 1,
        "messages.Say.x-b": [2],
        "messages.Say.fields.text.x-c": {"d": True},
        "types.Role.x-e": None,
        "handlers.a.x-f": "f",
        "handlers.a.from_client.Say.x-g": "g",
        "handlers.a.limits.x-h": "h",
    }
    assert api.handlers[0].parameters[0].wire == "x-token"


def test_every_node_knows_where_it_stands() -> None:
    api = run(
        "types:\n  Text: str\n"
        "messages:\n  Say:\n    fields:\n      text: Text\n"
        "handlers:\n  room:\n    kind: listener\n    path: /\n    from_client: [Say]\n"
    ).good
    (room,) = api.handlers
    places = [api.types[0].at, api.messages[0].at, api.messages[0].fields[0].at, room.at]
    assert [each.start for each in places] == [(4, 3), (6, 3), (8, 7), (10, 3)]
    assert room.place("path").start == (12, 5)
    assert room.place("cookie") == room.at
    assert api.name_at.start == (2, 13)


def test_the_whole_api_as_json() -> None:
    api = run_file(SAMPLE, "schema.yaml").good
    found = json.loads(to_json(api))
    assert found["name"] == "chat"
    assert found["handlers"][0]["from_client"]["kind"] == "Messages"
    assert found["types"][0]["at"].startswith("schema.yaml:")
    assert to_json(api) == to_json(run_file(SAMPLE, "schema.yaml").good)
