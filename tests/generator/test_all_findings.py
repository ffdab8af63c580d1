"""One run finds all mistakes: each marked line has its findings, and no other line has any."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.generator.support import Outcome, run_file, run_text
from tests.generator.test_properties import LOADED

_MARK = re.compile(r"# (WSG\d+(?:, WSG\d+)*)$")

SHAPES = """\
wsgen: 1
api:
  name: 1demo                                          # WSG101
  codec: jsn                                           # WSG012
  versoin: 1                                           # WSG010
types:
  2nd: str                                             # WSG101
  Role: {enum: [a], opne: true}                        # WSG010
  Text:
    type: "List<str>"                                  # WSG201
  Nothing: {union: []}                                 # WSG011
  Kind: {enmu: [a], open: true}                        # WSG010
messages:
  3rd: {}                                              # WSG101
  Say:
    doc: [a]                                           # WSG012
    fields:
      text: {type: str, max_length: long}              # WSG012
      to: {typ: str}                                   # WSG010
close_codes:
  FULL: {code: "4009"}                                 # WSG012
  LATE: {code: 4010, retry: soon}                      # WSG012
dependencies:
  db: class:Database                                   # WSG012
guards:
  member: {need: [token]}                              # WSG010
topics:
  room: {params: {id: int}}                            # WSG011
handlers:
  room:
    kind: listner                                      # WSG012
    path: /
    from_client: [Say]
  feed:
    kind: stream
    path: []                                           # WSG011
    from_server: [{a: b}]                              # WSG012
  echo: {kind: websocket, from_server: str}            # WSG011
"""
RULES = """\
wsgen: 1
api: {name: demo}
types:
  Slug: {type: str, pattern: "(a+)+", max_length: 99}   # WSG207
  Role: {enum: [a, A]}                                 # WSG210
  User: {fields: {role: Rol, name: string}}            # WSG204, WSG204
  Loop: {fields: {next: Loop}}                         # WSG206
  Same: Same                                           # WSG206
  Both: {union: [uuid, str]}                           # WSG205
messages:
  Say:
    fields:
      type: str                                        # WSG208
      text: Txt                                        # WSG204
      a-b: str                                         # WSG101
      size: {type: bool, ge: 1}                        # WSG203
      role: Role = "b"
      age: int = "x"                                   # WSG202
  SAY: {tag: again}                                    # WSG102
  Oops: {tag: error}                                   # WSG209
  Error: {tag: oops}                                   # WSG103
close_codes:
  EARLY: {code: 3999}                                  # WSG301
  ONE: {code: 4001}
  TWO: {code: 4001}                                    # WSG301
dependencies:
  db: {type: "app:Database", needs: [tokn]}            # WSG306
  user: Usr                                            # WSG204
  ring: {type: "app:Ring", needs: [ring]}              # WSG310
guards:
  member: {needs: [user, room_id]}
topics:
  room: {params: {room_id: int}, messages: [Sad]}      # WSG204
handlers:
  room:
    kind: listener
    path: /rooms/{room_id:itn}                         # WSG303
    query: {token: Tokn}                               # WSG204
    header: {a: "list[int]"}                           # WSG307
    origins: example.com                               # WSG309
    dependencies: [usr, ring, db]                      # WSG302
    guards: [member]
    from_client: {Say: {reply: Sai}}                   # WSG204
    from_server: [Sad]                                 # WSG204
    subscribe: [room]
    close_codes: [TWI]                                 # WSG302
  feed:
    kind: stream
    path: /feed
    from_server: [Sad]                                 # WSG204
    on_invalid: close                                  # WSG308
    guards: [memer]                                    # WSG302
  again: {kind: stream, path: /feed, from_server: str} # WSG304
  raw: {kind: listener, path: /raw, from_client: int}  # WSG305
"""
MIXED = """\
wsgen: 1
api: {name: demo, codec: jsn}                          # WSG012
types:
  1st: str                                             # WSG101
  Text: {typ: str}                                     # WSG010
  User: {fields: {name: Text, nick: {tpye: str}}}      # WSG010
  Team: {fields: {users: "list[User]", all: list}}     # WSG201
messages:
  Say: {fields: {by: User, text: Text, to: Usr}}       # WSG204
  Said: {fields: {say: Say}, tga: said}                # WSG010
close_codes:
  FULL: {code: many}                                   # WSG012
  LATE: {code: 3999}                                   # WSG301
dependencies:
  db: my.app.Database                                  # WSG012
  user: {type: User, needs: [db, token]}
guards:
  member: {needs: [user, room_id], need: [a]}          # WSG010
topics:
  room: {params: {room_id: int}, messages: []}         # WSG011
