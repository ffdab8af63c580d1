"""What each rule finds, and what it leaves in peace."""

from __future__ import annotations

import pytest
from tests.generator.support import complete, fields, run

SAID = "messages:\n  Said: {fields: {text: str}}\n  Say: {fields: {text: str}}\n"


def handler(line: str, before: str = "") -> str:
    return f"{before}handlers:\n  room: {{path: /room, {line}}}\n"


def two_handlers(first: str, second: str, before: str = "") -> str:
    return (
        f"{before}handlers:\n"
        f"  one: {{kind: websocket, from_server: str, {first}}}\n"
        f"  two: {{kind: websocket, from_server: str, {second}}}\n"
    )


SHAPE = [
    ("api: [a]\n", "WSG012", "expected a mapping"),
    ("api: {nam: demo}\n", "WSG010", "unknown key `nam`"),
    ("types: [a]\n", "WSG012", "expected a mapping"),
    ("messages: x\n", "WSG012", "expected a mapping"),
    ("close_codes:\n  A: {code: '4000'}\n", "WSG012", "expected a whole number"),
    ("close_codes:\n  A: {code: 4e3}\n", "WSG012", "expected a whole number"),
    (
        "close_codes:\n  A: {code: 4000, retry: soon}\n",
        "WSG012",
        "expected `never`, `backoff`, `immediate` or `auth`",
    ),
    ("types:\n  A: {enum: [a], open: yes}\n", "WSG012", "expected `true` or `false`"),
    ("types:\n  A: {type: str, doc: [a]}\n", "WSG012", "expected text, not a list"),
    ("types:\n  A: {type: str, doc: {a: b}}\n", "WSG012", "expected text, not a mapping"),
    ("types:\n  A: {type: str, doc: }\n", "WSG012", "expected text"),
    ("types:\n  A: {fields: {a: str}, tag: ''}\n", "WSG012", "expected a key"),
    (fields("a: {type: str, wire: 'a\"b'}"), "WSG012", "neither quotes nor backslashes"),
    (fields("a: {type: str, wire: 'a\\b'}"), "WSG012", "neither quotes nor backslashes"),
    ("api: {name: demo, tag_key: '\"'}\n", "WSG012", "neither quotes nor backslashes"),
    ("types:\n  A: {union: []}\n", "WSG011", "nothing stands in the list"),
    ("dependencies:\n  db: 'class:Database'\n", "WSG012", "expected a type"),
    ("dependencies:\n  db: my.app.Database\n", "WSG012", "expected a type"),
    ("dependencies:\n  db: builtins:list\n", "WSG012", "says nothing of its items"),
    ("dependencies:\n  db: 'app:Queue[int]'\n", "WSG012", "stands without `[…]`"),
    ("dependencies:\n  db: List[int]\n", "WSG201", "`List[…]` is not a type"),
    (
        handler("kind: stream, from_server: str, limits: {max_message: 0}"),
        "WSG012",
        "expected a size",
    ),
    (
        handler("kind: stream, from_server: str, limits: {max_message: 1KB}"),
        "WSG012",
        "expected a size",
    ),
    (handler("kind: listener, from_client: str, limits: {rate: 20}"), "WSG012", "expected a rate"),
    (
        handler("kind: listener, from_client: str, limits: {idle_timeout: 60}"),
        "WSG012",
        "expected a duration",
    ),
    (handler("kind: stream, from_server: []"), "WSG011", "no message stands here"),
    (handler("kind: stream, from_server: "), "WSG012", "expected text"),
    (handler("kind: stream, from_server: [{Say: {}}]"), "WSG012", "expected text, not a mapping"),
    (
        handler("kind: stream, from_server: str, origins: []"),
        "WSG011",
        "nothing stands in the list",
    ),
    ("handlers:\n  room: {kind: stream, path: [], from_server: str}\n", "WSG011", "nothing stands"),
    ("handlers: {}\n", "WSG011", "no handler: nothing would answer"),
    ("guards: [a, a]\n", "WSG302", "`a` stands twice"),
    ("guards: [1a]\n", "WSG101", "`1a` is not a name"),
    ("api: {name: null}\n", "WSG012", "expected text"),
    ("guards: {a: {needs: [[b]]}}\n", "WSG012", "expected text, not a list"),
    (
        "api: {name: demo, codec: msgpack, frame: text}\n",
        "WSG012",
        "msgpack travels in binary frames",
    ),
    ("topics:\n  t: {params: {id: int}}\n", "WSG011", "`messages` is missing"),
    (f"{SAID}topics:\n  t: {{messages: [Said], queue: 0}}\n", "WSG012", "a queue holds"),
]

