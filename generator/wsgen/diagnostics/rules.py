"""The table of rules: every code that a diagnostic may carry. Codes are stable for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """How much a finding weighs: errors stop the build, warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code stands for.

    Attributes:
        name: a short title.
        why: what goes wrong without the rule.
        fix: what to do.
    """

    code: str
    name: str
    why: str
    fix: str
    severity: Severity = Severity.ERROR


_ALL: Final = (
    # WSG0xx: YAML and shape
    Rule("WSG001", "empty schema", "There is nothing to build.", "Start with `wsgen: 1`."),
    Rule(
        "WSG002",
        "not YAML",
        "The text cannot be read as YAML.",
        "Put values with `: `, ` #`, `[`, `{` or `,` in quotes; indent with spaces.",
    ),
    Rule(
        "WSG003",
        "duplicate key",
        "YAML readers keep the last of two equal keys and say nothing.",
        "Remove or rename one of them.",
    ),
    Rule("WSG004", "key is no text", "Keys name things.", "Write a plain word as the key."),
    Rule(
        "WSG005",
        "too large or too deep",
        "A small file can unfold to a huge one by aliases, or exhaust the stack.",
        "Write the values out, and keep the schema flat.",
    ),
    Rule(
        "WSG006",
        "tag or merge key",
        "Tags run code in other readers, and merge keys hide what a value holds.",
        "Write the value out, or use an alias for the whole of it.",
    ),
    Rule(
        "WSG010",
        "unknown key",
        "A misspelt key would be ignored: a typo in `guards` would open a route.",
        "Correct the key. Keys of your own start with `x-`.",
    ),
    Rule("WSG011", "missing key", "Something that is needed is not there.", "Add the key."),
    Rule(
        "WSG012",
        "wrong kind of value",
        "A value is not of the form that its key asks for.",
        "See the message.",
    ),
    Rule(
        "WSG013",
        "language version",
        "A schema says which language it is written in, so that it can be read for ever.",
        "Put `wsgen: 1` on the first line.",
    ),
    # WSG1xx: names and imports
    Rule(
        "WSG101",
        "not a name",
        "Names become names of Python, TypeScript and files.",
        "Use letters, digits and `_`, a letter first, at most 64 characters.",
    ),
    Rule(
        "WSG102",
        "names with one spelling",
        "Two names that differ in case or underscores alone become one name in some language.",
        "Rename one of them.",
    ),
    Rule(
        "WSG103",
        "reserved name",
        "The name is already used where this one would stand in generated code.",
        "Choose another name.",
    ),
    Rule(
        "WSG104",
        "import",
        "An imported file cannot be read, lies outside the schema's folder, or clashes with another.",
        "Correct the path, or rename the file.",
    ),
    # WSG2xx: types
    Rule(
        "WSG201",
        "not a type",
        "A type is written like a Python annotation.",
        "See the message for what is allowed.",
    ),
    Rule(
        "WSG202",
        "default does not fit",
        "The default is not a value of the type.",
        "Correct the default.",
    ),
    Rule(
        "WSG203",
        "constraint does not fit",
        "The constraint does not belong to this type, or contradicts another.",
        "Correct or remove the constraint.",
    ),
    Rule(
        "WSG204",
        "unknown type",
        "A name is used that nothing defines.",
        "Correct the name, or define it under `types:`.",
    ),
    Rule(
        "WSG205",
        "ambiguous union",
        "The wire could not tell the arms of the union apart.",
        "Give records a `tag:`, or keep at most one type of each JSON kind.",
    ),
    Rule(
        "WSG206",
        "type contains itself",
        "A name stands for itself, so that it has no meaning.",
        "Go through a record: fields may refer back.",
    ),
    Rule(
        "WSG207",
        "pattern",
        "The pattern means different things in Python, Rust and ECMAScript, or can take exponential time.",
        "Use the common subset, without nested repetition, and set max_length.",
    ),
    Rule(
        "WSG208",
        "reserved field",
        "The field's key is used by the envelope.",
        "Rename the field, or give it a `wire:` name.",
    ),
    Rule(
        "WSG209",
        "tag",
        "Two messages with one tag could not be told apart.",
        "Give one of them another `tag:`.",
    ),
    Rule(
        "WSG210",
        "enum",
        "An enum needs members, each with a name and a value of its own.",
        "Correct the members.",
    ),
    # WSG3xx: handlers, routes, close codes
    Rule(
        "WSG301",
        "close code",
        "Applications may use the codes 4000–4999 with a reason of at most 123 bytes.",
        "Choose a code of that range, and a shorter reason.",
    ),
    Rule(
        "WSG302",
        "unknown name",
        "A handler refers to something that nothing defines.",
        "Correct the name, or define it.",
    ),
    Rule("WSG303", "path", "The path cannot be routed.", "See the message."),
    Rule(
        "WSG304",
        "ambiguous routes",
        "Two handlers answer the same path.",
        "Change one of the paths.",
    ),
    Rule(
        "WSG305",
        "messages of a handler",
        "The handler's kind does not go with what it sends or receives.",
        "See the message.",
    ),
    Rule(
        "WSG306",
        "needs",
        "A dependency or guard needs something that a handler does not have.",
        "Add the parameter or dependency, or remove the need.",
    ),
    Rule(
        "WSG307",
        "parameter",
        "A parameter cannot be read from text.",
        "Use a scalar, an enum, or in `query:` a list of them.",
    ),
    Rule(
        "WSG308",
        "option does not apply",
        "The key has no effect on a handler of this kind.",
        "Remove the key.",
    ),
    Rule(
        "WSG309",
        "origin or subprotocol",
        "The value cannot be compared with what browsers send.",
        "See the message.",
    ),
    Rule(
        "WSG310",
        "dependency cycle",
        "Dependencies that need each other cannot be made.",
        "Break the cycle.",
    ),
    Rule(
        "WSG390",
        "not generated yet",
        "The schema may declare topics; code for them comes with a later release.",
        "Keep the declaration; nothing is generated from it yet.",
        Severity.WARNING,
    ),
    # WSG9xx: output files
    Rule(
        "WSG901",
        "file in the way",
        "A file that wsgen did not write stands where one is to be written.",
        "Move the file away, or choose another output folder.",
    ),
    Rule(
        "WSG902",
        "unsafe path",
        "An output path leads through a symbolic link or out of the output folder.",
        "Use a plain folder.",
    ),
    Rule(
        "WSG903",
        "drift",
        "A generated file differs from what the schema gives.",
        "Run `wsgen build` and commit the result.",
    ),
)

RULES: Final[Mapping[str, Rule]] = {rule.code: rule for rule in _ALL}
