"""Patterns that may take Python's `re` too long are refused, those that people write are not."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.timing import least, slowness

from wsgen.resolve.patterns import pattern_problem, python_pattern

SECONDS = 0.5
"""Five times what ten million steps take."""

EXPONENTIAL = [
    "(a+)+", "(a*)*", "(a|b+)+", "(?:a{2,})*", "(a+){2,}", "^(a|a)*b$", "^(a?a?)*b$",
    "^(a{1,8})*b$", "^([a-z]+-?)+$", r"^(\w+\s?)*$", r"(\d{1,3},?)*x", "^(a|ab|b)*c$", "(.*a)*",
    "^(a|a){30}$", "((a|b)*|c)*d", r"^([a-z]|\w)+!$", "(x+x+)+y", "(é|é)*a", "([^a]|b)*c",
    "(a|aa)+$", "(a{2,})*", "(b()?)*c", "((|)a)*c", "(()+a)*c", "^[^,]+(,\\s*[^,]+)*$",
    "((a?)*b)*c", "((ab)?(ab)?)*c", f"({'a|b|' * 40}c)*d", "^(a{8}b|a{4}a{4}b)*$",
    r"^([\u0400-\u04ff]|[\u0430-\u0440])+$", "a?" * 24 + "b", "(a?){24}b",
    "^(a?b?){12}c$",
]  # fmt: skip
POLYNOMIAL = {
    "a*a*a*a*a*b": 32, "^a*a*a*a*b": 155, "^.*,.*,.*,.*,.*$": 52, r"\S+@\S+\.\S+": 90,
    "(a+b?){5}": 32,
}  # fmt: skip
"""Patterns, and about how long a text may be."""
TOO_LARGE = ["(|){24}b", "(" * 15 + "|" + "){5}" * 15, "(" * 300 + "a" + ")" * 300]
HARMLESS = [
    "", "^a$", ".*", "(|a)*", "^[a-z]+(-[a-z]+)*$", "((a+)b)*", "^([a-z]+-)*[0-9]$", "(a|b)*",
    r"^\d{4}-\d{2}-\d{2}$", r"^(\d{1,3}\.){3}\d{1,3}$", "^(ab|cd)*$", "^(a?b)*$", "^(a?)*b$",
    r"[a-z]{2,63}(\.[a-z]{2,63})+", "([0-9a-f]{2})*", "^(/[a-z]+)*/?$", "^(a{3}b)*$",
    r"^\d+(?:,\d{3})*$", f"^({'|'.join(f'k{number}' for number in range(60))})*$",
    f"({'a' * 400})*", "^a?|^b+", "|".join(f"word{number}" for number in range(300)),
]  # fmt: skip
_HOST = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_VERSION = r"(0|[1-9]\d*)"
_IDENTIFIER = r"(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
WRITTEN = {
    "e-mail, simple": r"^\S+@\S+\.\S+$",
    "e-mail, better": r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    "e-mail, ASCII": r"^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$",
    "slug": "^[a-z0-9]+(?:-[a-z0-9]+)*$",
    "semver": rf"^{_VERSION}\.{_VERSION}\.{_VERSION}(?:-{_IDENTIFIER}(?:\.{_IDENTIFIER})*)?"
    r"(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$",
    "uuid": "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$",
    "uuid without hyphens": "^[0-9a-f]{8}[0-9a-f]{4}[0-9a-f]{4}[0-9a-f]{4}[0-9a-f]{12}$",
    "digest": "^sha256:[0-9a-f]{64}$",
    "date and time": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$",
    "duration": r"^P(\d+Y)?(\d+M)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$",
    "phone, E.164": r"^\+[1-9]\d{1,14}$",
    "phone, grouped": r"^(\+\d{1,3}[ -]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}$",
    "hex colour": "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$",
    "host name": rf"^{_HOST}(\.{_HOST})*$",
    "host name, strict": r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}$",
    "URL": r"^https?://[^\s/]+(/[^\s]*)?$",
    "MAC": "^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$",
    "IPv4": r"^((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)$",
    "IPv6": "^([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}$",
    "IBAN": r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$",
    "card": r"^(\d{4}[ -]?){3}\d{4}$",
    "number": r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$",
    "base64": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
    "JWT": r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
    "something": r"\S",
    "trimmed": r"^\S.*\S$",
    "words": r"^\s*\S+(\s+\S+)*\s*$",
    "handle": "^@[A-Za-z0-9_]{1,15}$",
    "dotted name": r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$",
    "image": r"^[\w.-]+/[\w.-]+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$",
    "path": "^(/[^/]+)+/?$",
    "language": "^[a-z]{2}(-[A-Z]{2})?$",
    "list of words": "^(red|green|blue)(,(red|green|blue))*$",
}


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_patterns_that_can_take_too_long(pattern: str) -> None:
    problem = pattern_problem(pattern, 200)
    assert problem is not None
    assert "ten million steps" in problem.message


@pytest.mark.parametrize("pattern", POLYNOMIAL)
def test_how_long_a_text_may_be_is_said(pattern: str) -> None:
    problem = pattern_problem(pattern, 3 * POLYNOMIAL[pattern])
    assert problem is not None
    said = int(problem.help.rpartition("max_length: ")[2].rstrip("`"))
    assert POLYNOMIAL[pattern] / 2 < said < POLYNOMIAL[pattern] * 2
    assert pattern_problem(pattern, said) is None


@pytest.mark.parametrize("pattern", TOO_LARGE, ids=["empty", "rounds", "depth"])
def test_patterns_with_too_many_ways(pattern: str) -> None:
    problem = pattern_problem(pattern, 200)
    assert problem is not None
    assert "too many ways" in problem.message


@pytest.mark.parametrize("pattern", HARMLESS)
def test_patterns_that_cannot(pattern: str) -> None:
    assert pattern_problem(pattern, 200) is None


@pytest.mark.parametrize("name", WRITTEN)
def test_patterns_that_people_write(name: str) -> None:
    assert pattern_problem(WRITTEN[name], 254) is None


REPEATS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{7}", "{24}", "{0,2}", "{1,3}", "{2,9}", "{6,}"]
LETTERS = st.sampled_from(["a", "b", "-", ".", "[ab]", "[^a]", r"\w", "", "$", r"\b"])


def groups(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    grouped = parts.map("({})".format)
    repeated = st.builds("{}{}".format, grouped, st.sampled_from(REPEATS))
    chosen = st.lists(parts, min_size=2, max_size=3).map("|".join).map("(?:{})".format)
    return repeated | chosen | st.lists(parts, min_size=2, max_size=8).map("".join)


REPEATED = st.builds(
    "{}{}".format, st.sampled_from(["a", "b", "[ab]", r"\w", "."]), st.sampled_from(REPEATS)
)
PATTERNS = st.recursive(LETTERS | REPEATED, groups, max_leaves=12)


@st.composite
def texts(draw: st.DrawFn, length: int) -> str:
    """A few letters again and again, and an end that does not match."""
    rounds = draw(st.lists(st.text("ab-", min_size=1, max_size=9), min_size=1, max_size=3))
    each = length // len(rounds)
    body = "".join((chunk * each)[:each] for chunk in rounds)
    return body[: length - 1] + draw(st.sampled_from("!a"))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["^", ""]), PATTERNS, st.sampled_from(["$", "c", "!$"]), st.data())
def test_what_is_allowed_takes_little_time(
    begin: str, middle: str, end: str, data: st.DataObject
) -> None:
    pattern = f"{begin}(?:{middle}){end}"
    length = data.draw(st.sampled_from([8, 20, 40, 100, 200]))
    assume(pattern_problem(pattern, length) is None)
    compiled = re.compile(python_pattern(pattern))
    text = data.draw(texts(length))
    taken = least(lambda: compiled.search(text), of=1)
    assert taken < SECONDS or taken < SECONDS * slowness()