NAMES = [
    ("types:\n  Room1: str\n  Room_1: int\n", "WSG102", "`Room_1` and `Room1` become one name"),
    ("types:\n  Say: str\nmessages:\n  SAY: {}\n", "WSG102", "`SAY` and `Say` become one name"),
    (fields("userId: int", "user_id: int"), "WSG102", "`user_id` and `userId` become one name"),
    (
        fields("a: int", "b: {type: int, wire: a}"),
        "WSG102",
        "two fields are called `a` on the wire",
    ),
    (two_handlers("path: /a", "path: /b").replace("two:", "One:"), "WSG102", "`One` and `one`"),
    ("guards: [is_member, isMember]\n", "WSG102", "`isMember` and `is_member` become one name"),
    ("close_codes:\n  A_B: {code: 4000}\n  AB: {code: 4001}\n", "WSG102", "`AB` and `A_B`"),
    (
        "handlers:\n  room: {kind: stream, path: '/{id}', query: {ID: int}, from_server: str}\n",
        "WSG102",
        "two parameters are called `id`",
    ),
    (
        handler("kind: stream, from_server: str, query: {a: int, b: {type: int, wire: a}}"),
        "WSG102",
        "two parameters are read from `a`",
    ),
    ("messages:\n  Error: {fields: {a: int}}\n", "WSG103", "the built-in error message"),
    ("types:\n  ERROR: str\n", "WSG103", "the built-in error message"),
    ("types:\n  any: {fields: {a: int}}\n", "WSG103", "the built-in type `any`"),
    ("messages:\n  list: {}\n", "WSG103", "the built-in type `list`"),
    ("api: {name: msgspec}\n", "WSG103", "the library `msgspec`"),
    ("api: {name: Typing}\n", "WSG103", "the library `typing`"),
    ("api: {name: class}\n", "WSG103", "a word of Python"),
    ("guards: [debug]\n", "WSG103", "create_app(debug=…)"),
    ("guards: [observer]\n", "WSG103", "create_app(observer=…)"),
    ("guards: [demo]\n", "WSG103", "the handler `demo`"),
    ("dependencies: {on_say: 'a:B'}\n", "WSG103", "a method of a listener"),
    ("dependencies: {user: 'a:B'}\nguards: [user]\n", "WSG103", "the dependency `user`"),
    ("close_codes:\n  CLOSE_CODE: {code: 4000}\n", "WSG103", "the enum of close codes"),
    ("api: {name: nul}\n", "WSG103", "the device `NUL` of Windows"),
    (handler("kind: stream, from_server: str").replace("room:", "Aux:"), "WSG103", "device `AUX`"),
    (handler("kind: stream, from_server: str").replace("room:", "com1:"), "WSG103", "`COM1`"),
    (fields("a: {type: int, wire: __proto__}"), "WSG103", "every object of JavaScript"),
]

