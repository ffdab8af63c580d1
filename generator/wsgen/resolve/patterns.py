"""Patterns: only what Python's `re`, Rust's regex and ECMAScript can be told in the same way."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Final

from wsgen.resolve.backtracking import longest_text

MAX_REPETITION: Final = 1000
_TOKEN: Final = re.compile(
    r"""
    (?P<escape>\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.))
    | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<open>\((?P<kind>\?.?)?)
    | (?P<close>\))
    | (?P<repeat>(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})[?+]?)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SHORTHANDS: Final = frozenset("dDwWsSbB")
_ESCAPES: Final = frozenset("fnrtvxu")
_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;=?@[\\]^_`{|}~")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a pattern may not be used, and what to write instead."""

    message: str
    help: str


def pattern_problem(pattern: str, max_length: int | None) -> Problem | None:
    """Why a pattern may not be used on texts of some length, or None."""
    tokens = list(_TOKEN.finditer(pattern))
    for token in tokens:
        problem = _token_problem(token)
        if problem:
            return problem
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python may read in another way one day
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        help_ = "correct it; what is meant as it stands has a `\\` before it"
        return Problem(f"not a regular expression: {error}", help_)
    if max_length is None:
        help_ = "add `max_length:`, so that the time it takes is bounded"
        return Problem("a pattern without `max_length`", help_)
    return _length_problem(max_length, longest_text(tokens, wanted=max_length))


def _length_problem(length: int, longest: int) -> Problem | None:
    if length <= longest:
        return None
    if longest == 0:
        return Problem("there are too many ways through this pattern", "write a shorter one")
    message = f"to match {length:,} characters may take more than ten million steps"
    help_ = (
        "begin with `^`, and let each part begin or end with a sign of its own, as in "
        f"`^[a-z]+(-[a-z]+)*$`; or set `max_length: {longest}`"
    )
    return Problem(message, help_)


def python_pattern(pattern: str) -> str:
    """The pattern in Python's spelling.

    In a schema `\\d`, `\\w`, `\\s` and `\\b` are ASCII, and `$` is the very end.
    """
    tokens = list(_TOKEN.finditer(pattern))
    body = "".join(r"\Z" if token["other"] == "$" else token[0] for token in tokens)
    return f"(?a){body}" if re.search(r"\\[dDwWsSbB]", pattern) else body


def _token_problem(token: re.Match[str]) -> Problem | None:
    if token["escape"]:
        return _escape_problem(token[0])
    if token["set"]:
        return _set_problem(token[0])
    if token["kind"] and token["kind"] != "?:":
        return Problem(
            "look-around, names, flags and other `(?…)` groups are not common to all languages",
            "write `(…)` or `(?:…)`",
        )
    if token["repeat"]:
        return _repeat_problem(token[0])
    if token["other"] in {"{", "}"}:
        return Problem(f"`{token['other']}` repeats nothing here", "write `\\{` and `\\}`")
    return None


def _escape_problem(escape: str) -> Problem | None:
    letter = escape[1]
    if letter in _SHORTHANDS:
        return None
    if letter in "123456789":
        message = "backreferences are not in Rust's regular expressions"
        return Problem(message, "write out what may stand there")
    if letter in _PUNCTUATION or (letter in _ESCAPES and (letter not in "xu" or len(escape) > 2)):
        return None
    message = f"the escape `{escape}` is not common to Python, Rust and ECMAScript"
    return Problem(message, "write the character itself, or `\\x` or `\\u` and its digits")


def _set_problem(text: str) -> Problem | None:
    for match in re.finditer(r"\\.[0-9a-fA-F]{0,4}", text):
        letter = match[0][1]
        if letter in "bB":
            message = f"`\\{letter}` is no character, so it cannot stand in `[…]`"
            return Problem(message, "remove it from the set")
        problem = None if letter in "xu" else _escape_problem(match[0][:2])
        if problem:
            return problem
    plain = re.sub(r"\\.", "_", text)
    if "[" in plain[1:] or any(sign in plain for sign in ("&&", "--", "~~", "||")):
        message = "a set within a set, or an operation on sets, is not common to all languages"
        return Problem(message, "escape the sign: `\\[`, `\\&`, `\\-`, `\\~`")
    if re.match(r"\[\^?\]", plain):
        return Problem(
            "a set that starts with `]` means another thing in ECMAScript", "write `\\]`"
        )
    return None


def _repeat_problem(text: str) -> Problem | None:
    if len(text) > 1 and text[-1] == "+":
        message = "possessive repetition is not in ECMAScript"
        return Problem(message, f"write `{text[:-1]}`")
    if any(int(number) > MAX_REPETITION for number in re.findall("[0-9]+", text)):
        return Problem(f"repeated more than {MAX_REPETITION} times", "use `max_length`")
    return None