handlers:
  room:
    kind: listener
    path: /rooms/{room_id:int}
    query: {token: {type: str, defualt: a}}            # WSG010
    dependencies: [user]
    guards: [member]
    from_client: {Say: {reply: Said}}
    subscribe: [room]
    close_codes: [FULL, LATE]
  clock: {kind: strem, path: /clock, from_server: str} # WSG012
  echo: {kind: stream, path: /echo}                    # WSG305
"""


def planted(schema: str) -> list[tuple[int, str]]:
    return sorted(
        (number, code)
        for number, line in enumerate(schema.splitlines(), 1)
        if (mark := _MARK.search(line))
        for code in mark[1].split(", ")
    )


def places(found: Outcome) -> list[tuple[int, str]]:
    return sorted((each.span.start.line, each.code) for each in found.diagnostics if each.span)


@pytest.mark.parametrize(
    ("schema", "least"), [(SHAPES, 20), (RULES, 30), (MIXED, 15)], ids=["shapes", "rules", "mixed"]
)
def test_every_mistake_is_found_in_one_run_and_no_other(schema: str, least: int) -> None:
    found = run_text(schema)
    assert places(found) == planted(schema), found.rendered
    assert len(found.diagnostics) >= least


def test_mistakes_in_several_files_are_found_in_one_run(tmp_path: Path) -> None:
    files = {
        "broken": "wsgen: 1\ntypes: {A: [}\n",
        "shapes": "wsgen: 1\ntypes:\n  A: {enmu: [a]}                 # WSG010\n  B: str\n",
        "rules": "wsgen: 1\ntypes:\n  C: {fields: {d: D}}            # WSG204\n",
        "schema": "wsgen: 1\napi: {name: demo}\n"
        "imports:\n  b: broken.yaml\n  s: shapes.yaml\n  r: rules.yaml\n"
        "  x: nowhere.yaml                # WSG104\n"
        "messages:\n  Say: {fields: {a: b.A, c: s.A, d: s.B, e: r.C, f: x.X}}\n"
        "  Sat: {fields: {a: s.BB}}       # WSG204\n"
        "handlers:\n  h: {kind: stream, path: /, from_server: [Say, Say]} # WSG302\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    found = run_file(tmp_path / "schema.yaml")
    expected = {
        (f"{name}.yaml", line, code) for name, text in files.items() for line, code in planted(text)
    }
    assert {
        (each.span.file, each.span.start.line, each.code) for each in found.diagnostics if each.span
    } == expected | {("broken.yaml", 2, "WSG002")}, found.rendered


def test_a_warning_keeps_no_rule_from_running() -> None:
    found = run_text(
        "wsgen: 1\napi: {name: demo}\n"
        "messages: {Say: {}}\n"
        "topics: {room: {messages: [Say]}}\n"
        "close_codes: {EARLY: {code: 3999}}\n"
        "guards: {member: {needs: [id]}}\n"
        "handlers:\n"
        "  a: {kind: stream, path: '/{id}', from_server: str}\n"
        "  b: {kind: stream, path: /b, from_server: str, guards: [member]}\n"
    )
    assert found.codes == ["WSG312", "WSG301", "WSG306"]


LEFT_OUT = [
    ("types", "Text"),
    ("types", "Price"),
    ("types", "Role"),
    ("types", "Level"),
    ("types", "User"),
    ("types", "User", "fields", "id"),
    ("types", "Any"),
    ("messages", "Say"),
    ("messages", "Said"),
    ("messages", "Said", "fields", "role"),
    ("close_codes", "FULL"),
    ("dependencies", "db"),
    ("dependencies", "user"),
    ("guards", "member"),
    ("topics", "room"),
    ("topics", "room", "params", "id"),
    ("handlers", "room"),
    ("handlers", "room", "query", "token"),
    ("handlers", "room", "header", "x-token"),
    ("handlers", "room", "cookie", "sid"),
]


@pytest.mark.parametrize("path", LEFT_OUT, ids=".".join)
def test_what_is_left_out_for_a_mistake_is_not_missed(path: tuple[str, ...]) -> None:
    document: Any = copy.deepcopy(LOADED)
    document.pop("topics" if path[0] != "topics" else "x-own")
    if path[0] != "topics":
        document["handlers"]["room"].pop("subscribe")
    target = document
    for step in path:
        around, target = target, target[step]
    around[path[-1]] = {"type": target} if isinstance(target, str) else target
    around[path[-1]]["nonsense"] = 1
    found = run_text(yaml.safe_dump(document, sort_keys=False))
    assert found.messages == ["unknown key `nonsense`"], found.rendered


@pytest.mark.parametrize("version", ["true", "1.0", "'1'", "2", "[1]"])
def test_a_version_is_the_whole_number(version: str) -> None:
    assert run_text(f"wsgen: {version}\napi: {{name: demo}}\n").codes == ["WSG013"]