TYPES = [
    (fields("f: string"), "WSG204", "unknown type `string`"),
    (fields("f: Error"), "WSG204", "unknown type `Error`"),
    ("dependencies:\n  db: myapp.Database\n", "WSG204", "nothing is imported as `myapp`"),
    ("dependencies:\n  db: Database\n", "WSG204", "unknown type `Database`"),
    (fields("f: str | str"), "WSG205", "an arm of the union stands twice"),
    (fields("f: list[int] | list[str]"), "WSG205", "a list and a list look the same on the wire"),
    (fields("f: any | int"), "WSG205", "a union with `any` holds everything"),
    (fields("f: \"Literal['a'] | str\""), "WSG205", "a literal and `str`"),
    ("types:\n  A: {union: [datetime, str]}\n", "WSG205", "`datetime` and `str`"),
    (
        "types:\n  A: {fields: {a: int}}\n  B: {union: [A, 'dict[str, int]']}\n",
        "WSG205",
        "`A` and a dict",
    ),
    (
        "types:\n  A: {tag: a, fields: {a: int}}\n  B: {fields: {b: int}}\n  C: {union: [A, B]}\n",
        "WSG205",
        "`B` has no tag",
    ),
    (
        (
            "types:\n  A: {tag: a, fields: {a: int}}\n"
            "  B: {tag: b, tag_key: kind, fields: {b: int}}\n  C: {union: [A, B]}\n"
        ),
        "WSG205",
        "share one tag key",
    ),
    (
        (
            "types:\n  A: {tag: a, fields: {a: int}}\n  B: {tag: a, fields: {b: int}}\n"
            "  C: {union: [A, B]}\n"
        ),
        "WSG205",
        "`A` and `B` look the same",
    ),
    ("types:\n  A: B\n  B: list[A]\n", "WSG206", "`A` stands for itself"),
    ("types:\n  A: {union: [int, A]}\n", "WSG206", "`A` stands for itself"),
    ("types:\n  A: {fields: {b: B}}\n  B: {fields: {a: A}}\n", "WSG206", "needs another one"),
    ("types:\n  A: {fields: {a: {type: 'list[A]', min_length: 1}}}\n", "WSG206", "without end"),
    ("messages:\n  A: {fields: {a: A}}\n", "WSG206", "a `A` needs another one"),
    ("types:\n  A: {tag: a, fields: {type: int}}\n", "WSG208", "taken by the tag"),
    ("types:\n  A: {tag: a, tag_key: k, fields: {k: int}}\n", "WSG208", "`k` is taken by the tag"),
    (
        handler(
            "kind: listener, from_client: {Ask: {reply: Got}}",
            "messages:\n  Ask: {fields: {request_id: int}}\n  Got: {fields: {a: int}}\n",
        ),
        "WSG208",
        "taken by the id of a request",
    ),
    ("api: {name: demo, tag_key: request_id}\n", "WSG208", "different keys"),
    ("messages:\n  Oops: {tag: error}\n", "WSG209", "of the built-in error message"),
    ("types:\n  A: {enum: []}\n", "WSG210", "an enum is a list"),
    ("types:\n  A: {enum: [], open: true}\nmessages:\n  M: {fields: {a: A = 'x'}}\n", "WSG210", ""),
    ("types:\n  A: {enum: text}\n", "WSG210", "an enum is a list"),
    ("types:\n  A: {enum: [1, 2]}\n", "WSG210", "`1` is not a name"),
    ("types:\n  A: {enum: [true]}\n", "WSG210", "text or a whole number"),
    ("types:\n  A: {enum: {X: 1.5}}\n", "WSG210", "text or a whole number"),
    ("types:\n  A: {enum: {X: 9223372036854775808}}\n", "WSG210", "a number from"),
    ("types:\n  A: {enum: {X: a, Y: a}}\n", "WSG210", "two members have the same value"),
    ("types:\n  A: {enum: [a, A]}\n", "WSG210", "two members have the same name"),
    ("types:\n  A: {enum: {X: a, Y: 1}}\n", "WSG210", "all text, or all whole numbers"),
]

