"""WSG1xx: names and imports."""

from __future__ import annotations

from typing import Final

from wsgen.diagnostics.rule import Rule

RULES: Final = (
    Rule(
        "WSG101",
        "not a name",
        "Names become names of Python, TypeScript and files.",
        "Use letters, digits and `_`, a letter first, at most 64 characters.",
        example="""\
messages:
  say-it: {fields: {text: str}}
""",
        fixed="""\
messages:
  SayIt: {tag: say-it, fields: {text: str}}
""",
    ),
    Rule(
        "WSG102",
        "names with one spelling",
        "Two names that differ in case or underscores alone become one name in some language, "
        "or one file on some systems.",
        "Rename one of them.",
        example="""\
messages:
  UserID: {fields: {id: uuid}}
  UserId: {fields: {id: uuid}}
""",
        fixed="""\
messages:
  UserId: {fields: {id: uuid}}
  UserKnown: {fields: {id: uuid}}
""",
    ),
    Rule(
        "WSG103",
        "reserved name",
        "The name is already used where this one would stand in generated code.",
        "Choose another name.",
        example="""\
dependencies:
  socket: myapp.net:Socket
""",
        fixed="""\
dependencies:
  upstream: myapp.net:Socket
""",
    ),
    Rule(
        "WSG104",
        "import",
        "An imported file cannot be read, lies outside the schema's folder, cannot be a module, "
        "or holds what is not imported.",
        "Correct the path, rename the file, or move what belongs to the schema.",
        example="""\
imports: {common: ../elsewhere/common.yaml}
""",
        fixed="""\
imports: {common: ./common.yaml}
""",
    ),
)
