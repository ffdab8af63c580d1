"""WSG301 to WSG304: close codes, what handlers name, and routes."""

from __future__ import annotations

from typing import Final

from wsgen.diagnostics.rule import Rule

RULES: Final = (
    Rule(
        "WSG301",
        "close code",
        "Applications may use the codes 4000–4999, each once, with a reason of at most 123 bytes.",
        "Choose a code of that range, and a shorter reason.",
        example="""\
close_codes:
  ROOM_FULL: {code: 3009, reason: No seat left}
""",
        fixed="""\
close_codes:
  ROOM_FULL: {code: 4009, reason: No seat left}
""",
    ),
    Rule(
        "WSG302",
        "unknown name",
        "A handler refers to something that nothing defines, or names something twice.",
        "Correct the name, define it, or remove the second one.",
        example="""\
guards: [member]
handlers:
  room: {kind: websocket, path: /room, from_server: str, guards: [membr]}
""",
        fixed="""\
guards: [member]
handlers:
  room: {kind: websocket, path: /room, from_server: str, guards: [member]}
""",
    ),
    Rule(
        "WSG303",
        "path",
        "The path cannot be routed.",
        "Start with `/`; a parameter is a whole segment, and `path` stands last.",
        example="""\
handlers:
  room: {kind: websocket, path: "/room-{id:int}", from_server: str}
""",
        fixed="""\
handlers:
  room: {kind: websocket, path: "/room/{id:int}", from_server: str}
""",
    ),
    Rule(
        "WSG304",
        "ambiguous routes",
        "Two handlers answer the same path. Converters do not tell paths apart: which of the two a "
        "request reaches would hang on how its text looks.",
        "Change a segment that is no parameter.",
        example="""\
handlers:
  room: {kind: websocket, path: "/rooms/{id:int}", from_server: str}
  seat: {kind: websocket, path: "/rooms/{seat:uuid}", from_server: str}
""",
        fixed="""\
handlers:
  room: {kind: websocket, path: "/rooms/{id:int}", from_server: str}
  seat: {kind: websocket, path: "/seats/{seat:uuid}", from_server: str}
""",
    ),
)