HANDLERS = [
    ("close_codes:\n  A: {code: 1000}\n", "WSG301", "1000 is registered as Normal Closure"),
    ("close_codes:\n  A: {code: 3999}\n", "WSG301", "3999 is not for applications"),
    ("close_codes:\n  A: {code: 5000}\n", "WSG301", "5000 is not for applications"),
    (
        f"close_codes:\n  A: {{code: 4000, reason: {'ä' * 62}}}\n",
        "WSG301",
        "124 bytes, at most 123",
    ),
    ("close_codes:\n  A: {code: 4000, status: 200}\n", "WSG301", "200 is no HTTP status"),
    ("close_codes:\n  A: {code: 4000}\n  B: {code: 4000}\n", "WSG301", "4000 is used twice"),
    (handler("kind: listener, from_client: [Sy]", SAID), "WSG204", "unknown message `Sy`"),
    (handler("kind: stream, from_server: [Error]"), "WSG204", "unknown message `Error`"),
    (handler("kind: listener, from_client: [Say, Say]", SAID), "WSG302", "`Say` stands twice"),
    (
        handler("kind: listener, from_client: {Say: {reply: [Said, Said]}}", SAID),
        "WSG302",
        "`Said` stands twice",
    ),
    (handler("kind: stream, from_server: str, guards: [a, a]", "guards: [a]\n"), "WSG302", "twice"),
    (handler("kind: stream, from_server: str, subscribe: [a]"), "WSG302", "unknown topic `a`"),
    (
        handler("kind: stream, from_server: str, close_codes: [A]"),
        "WSG302",
        "unknown close code `A`",
    ),
    (handler("kind: stream, from_server: str, dependencies: [a]"), "WSG302", "unknown dependency"),
    *(
        (f"handlers:\n  a: {{kind: stream, path: '{path}', from_server: str}}\n", "WSG303", why)
        for path, why in (
            ("a", "a path starts with `/`"),
            ("/a/", "a path ends without `/`"),
            ("/a//b", "an empty segment"),
            ("/a b", "cannot stand in a path"),
            ("/ä", "cannot stand in a path"),
            ("/{a:uid}", "no converter `uid`"),
            ("/{a}/{a}", "`a` stands twice"),
            ("/{a:path}/b", "it stands last"),
            ("/a{b}", "a whole segment"),
            ("/{1}", "a whole segment"),
            ("/%41", "cannot stand in a path"),
            ("/a/../b", "clients resolve `..`"),
            ("/.", "clients resolve `.`"),
        )
    ),
    (
        "handlers:\n  a: {kind: stream, path: ['/{a}', '/x/{b}'], from_server: str}\n",
        "WSG303",
        "the same parameters",
    ),
    (two_handlers("path: /a", "path: /a"), "WSG304", "match the same requests"),
    (two_handlers("path: '/{a}'", "path: '/{b:str}'"), "WSG304", "match the same requests"),
    (two_handlers("path: '/{a:int}'", "path: '/{a:uuid}'"), "WSG304", "match the same requests"),
    (two_handlers("path: [/a, /a]", "path: /b"), "WSG304", "match the same requests"),
    (handler("kind: listener, from_server: str"), "WSG305", "a listener needs messages"),
    (handler("kind: stream"), "WSG305", "a stream needs something to send"),
    (handler("kind: websocket"), "WSG305", "nothing travels in either direction"),
    (
        handler("kind: websocket, from_client: {Say: {reply: Said}}", SAID),
        "WSG305",
        "`reply` is for listeners",
    ),
    (
        handler("kind: listener, from_client: [Say], from_server: {Said: {reply: Say}}", SAID),
        "WSG305",
        "`reply` belongs under `from_client`",
    ),
    (
        handler("kind: listener, from_client: {Say: {reply: Said}}, from_server: str", SAID),
        "WSG305",
        "replies are messages",
    ),
    (handler("kind: listener, from_client: Say", SAID), "WSG305", "`Say` is a message"),
    (handler("kind: listener, from_client: int"), "WSG305", "a raw payload is"),
    (handler("kind: listener, from_client: str | None"), "WSG305", "a raw payload is"),
    (handler("kind: listener, from_client: str, on_invalid: reply"), "WSG308", "raw payloads"),
    (handler("kind: websocket, from_client: str, on_invalid: close"), "WSG308", "for listeners"),
    (
        handler("kind: stream, from_server: str, limits: {idle_timeout: 5s}"),
        "WSG308",
        "`idle_timeout` is about what the client sends",
    ),
    (handler("kind: stream, from_server: str, limits: {rate: 5/s}"), "WSG308", "`rate` is about"),
    *(
        (
            handler(f"kind: stream, from_server: str, origins: ['{origin}']"),
            "WSG309",
            "not an origin",
        )
        for origin in ("example.com", "https://", "https://a/b", "ws://a", "https://a@b", "same ")
    ),
    (handler("kind: stream, from_server: str, origins: [same, any]"), "WSG309", "not an origin"),
    (handler("kind: stream, from_server: str, subprotocols: [a b]"), "WSG309", "not a subprotocol"),
    (handler("kind: stream, from_server: str, subprotocols: [a, a]"), "WSG309", "stands twice"),
]

