"""WSG305 and on: what handlers send, receive, need and are told to do."""

from __future__ import annotations

from typing import Final

from wsgen.diagnostics.rule import Rule, Severity

RULES: Final = (
    Rule(
        "WSG305",
        "messages of a handler",
        "The handler's kind does not go with what it sends or receives.",
        "Change the kind, or what stands under `from_client` and `from_server`.",
        example="""\
handlers:
  clock: {kind: stream, path: /clock, from_client: str, from_server: str}
""",
        fixed="""\
handlers:
  clock: {kind: stream, path: /clock, from_server: str}
""",
    ),
    Rule(
        "WSG306",
        "needs",
        "A dependency, guard or topic needs something that a handler does not have, or that has "
        "another type from handler to handler.",
        "Add the parameter or dependency, or remove the need.",
        example="""\
guards:
  member: {needs: [room_id]}
handlers:
  room: {kind: websocket, path: "/rooms/{room_id:int}", from_server: str, guards: [member]}
  club: {kind: websocket, path: "/clubs/{room_id:uuid}", from_server: str, guards: [member]}
""",
        fixed="""\
guards:
  member: {needs: [room_id]}
handlers:
  room: {kind: websocket, path: "/rooms/{room_id:int}", from_server: str, guards: [member]}
  club: {kind: websocket, path: "/clubs/{room_id:int}", from_server: str, guards: [member]}
""",
    ),
    Rule(
        "WSG307",
        "parameter",
        "A parameter cannot be read from the text of the opening request.",
        "Use a scalar, an enum, or in `query:` a list of them.",
        example="""\
handlers:
  room: {kind: websocket, path: /room, from_server: str, query: {filter: "dict[str, str]"}}
""",
        fixed="""\
handlers:
  room: {kind: websocket, path: /room, from_server: str, query: {filter: "list[str]"}}
""",
    ),
    Rule(
        "WSG308",
        "option does not apply",
        "The key has no effect on a handler of this kind.",
        "Remove the key.",
        example="""\
handlers:
  clock: {kind: stream, path: /clock, from_server: str, on_invalid: ignore}
""",
        fixed="""\
handlers:
  clock: {kind: stream, path: /clock, from_server: str}
""",
    ),
    Rule(
        "WSG309",
        "origin or subprotocol",
        "The value could not be compared with what browsers send.",
        "An origin is a scheme and a host, without a path; a subprotocol is one word.",
        example="""\
handlers:
  room: {kind: websocket, path: /room, from_server: str, origins: [https://example.com/app]}
""",
        fixed="""\
handlers:
  room: {kind: websocket, path: /room, from_server: str, origins: [https://example.com]}
""",
    ),
    Rule(
        "WSG310",
        "dependency cycle",
        "Dependencies that need each other cannot be made.",
        "Break the cycle.",
        example="""\
dependencies:
  db: {type: "myapp:Database", needs: [user]}
  user: {type: "myapp:User", needs: [db]}
""",
        fixed="""\
dependencies:
  db: {type: "myapp:Database"}
  user: {type: "myapp:User", needs: [db]}
""",
    ),
    Rule(
        "WSG311",
        "bounds of a raw payload",
        "Bounds of decimals, dates and times are checked when a record is made; a raw payload is "
        "none, so they would not hold.",
        "Put the value into a record.",
        example="""\
types:
  Price: {type: decimal, ge: "0"}
handlers:
  quote: {kind: stream, path: /quote, from_server: Price}
""",
        fixed="""\
types:
  Price: {type: decimal, ge: "0"}
  Quote: {fields: {price: Price}}
handlers:
  quote: {kind: stream, path: /quote, from_server: Quote}
""",
    ),
    Rule(
        "WSG312",
        "topic without sockets",
        "A socket can be subscribed to a topic where its handler sends all that the topic brings. "
        "No handler does, so only code that iterates over the topic hears it.",
        "Add the messages to `from_server` of the handlers that are to pass them on. Where the "
        "topic is between processes alone, this is a warning to live with.",
        example="""\
messages:
  Said: {fields: {text: str}}
topics:
  room: {messages: [Said]}
handlers:
  room: {kind: stream, path: /room, from_server: str}
""",
        fixed="""\
messages:
  Said: {fields: {text: str}}
topics:
  room: {messages: [Said]}
handlers:
  room: {kind: stream, path: /room, from_server: [Said], subscribe: [room]}
""",
        severity=Severity.WARNING,
    ),
)
