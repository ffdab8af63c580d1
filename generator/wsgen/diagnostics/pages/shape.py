"""WSG0xx: YAML, and the shape of a schema."""

from __future__ import annotations

from typing import Final

from wsgen.diagnostics.rule import Rule

RULES: Final = (
    Rule(
        "WSG001",
        "empty schema",
        "There is nothing to build.",
        "Start with `wsgen: 1`.",
        example="# nothing but a comment\n",
        fixed="""\
wsgen: 1
api: {name: demo}
handlers:
  echo: {kind: websocket, path: /echo, from_client: str, from_server: str}
""",
    ),
    Rule(
        "WSG002",
        "not YAML",
        "The text cannot be read as YAML.",
        "Put values with `: `, ` #`, `[`, `{` or `,` in quotes; indent with spaces.",
        example="""\
types:
  Tags: {type: list[str], max_length: 5}
""",
        fixed="""\
types:
  Tags: {type: "list[str]", max_length: 5}
""",
    ),
    Rule(
        "WSG003",
        "duplicate key",
        "YAML readers keep the last of two equal keys and say nothing.",
        "Remove or rename one of them.",
        example="""\
messages:
  Say: {fields: {text: str}}
  Say: {fields: {text: str, loud: bool}}
""",
        fixed="""\
messages:
  Say: {fields: {text: str}}
  Shout: {fields: {text: str, loud: bool}}
""",
    ),
    Rule(
        "WSG004",
        "key is no text",
        "Keys name things.",
        "Write a plain word as the key.",
        example="""\
messages:
  [Say, Shout]: {fields: {text: str}}
""",
        fixed="""\
messages:
  Say: {fields: {text: str}}
  Shout: {fields: {text: str}}
""",
    ),
    Rule(
        "WSG005",
        "too large or too deep",
        "A small file can unfold to a huge one by aliases, or exhaust the stack.",
        "Write the values out, and keep the schema flat.",
        example="""\
types:
  Text: &text {type: str, x-see: *text}
""",
        fixed="""\
types:
  Text: {type: str, x-see: Text}
""",
    ),
    Rule(
        "WSG006",
        "tag or merge key",
        "Tags run code in other readers, and merge keys hide what a value holds.",
        "Write the value out, or use an alias for the whole of it.",
        example="""\
types:
  Short: &short {type: str, max_length: 20}
  Name:
    <<: *short
    min_length: 1
""",
        fixed="""\
types:
  Short: {type: str, max_length: 20}
  Name: {type: Short, min_length: 1}
""",
    ),
    Rule(
        "WSG007",
        "value cut off",
        "YAML ends a plain value at ` #`, and inside `{…}` at a `,`; the rest would be lost.",
        "Put the whole value in quotes. A comment has a space after its `#`.",
        example="""\
messages:
  Join:
    doc: Enter a channel such as #general.
""",
        fixed="""\
messages:
  Join:
    doc: "Enter a channel such as #general."
""",
    ),
    Rule(
        "WSG010",
        "unknown key",
        "A misspelt key would be ignored: a typo in `guards` would open a route.",
        "Correct the key. Keys of your own start with `x-`.",
        example="""\
guards: [member]
handlers:
  room: {kind: websocket, path: /room, from_server: str, guard: [member]}
""",
        fixed="""\
guards: [member]
handlers:
  room: {kind: websocket, path: /room, from_server: str, guards: [member]}
""",
    ),
    Rule(
        "WSG011",
        "missing key",
        "Something that is needed is not there.",
        "Add the key.",
        example="""\
close_codes:
  ROOM_FULL: {reason: No seat left}
""",
        fixed="""\
close_codes:
  ROOM_FULL: {code: 4009, reason: No seat left}
""",
    ),
    Rule(
        "WSG012",
        "wrong kind of value",
        "A value is not of the form that its key asks for.",
        "Write it in the form that the message names.",
        example="""\
handlers:
  room: {kind: listner, path: /room, from_client: str}
""",
        fixed="""\
handlers:
  room: {kind: listener, path: /room, from_client: str}
""",
    ),
    Rule(
        "WSG013",
        "language version",
        "A schema says which language it is written in, so that it can be read for ever.",
        "Put `wsgen: 1` on the first line.",
        example="""\
api: {name: demo}
handlers:
  echo: {kind: websocket, path: /echo, from_client: str, from_server: str}
""",
        fixed="""\
wsgen: 1
api: {name: demo}
handlers:
  echo: {kind: websocket, path: /echo, from_client: str, from_server: str}
""",
    ),
)