NEEDS = [
    ("guards: {a: {needs: [b]}}\n", "WSG306", "neither a dependency nor a parameter"),
    ("dependencies: {a: {type: 'm:A', needs: [b, b]}, b: 'm:B'}\n", "WSG306", "needed twice"),
    (
        two_handlers("path: '/{id}'", "path: /b, guards: [a]", "guards: {a: {needs: [id]}}\n"),
        "WSG306",
        "the guard `a` needs `id`, which this handler has no parameter for",
    ),
    (
        two_handlers(
            "path: '/{id}'",
            "path: /b, dependencies: [a]",
            "dependencies: {a: {type: 'm:A', needs: [b]}, b: {type: 'm:B', needs: [id]}}\n",
        ),
        "WSG306",
        "the dependency `b` needs `id`",
    ),
    (
        two_handlers(
            "path: /a, query: {q: str}, dependencies: [a]",
            "path: /b, query: {q: str | None = None}, dependencies: [a]",
            "dependencies: {a: {type: 'm:A', needs: [q]}}\n",
        ),
        "WSG306",
        "the dependency `a` needs `q`, which has another type here",
    ),
    (
        handler(
            "kind: stream, from_server: str, query: {b: int}, guards: [a]",
            "dependencies: {b: 'm:B'}\nguards: {a: {needs: [b]}}\n",
        ),
        "WSG306",
        "a dependency and a parameter",
    ),
    ("dependencies: {a: {type: 'm:A', needs: [a]}}\n", "WSG310", "the dependency `a` needs itself"),
]

PARAMETERS = [
    (handler("kind: stream, from_server: str, query: {'a?': int}"), "WSG307", "instead of `?`"),
    (
        handler("kind: stream, from_server: str, query: {a: any}"),
        "WSG307",
        "cannot be read from text",
    ),
    (handler("kind: stream, from_server: str, query: {a: bytes}"), "WSG307", "cannot be read"),
    (handler("kind: stream, from_server: str, query: {a: Said}", SAID), "WSG307", "cannot be read"),
    (handler("kind: stream, from_server: str, query: {a: int | str}"), "WSG307", "cannot be read"),
    (handler("kind: stream, from_server: str, query: {a: 'list[list[int]]'}"), "WSG307", "cannot"),
    (
        handler("kind: stream, from_server: str, header: {a: 'list[int]'}"),
        "WSG307",
        "cannot be read",
    ),
    (handler("kind: stream, from_server: str, query: {a: int | None}"), "WSG307", "never null"),
    (
        handler("kind: stream, from_server: str, header: {a: {type: str, wire: 'a b'}}"),
        "WSG307",
        "no header can be called `a b`",
    ),
    (
        handler("kind: stream, from_server: str, cookie: {a: {type: str, wire: 'a;b'}}"),
        "WSG307",
        "no cookie can be called `a;b`",
    ),
    (handler("kind: stream, from_server: str, query: {a-b: str}"), "WSG101", "`a-b` is not a name"),
]

