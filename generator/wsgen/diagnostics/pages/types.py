"""WSG2xx: types."""

from __future__ import annotations

from typing import Final

from wsgen.diagnostics.rule import Rule

RULES: Final = (
    Rule(
        "WSG201",
        "not a type",
        "A type is written like a Python annotation.",
        "Use names, `list[T]`, `dict[str, T]`, `Literal[…]` and `A | B`.",
        example="""\
messages:
  Say: {fields: {tags: "List<str>"}}
""",
        fixed="""\
messages:
  Say: {fields: {tags: "list[str]"}}
""",
    ),
    Rule(
        "WSG202",
        "default does not fit",
        "The default is not a value of the type, so the first message without it would be wrong.",
        "Correct the default: Python's literals, or in quotes what travels.",
        example="""\
types:
  Role: {enum: [member, owner]}
messages:
  Join: {fields: {role: Role = "admin"}}
""",
        fixed="""\
types:
  Role: {enum: [member, owner]}
messages:
  Join: {fields: {role: Role = "member"}}
""",
    ),
    Rule(
        "WSG203",
        "constraint does not fit",
        "The constraint does not belong to this type, cannot be read, or contradicts another.",
        "Correct or remove the constraint.",
        example="""\
types:
  Age: {type: int, min_length: 1}
""",
        fixed="""\
types:
  Age: {type: int, ge: 0}
""",
    ),
    Rule(
        "WSG204",
        "unknown type",
        "A name is used that nothing defines.",
        "Correct the name, or define it under `types:` or `messages:`.",
        example="""\
types:
  Role: {enum: [member, owner]}
messages:
  Join: {fields: {role: Rol}}
""",
        fixed="""\
types:
  Role: {enum: [member, owner]}
messages:
  Join: {fields: {role: Role}}
""",
    ),
    Rule(
        "WSG205",
        "ambiguous union",
        "The wire could not tell the arms of the union apart.",
        "Give records a `tag:`, or keep at most one type of each JSON kind.",
        example="""\
messages:
  Find: {fields: {key: uuid | str}}
""",
        fixed="""\
messages:
  Find: {fields: {key: int | str}}
""",
    ),
    Rule(
        "WSG206",
        "type contains itself",
        "A name that stands for itself has no meaning, and a record that needs one of its own "
        "could never be made.",
        "Let a field of a record refer back, with `| None`, or as a list.",
        example="""\
types:
  Node: {fields: {value: int, next: Node}}
""",
        fixed="""\
types:
  Node: {fields: {value: int, next: Node | None = None}}
""",
    ),
    Rule(
        "WSG207",
        "pattern",
        "The pattern cannot be told to Python, Rust and ECMAScript alike, or may take Python more "
        "than ten million steps for a text of its `max_length`.",
        "Use the common subset, begin with `^`, let each round of a repetition begin or end with a "
        "sign of its own, and set `max_length`.",
        example="""\
types:
  Slug: {type: str, pattern: "^([a-z]+-?)+$", max_length: 64}
""",
        fixed="""\
types:
  Slug: {type: str, pattern: "^[a-z]+(-[a-z]+)*$", max_length: 64}
""",
    ),
    Rule(
        "WSG208",
        "reserved field",
        "The field's key is used by the envelope: the tag, or the id of a request.",
        "Rename the field, give it a `wire:` name, or change the key under `api:`.",
        example="""\
messages:
  Said: {fields: {type: str, text: str}}
""",
        fixed="""\
messages:
  Said: {fields: {kind: str, text: str}}
""",
    ),
    Rule(
        "WSG209",
        "tag",
        "Two messages with one tag could not be told apart.",
        "Give one of them another `tag:`.",
        example="""\
messages:
  Say: {fields: {text: str}}
  Shout: {tag: say, fields: {text: str}}
""",
        fixed="""\
messages:
  Say: {fields: {text: str}}
  Shout: {fields: {text: str}}
""",
    ),
    Rule(
        "WSG210",
        "enum",
        "An enum needs members, each with a name and a value of its own.",
        "Correct the members; values that are no names get one in a mapping.",
        example="""\
types:
  Size: {enum: [10 cm, 20 cm]}
""",
        fixed="""\
types:
  Size: {enum: {SMALL: 10 cm, LARGE: 20 cm}}
""",
    ),
)
