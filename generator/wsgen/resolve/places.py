"""The places of a pattern, and in how many ways one may follow another.

A place is a character of the pattern (Glushkov's automaton). The ways are those that a matcher
tries one after another, so `(a|a)` leads in two ways to what follows it. What is repeated often
counts as repeated without end: that only adds ways.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

START: Final = 0
"""The place before the text, or before the part of it that is searched."""
END: Final = -1
"""Where a match is complete."""
_FEW: Final = 5
"""More optional rounds than this count as rounds without end."""
_LARGE: Final = 64
"""So do rounds that have more places than this together."""
_MANY: Final = 10**9
"""More ways than this are not told apart."""
_READ: Final = 10
"""What it takes to read a token."""
_NO_CHARACTER: Final = frozenset({"^", "$", r"\b", r"\B"})
_CHARACTER: Final = re.compile(r"\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|(.)", re.DOTALL)


class TooLarge(Exception):
    """To look at a pattern takes too long."""


@dataclass(slots=True)
class Effort:
    """What may still be spent on looking at a pattern."""

    left: int

    def spend(self, amount: int) -> None:
        """Take some of it.

        Raises:
            TooLarge: nothing is left.
        """
        self.left -= amount
        if self.left < 0:
            raise TooLarge


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a pattern.

    Attributes:
        first: in how many ways it begins at a place.
        last: in how many ways it goes on from a place to what follows the piece.
        empty: in how many ways it may be empty.
    """

    first: Counter[int] = field(default_factory=Counter[int])
    last: Counter[int] = field(default_factory=Counter[int])
    empty: int = 1

    def or_empty(self) -> _Part:
        return _Part(self.first, self.last, self.empty + 1)


@dataclass(slots=True)
class Places:
    """The places of a pattern, read from its tokens.

    Attributes:
        letters: the characters that tell places apart.
        accepted: by place, which of them it takes.
        follows: by place, in how many ways others follow it.
    """

    tokens: Sequence[re.Match[str]]
    effort: Effort
    letters: str
    accepted: list[frozenset[str]] = field(default_factory=list[frozenset[str]])
    follows: list[Counter[int]] = field(default_factory=list[Counter[int]])

    @classmethod
    def of(cls, tokens: Sequence[re.Match[str]], effort: Effort) -> Places:
        """Read a whole pattern.

        Raises:
            TooLarge: it has more places, or more ways between them, than `effort` pays for.
        """
        found = cls(tokens, effort, _letters(tokens))
        start = found._place(frozenset(found.letters))
        whole, _ = found._choice(0)
        found._connect(start, whole)
        end = _Part(Counter({END: 1}))
        found._connect(_Part(last=whole.last + _times(start.last, whole.empty)), end)
        if not _is_anchored(tokens):
            found.follows[START][START] = 1  # a match may begin further on
        return found

    def _choice(self, at: int) -> tuple[_Part, int]:
        """Alternatives from a token on, and the token behind them."""
        made, at = self._sequence(at)
        while at < len(self.tokens) and self.tokens[at][0] == "|":
            other, at = self._sequence(at + 1)
            empty = min(made.empty + other.empty, _MANY)
            made = _Part(made.first + other.first, made.last + other.last, empty)
        return made, at

    def _sequence(self, at: int) -> tuple[_Part, int]:
        made = _Part()
        while at < len(self.tokens) and self.tokens[at][0] not in {"|", ")"}:
            part, at = self._repeated(at)
            made = self._joined(made, part)
        return made, at

    def _repeated(self, at: int) -> tuple[_Part, int]:
        before = len(self.accepted)
        part, end = self._single(at)
        repeat = self.tokens[end]["repeat"] if end < len(self.tokens) else None
        if repeat is None:
            return part, end
        low, high = _bounds(repeat)
        size = len(self.accepted) - before
        if high is None or high - low > _FEW or high * size > _LARGE:
            made = self._endless(part, low)
            for _ in range(low - 1 if part.empty else 0):  # each of them may be empty
                made = self._joined(self._single(at)[0], made)
            return made, end + 1
        made = _Part()
        for number in range(high, 0, -1):
            each = part if number == 1 else self._single(at)[0]
            made = self._joined(each, made)
            made = made.or_empty() if number > low else made
        return made, end + 1

    def _endless(self, part: _Part, low: int) -> _Part:
        """A part once or more often; an optional round that is empty is the last."""
        self._connect(part, part)
        last = _times(part.last, 1 + part.empty)
        return _Part(part.first, last, min(2 * part.empty + (low == 0), _MANY))

    def _single(self, at: int) -> tuple[_Part, int]:
        self.effort.spend(_READ)
        token = self.tokens[at]
        if token["open"]:
            part, end = self._choice(at + 1)
            return part, end + 1
        if token[0] in _NO_CHARACTER:
            return _Part(), at + 1
        letter = re.compile(token[0], re.ASCII)
        return self._place(frozenset(filter(letter.fullmatch, self.letters))), at + 1

    def _place(self, accepted: frozenset[str]) -> _Part:
        self.effort.spend(len(self.letters))
        self.accepted.append(accepted)
        self.follows.append(Counter())
        place = Counter({len(self.follows) - 1: 1})
        return _Part(place, place, 0)

    def _joined(self, one: _Part, other: _Part) -> _Part:
        self._connect(one, other)
        first = one.first + _times(other.first, one.empty)
        last = _times(one.last, other.empty) + other.last
        return _Part(first, last, min(one.empty * other.empty, _MANY))

    def _connect(self, one: _Part, other: _Part) -> None:
        self.effort.spend((1 + len(one.last)) * (1 + len(other.first)))
        for place, ways in one.last.items():
            self.follows[place].update(_times(other.first, ways))


def _times(ways: Counter[int], number: int) -> Counter[int]:
    if number == 0:
        return Counter()
    return Counter({place: min(count * number, _MANY) for place, count in ways.items()})


def _bounds(repeat: str) -> tuple[int, int | None]:
    match repeat[0]:
        case "*":
            return 0, None
        case "+":
            return 1, None
        case "?":
            return 0, 1
        case _:
            low, comma, high = repeat.rstrip("?")[1:-1].partition(",")
            return int(low), (int(high) if high else None) if comma else int(low)


def _is_anchored(tokens: Sequence[re.Match[str]]) -> bool:
    """Whether every alternative begins with `^`."""
    depth = 0
    begins = [0]
    for number, token in enumerate(tokens):
        depth += bool(token["open"]) - bool(token["close"])
        if depth == 0 and token[0] == "|":
            begins.append(number + 1)
    return all(begin < len(tokens) and tokens[begin][0] == "^" for begin in begins)


def _letters(tokens: Sequence[re.Match[str]]) -> str:
    """One character of each kind that tokens tell apart.

    They tell ranges apart, so it is enough to know where each begins, and where the next one does.
    """
    found = set(range(129))
    for token in tokens:
        for byte, unit, plain in _CHARACTER.findall(token[0]):
            code = ord(plain) if plain else int(byte or unit, 16)
            found |= {code, min(code + 1, 0x10FFFF)}
    return "".join(map(chr, sorted(found)))
