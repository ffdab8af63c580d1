"""Advice on schemas that are right, and the comments that answer it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.generator.support import Outcome, complete, reviewed

STREAM = "kind: stream, path: /a, from_server: str"
TALK = "kind: listener, path: /a, from_client: str"


def handler(keys: str, before: str = "") -> str:
    return f"{before}handlers:\n  a: {{{keys}}}\n"


def found_in(snippet: str, folder: Path) -> Outcome:
    return reviewed(complete(snippet), folder)


UNUSED = [
    ("types: {A: str}\n", "the type `A`"),
    ("messages: {A: {}}\n", "the message `A`"),
    ("close_codes: {A: {code: 4000}}\n", "the close code `A`"),
    ("dependencies: {a: 'm:A'}\n", "the dependency `a`"),
    ("guards: [a]\n", "the guard `a`"),
    ("types: {A: {fields: {b: B}}, B: str}\n", "the type `A`"),
    ("types: {B: str, A: {fields: {b: B}}}\n", "the type `A`"),
    ("types: {A: {fields: {a: A | None}}}\n", "the type `A`"),
    ("types: {A: {fields: {b: B | None}}, B: {fields: {a: A}}}\n", "the type `A`"),
    ("types: {A: {fields: {b: B | None}}, B: {fields: {a: A}}, C: 'list[B]'}\n", "the type `C`"),
    ("dependencies: {b: 'm:B'}\nguards: {a: {needs: [b]}}\n", "the guard `a`"),
]


@pytest.mark.parametrize(("snippet", "what"), UNUSED)
def test_what_nothing_comes_to_is_told_once(snippet: str, what: str, tmp_path: Path) -> None:
    found = found_in(snippet, tmp_path)
    assert found.messages == [f"{what} is not used"], found.rendered


USED = [
    handler(
        "kind: stream, path: /a, from_server: A",
        "types: {A: {type: B, max_length: 3}, B: str}\n",
    ),
    handler(
        "kind: stream, path: /a, from_server: [A]",
        "types: {B: str}\nmessages: {A: {fields: {b: {type: B, max_length: 3}}}}\n",
    ),
    handler(
        "kind: stream, path: /a, from_server: A",
        "types: {A: {union: [B, int]}, B: {enum: [x]}}\n",
    ),
    handler(
        "kind: stream, path: /a, from_server: A",
        "types: {A: 'dict[str, B]', B: 'list[C]', C: {fields: {c: int}}}\n",
    ),
    handler(
        "kind: listener, path: /a, from_client: {A: {reply: [B, C]}}, limits: {rate: 1/s}",
        "messages: {A: {}, B: {}, C: {}}\n",
    ),
    handler(
        f"{STREAM}, query: {{q: Q}}, header: {{h: H}}, cookie: {{c: 'C | None = None'}}",
        "types: {Q: str, H: str, C: str}\n",
    ),
    handler(f"{STREAM}, close_codes: [A]", "close_codes: {A: {code: 4000}}\n"),
    handler(
        f"{STREAM}, guards: [g]",
        "types: {T: str}\n"
        "dependencies: {d: {type: T, needs: e}, e: 'm:E'}\n"
        "guards: {g: {needs: d}}\n",
    ),
    handler(f"{STREAM}, dependencies: [d]", "dependencies: {d: 'm:D'}\n"),
]


@pytest.mark.parametrize("snippet", USED)
def test_what_is_used_by_any_way_is_not_told(snippet: str, tmp_path: Path) -> None:
    found = found_in(snippet, tmp_path)
    assert found.codes == [], found.rendered


def test_topics_use_what_they_bring(tmp_path: Path) -> None:
    found = found_in("messages: {A: {}}\ntopics: {t: {messages: [A]}}\n", tmp_path)
    assert found.codes == ["WSG312"]


def test_imported_files_may_have_other_users(tmp_path: Path) -> None:
    (tmp_path / "common.yaml").write_text(
        "wsgen: 1\nimports: {back: schema.yaml}\ntypes: {A: str, B: {fields: {c: back.C}}}\n"
    )
    found = found_in("imports: {common: common.yaml}\ntypes: {C: str, D: common.A}\n", tmp_path)
    assert found.messages == ["the type `D` is not used"], found.rendered


URLS = [
    ("query: {token: str}", ["WSG501"]),
    ("query: {accessToken: str}", ["WSG501"]),
    ("query: {API_KEY: str}", ["WSG501"]),
    ("query: {apikey: str}", ["WSG501"]),
    ("query: {who: {type: str, wire: password}}", ["WSG501"]),
    ("query: {session_id: str, secret: str}", ["WSG501", "WSG501"]),
    ("query: {author: str, tokens_left: int, key: str, session: str}", []),
    ("header: {authorization: str}", []),
    ("cookie: {token: str}", []),
]


@pytest.mark.parametrize(("keys", "codes"), URLS)
def test_secrets_in_urls(keys: str, codes: list[str], tmp_path: Path) -> None:
    assert found_in(handler(f"{STREAM}, {keys}"), tmp_path).codes == codes


def test_a_path_is_a_part_of_the_url(tmp_path: Path) -> None:
    found = found_in(handler(STREAM.replace("/a", "'/{token}'")), tmp_path)
    assert found.codes == ["WSG501"]


OPEN = [
    (TALK, ["WSG502"]),
    (f"{TALK}, limits: {{max_message: 1KiB}}", ["WSG502"]),
    (TALK.replace("listener", "websocket"), ["WSG502"]),
    (f"{TALK}, limits: {{rate: 20/s}}", []),
    (f"{TALK}, guards: [g]", []),
    (f"{TALK}, dependencies: [d]", []),
    (STREAM, []),
    (STREAM.replace("stream", "websocket"), []),
]


@pytest.mark.parametrize(("keys", "codes"), OPEN)
def test_strangers_have_a_limit(keys: str, codes: list[str], tmp_path: Path) -> None:
    snippet = handler(keys, "guards: [g]\ndependencies: {d: 'm:D'}\n")
    assert [each for each in found_in(snippet, tmp_path).codes if each != "WSG401"] == codes


PAGES = [
    ("origins: any, cookie: {sid: str}", "which this handler reads"),
    ("origins: any, cookie: {sid: str}, query: {q: str}", "which this handler reads"),
    ("origins: any, guards: [g]", "which `g` may read"),
    ("origins: any, dependencies: [d]", "which `d` may read"),
    ("origins: any, dependencies: [d], header: {x-api-key: str}", None),
    ("origins: any, guards: [g], query: {ticket: str}", None),
    ("origins: any", None),
    ("origins: same, cookie: {sid: str}", None),
    ("origins: [https://a.example], cookie: {sid: str}, guards: [g]", None),
]


@pytest.mark.parametrize(("keys", "reader"), PAGES)
def test_cookies_and_foreign_pages(keys: str, reader: str | None, tmp_path: Path) -> None:
    snippet = handler(f"{STREAM}, {keys}", "guards: [g]\ndependencies: {d: 'm:D'}\n")
    found = found_in(snippet, tmp_path)
    told = [each.message for each in found.diagnostics if each.code == "WSG503"]
    assert [each.rpartition(", ")[2] for each in told] == ([reader] if reader else [])


@pytest.mark.parametrize(
    ("origin", "is_told"),
    [
        ("http://a.example", True),
        ("http://localhost.example", True),
        ("http://127.example", True),
        ("http://localhost", False),
        ("http://localhost:5173", False),
        ("http://127.0.0.1:80", False),
        ("http://[::1]:80", False),
        ("https://a.example", False),
    ],
)
def test_origins_without_tls(origin: str, is_told: bool, tmp_path: Path) -> None:
    found = found_in(handler(f"{STREAM}, origins: [https://b.example, '{origin}']"), tmp_path)
    assert found.codes == ["WSG504"] * is_told
    if is_told:
        (span,) = [each.span for each in found.diagnostics]
        assert span is not None
        line = found.texts["schema.yaml"].split("\n")[span.start.line - 1]
        assert origin in line[span.start.column - 1 : span.end.column - 1]


def test_there_is_no_advice_beside_errors(tmp_path: Path) -> None:
    snippet = handler(f"{TALK}, guards: [gg]", "guards: [g]\ntypes: {A: {tpye: str}}\n")
    assert set(found_in(snippet, tmp_path).codes) == {"WSG010", "WSG302"}


IGNORED = [
    "types:\n  A: str  # wsgen: ignore[WSG401] for later\n",
    "types:\n  # wsgen: ignore[WSG401] for later\n  A: str\n",
    "types:\n  # wsgen: ignore[WSG401] for later\n\n  # a comment\n  A: str\n",
    "types:\n  A: {type: str}  # wsgen: ignore[WSG401, WSG401] for later\n",
    "# wsgen: ignore[WSG401] for later\ntypes: {A: str}\n",
    "types:\n  A: {type: str, doc: 'a # b'}  # wsgen: ignore[WSG401] for later\n",
    "types:\n  A: {type: str, doc: ä#b}  # wsgen: ignore[WSG401] for later\n",
    "types:\n  # wsgen: ignore[WSG401] for later\n  A:\n    doc: |\n      x\n    type: str\n",
]


@pytest.mark.parametrize("snippet", IGNORED)
def test_advice_is_ignored_for_a_reason(snippet: str, tmp_path: Path) -> None:
    found = found_in(snippet, tmp_path)
    assert found.codes == [], found.rendered


def test_several_findings_of_a_line_are_ignored_by_their_codes(tmp_path: Path) -> None:
    line = "  a: {kind: listener, path: /a, from_client: str, query: {token: str}}"
    comment = "  # wsgen: ignore[WSG501,WSG502] as in the old one"
    assert found_in(f"handlers:\n{line}{comment}\n", tmp_path).codes == []
    comment = comment.replace(",WSG502", "")
    assert found_in(f"handlers:\n{line}{comment}\n", tmp_path).codes == ["WSG502"]


ANSWERS = [
    ("A: str  # wsgen: ignore[WSG401]", "why it is ignored is not said", "# wsgen: ignore[WSG401]"),
    ("A: str  # wsgen: ignore WSG401 it", "this ignores nothing", "# wsgen: ignore WSG401 it"),
    ("A: str  # wsgen: ingore[WSG401] it", "this ignores nothing", "# wsgen: ingore[WSG401] it"),
    ("A: str  # wsgen: ignore[WSG404] it", "there is no WSG404", "WSG404"),
    ("A: str  # wsgen: ignore[wsg401] it", "there is no wsg401", "wsg401"),
    ("A: str  # wsgen: ignore[WSG204] it", "WSG204 cannot be ignored", "WSG204"),
    ("A: str  # wsgen: ignore[WSG400] it", "WSG400 cannot be ignored", "WSG400"),
    ("A: str  # wsgen: ignore[WSG502] it", "WSG502 is not found here", "WSG502"),
]


@pytest.mark.parametrize(("line", "message", "marked"), ANSWERS)
def test_comments_that_ignore_nothing_are_told(
    line: str, message: str, marked: str, tmp_path: Path
) -> None:
    found = found_in(f"types:\n  {line}\n", tmp_path)
    (told,) = [each for each in found.diagnostics if each.code == "WSG400"]
    assert told.message.startswith(message)
    assert told.span is not None
    assert told.help
    start, end = told.span.start.column - 1, told.span.end.column - 1
    assert f"  {line}"[start:end] == marked
    is_answered = told.message == "why it is ignored is not said"
    assert ("WSG401" in found.codes) is not is_answered


@pytest.mark.parametrize(
    "snippet",
    [
        "types:\n  A: {type: str, doc: '# wsgen: ignore[WSG401] no'}\n",
        "types:\n  A:\n    type: str\n    doc: |\n      # wsgen: ignore[WSG401] no\n",
        "types:\n  A: str # wsgen: 1\n",
        "types:\n  A: str # wsgen: see the docs\n",
    ],
)
def test_what_only_looks_like_it_is_none(snippet: str, tmp_path: Path) -> None:
    assert found_in(snippet, tmp_path).codes == ["WSG401"]


def test_a_comment_below_the_last_line_is_about_nothing(tmp_path: Path) -> None:
    found = found_in("types: {A: str}\n", tmp_path)
    text = complete("types: {A: str}\n") + "# wsgen: ignore[WSG401] late\n"
    assert reviewed(text, tmp_path).codes == [*found.codes, "WSG400"]


def test_what_was_used_once_is_no_longer_ignored(tmp_path: Path) -> None:
    (tmp_path / "common.yaml").write_text(
        "wsgen: 1\ntypes:\n  A: str  # wsgen: ignore[WSG401] imported files are not looked at\n"
    )
    found = found_in("imports: {c: common.yaml}\ntypes: {B: c.A}\n", tmp_path)
    assert found.codes == ["WSG400", "WSG401"]
    assert [each.span and each.span.file for each in found.diagnostics] == [
        "common.yaml",
        "schema.yaml",
    ]