TOPIC = f"{SAID}topics:\n  t: {{params: {{id: int}}, messages: [Said]}}\n"
TOPICS = [
    (
        handler("kind: stream, from_server: [Said], subscribe: [t]", TOPIC),
        "WSG306",
        "the topic `t` needs `id`, which the path does not have",
    ),
    (
        "handlers:\n  a: {kind: stream, path: '/{id}', from_server: [Said], subscribe: [t]}\n"
        + TOPIC,
        "WSG306",
        "which has another type",
    ),
    (
        "handlers:\n  a: {kind: stream, path: '/{id:int}', from_server: [Say], subscribe: [t]}\n"
        + TOPIC,
        "WSG305",
        "the topic `t` brings `Said`, which is not sent",
    ),
    (TOPIC.replace("int", "int = 5"), "WSG307", "a scalar without default"),
    (TOPIC.replace("int", "bytes"), "WSG307", "a scalar without default"),
    (TOPIC.replace("int", "{type: int, ge: 1}"), "WSG307", "and bounds"),
    (
        "handlers:\n  a: {kind: stream, path: '/{topics}', guards: [g], from_server: [Said]}\n"
        "guards: {g: {needs: [topics]}}\n" + TOPIC,
        "WSG306",
        "which are those of the API and a parameter",
    ),
    (
        "dependencies: {d: {type: int, needs: [topics]}}\n",
        "WSG306",
        "`topics` is neither a dependency nor a parameter of any handler",
    ),
    (TOPIC.replace("[Said]", "[Sad]"), "WSG204", "unknown message `Sad`"),
]


@pytest.mark.parametrize(
    ("snippet", "code", "message"),
    [*SHAPE, *NAMES, *TYPES, *HANDLERS, *NEEDS, *PARAMETERS, *TOPICS],
)
def test_what_is_found(snippet: str, code: str, message: str) -> None:
    found = run(snippet)
    assert set(found.codes) - {"WSG312"} == {code}, found.rendered
    assert any(message in each for each in found.messages), found.rendered


@pytest.mark.parametrize(
    ("snippet", "marked"),
    [
        *(
            (f"close_codes:\n  A: {{{keys}}}\n", marked)
            for keys, marked in (
                ("code: 3999", "3999"),
                (f"code: 4000, reason: {'ä' * 62}", "ä" * 62),
                ("code: 4000, status: 200", "200"),
            )
        ),
        ("close_codes:\n  A: {code: 4001}\n  B: {code: 4001}\n", "4001"),
        *(
            (f"handlers:\n  a: {{kind: stream, path: '{path}', from_server: str}}\n", marked)
            for path, marked in (
                ("/rooms/{id:in}/ws", "in"),
                ("/rooms/a{id}/ws", "a{id}"),
                ("rooms", "r"),
                ("/rooms/", "/"),
                ("/a//b", "//"),
                ("/a/b c/d", "b c"),
                ("/{a}/{a}/b", "{a}"),
                ("/{a:path}/b", "{a:path}"),
            )
        ),
        ("handlers:\n  a: {kind: stream, path: ['/x', '/{b:itn}'], from_server: str}\n", "itn"),
        ("handlers:\n  a: {kind: stream, path: [/x, /y, /x], from_server: str}\n", "/x"),
    ],
)
def test_the_caret_marks_what_is_wrong(snippet: str, marked: str) -> None:
    (found,) = run(snippet).diagnostics
    assert found.span is not None
    line = complete(snippet).split("\n")[found.span.start.line - 1]
    assert line[found.span.start.column - 1 : found.span.end.column - 1] == marked


def test_the_converter_that_was_meant() -> None:
    handlers = "handlers:\n  a: {kind: stream, path: '/{id:%s}', from_server: str}\n"
    assert run(handlers % "in").helps == ["did you mean `int`?"]
    assert run(handlers % "xyz").helps[0] == (
        "one of str, int, float, uuid, decimal, date, datetime, time, timedelta, path"
    )


@pytest.mark.parametrize("written", ["null", "", "[str]", "~"])
def test_what_is_no_type_is_told_so(written: str) -> None:
    for snippet in (
        f"messages:\n  A:\n    fields:\n      p: {written}\n",
        f"types:\n  A: {written}\n",
        f"dependencies:\n  a: {written}\n",
    ):
        found = run(snippet)
        assert found.messages == ["expected a type"], found.rendered


