"""WSG4xx and WSG5xx: style and security. Warnings, which a comment with a reason may answer."""

from __future__ import annotations

from typing import Final

from wsgen.diagnostics.rule import Rule, Severity

RULES: Final = (
    Rule(
        "WSG400",
        "comment that ignores",
        "The comment names no advice, gives no reason, or ignores what is not there, so that it "
        "would hide a finding of later.",
        "Write `# wsgen: ignore[WSG401] reason` on the line of the finding, or alone above it; "
        "remove it when it is no longer needed.",
        example="""\
types:
  Name: str  # wsgen: ignore[WSG401]
""",
        fixed="""\
types:
  Name: str  # wsgen: ignore[WSG401] the mobile app will send it from version 2 on
""",
        severity=Severity.WARNING,
    ),
    Rule(
        "WSG401",
        "unused definition",
        "Nothing comes to it from any handler or topic: it was forgotten there, or is left over. "
        "A guard that no handler names protects nothing.",
        "Name it where it belongs, or remove it.",
        example="""\
guards: [member]
handlers:
  room: {kind: stream, path: /room, from_server: str}
""",
        fixed="""\
guards: [member]
handlers:
  room: {kind: stream, path: /room, from_server: str, guards: [member]}
""",
        severity=Severity.WARNING,
    ),
    Rule(
        "WSG501",
        "secret in a URL",
        "URLs are written into the logs of servers and proxies, and into the history of browsers.",
        "Take the secret from a cookie or a header. A browser cannot set headers here: give it a "
        "ticket that is good for one opening and for seconds, and say so.",
        example="""\
handlers:
  room: {kind: stream, path: /room, from_server: str, query: {api_key: str}}
""",
        fixed="""\
handlers:
  room: {kind: stream, path: /room, from_server: str, header: {x-api-key: str}}
""",
        severity=Severity.WARNING,
    ),
    Rule(
        "WSG502",
        "no limit for strangers",
        "Without a guard or a dependency anybody may connect, and without a rate send as fast as "
        "the line allows.",
        "Give the handler a rate, or a guard. Where `create_app(limits=…)` bounds it, say so.",
        example="""\
handlers:
  room: {kind: listener, path: /room, from_client: str}
""",
        fixed="""\
handlers:
  room: {kind: listener, path: /room, from_client: str, limits: {rate: 20/s}}
""",
        severity=Severity.WARNING,
    ),
    Rule(
        "WSG503",
        "cookies for foreign pages",
        "Browsers send the cookies of your site with every connection, whichever page opens it. "
        "With `origins: any` a foreign page acts in the name of its visitor.",
        "List the origins of your pages, or know clients by what a page has to add on purpose.",
        example="""\
handlers:
  room: {kind: stream, path: /room, from_server: str, origins: any, cookie: {sid: str}}
""",
        fixed="""\
handlers:
  room:
    kind: stream
    path: /room
    from_server: str
    origins: [https://app.example.com]
    cookie: {sid: str}
""",
        severity=Severity.WARNING,
    ),
    Rule(
        "WSG504",
        "origin without TLS",
        "Whoever stands between a visitor and a page over plain HTTP can change the page, and so "
        "act as one that is allowed.",
        "Serve the page over HTTPS. `http://localhost` is fine.",
        example="""\
handlers:
  room: {kind: stream, path: /room, from_server: str, origins: [http://app.example.com]}
""",
        fixed="""\
handlers:
  room: {kind: stream, path: /room, from_server: str, origins: [https://app.example.com]}
""",
        severity=Severity.WARNING,
    ),
)