def test_how_a_class_of_the_application_is_written() -> None:
    for written in ("Database", "myapp.Database"):
        (help_,) = run(f"dependencies:\n  db: {written}\n").helps
        assert help_ == 'a class of the application is written "module:Name"'
    assert run("dependencies:\n  db: my.app.Database\n").helps == [
        'did you mean "my.app:Database"?'
    ]


@pytest.mark.parametrize(
    "snippet",
    [
        "types:\n  A: {union: [int, float, bool, str, 'list[int]', 'dict[str, int]']}\n",
        "types:\n  A: {tag: a, fields: {a: int}}\n  B: {union: [A, int, str]}\n",
        f"{SAID}types:\n  A: {{union: [Said, Say]}}\n",
        "types:\n  A: {fields: {a: A | None}}\n",
        "types:\n  A: {fields: {'a?': A}}\n",
        "types:\n  A: {fields: {a: 'list[A]', b: 'dict[str, A]'}}\n",
        "types:\n  A: {fields: {a: B}}\n  B: {union: [int, A]}\n",
        "types:\n  A: {enum: [on, off, yes, no]}\n",
        "api: {name: demo, envelope: {payload: data}}\n" + fields("type: str", "data: int"),
        fields("id: int", "type_: int", "hash: int", "class: str", "list: str"),
        two_handlers("path: '/{a:int}'", "path: '/{b:path}'"),
        two_handlers("path: '/{a}'", "path: /a"),
        two_handlers("path: '/{a:path}'", "path: '/{a}'"),
        two_handlers("path: /", "path: /A"),
        handler(
            "kind: stream, from_server: str, origins: ['http://localhost:5173', 'https://[::1]']"
        ),
        handler("kind: stream, from_server: str, header: {x-token: str, accept_language: str}"),
        handler("kind: listener, from_client: {Say: {reply: [Said, Say]}, Said: {}}", SAID),
        handler("kind: listener, from_client: {Say, Said}", SAID),
        handler("kind: listener, from_client: [Say], on_invalid: reply", SAID),
        handler("kind: listener, from_client: A", "types:\n  A: {type: int, ge: 5}\n"),
        handler(
            "kind: stream, from_server: str, query: {a: 'list[B]'}", "types:\n  B: {enum: [x]}\n"
        ),
        handler(
            "kind: stream, from_server: str, query: {a: B}", "types:\n  B: int | None\n"
        ).replace("a: B", "a: {type: B, default: null}"),
        two_handlers(
            "path: /a, query: {q: {type: int, ge: 5}}, guards: [g]",
            "path: /b, query: {q: Q}, guards: [g]",
            "types:\n  Q: {type: int, le: 3}\nguards: {g: {needs: [q]}}\n",
        ),
        two_handlers(
            "path: /a, query: {q: int}, guards: [g]",
            "path: /b, query: {q: str}",
            "guards: {g: {needs: [q]}}\n",
        ),
    ],
)
def test_what_is_fine(snippet: str) -> None:
    found = run(snippet)
    assert found.codes == [], found.rendered


def test_a_topic_is_resolved() -> None:
    path = "/{id:int}"
    found = run(
        f"{TOPIC}handlers:\n"
        f"  a: {{kind: stream, path: '{path}', from_server: [Said], subscribe: [t]}}\n"
    )
    assert found.codes == []
    assert found.api is not None
    assert found.api.handlers[0].subscribe == ("t",)
    assert found.api.topics[0].params[0].name.written == "id"


def test_all_findings_of_a_stage_are_reported_in_the_order_of_places() -> None:
    found = run(fields("a: strin", "b: int = 'x'", "c: {type: bool, ge: 1}"))
    assert found.codes == ["WSG204", "WSG202", "WSG203"]
    assert [each.span.start.line for each in found.diagnostics if each.span] == [6, 7, 8]
