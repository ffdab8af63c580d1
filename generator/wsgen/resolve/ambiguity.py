"""Whether a pattern can take exponential time where matches are tried one after another.

It can if, going round a loop, one text leads back to the same place in two ways: n rounds then
have 2ⁿ ways to be wrong. The places are the characters of the pattern, each with those that may
follow it (Glushkov's automaton); two ways are looked for by walking it twice at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final, TypeAlias, TypeVar

_T = TypeVar("_T", bound=Hashable)

MAX_PLACES: Final = 300
MAX_STEPS: Final = 1_000_000
_FEW: Final = 5
"""Repeated more often, a group counts as repeated without end."""
_ASCII: Final = "".join(map(chr, range(128)))
_NO_CHARACTER: Final = frozenset({"^", "$", r"\b", r"\B"})


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a pattern.

    Attributes:
        first: the places where it begins, once for each way that leads there.
        last: the places where it ends, once for each way on from there.
        empty: in how many ways it may be empty.
    """

    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    empty: int = 1


_Pair: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class _Automaton:
    """Reads the tokens of a pattern; a group that is repeated a few times is read as often.

    Attributes:
        accepted: by place, the characters that it takes, of those that tell places apart.
        follows: how often one place may follow another.
    """

    tokens: Sequence[re.Match[str]]
    letters: str
    accepted: list[frozenset[str]] = field(default_factory=list[frozenset[str]])
    follows: Counter[_Pair] = field(default_factory=Counter[_Pair])

    def choice(self, at: int) -> tuple[_Part, int]:
        """Alternatives from a token on, and the token behind them."""
        made, at = self._sequence(at)
        while at < len(self.tokens) and self.tokens[at][0] == "|":
            other, at = self._sequence(at + 1)
            first, last = made.first + other.first, made.last + other.last
            made = _Part(_some(first), _some(last), made.empty + other.empty)
        return made, at

    def _sequence(self, at: int) -> tuple[_Part, int]:
        made = _Part()
        while at < len(self.tokens) and self.tokens[at][0] not in {"|", ")"}:
            part, at = self._repeated(at)
            made = self._joined(made, part)
        return made, at

    def _repeated(self, at: int) -> tuple[_Part, int]:
        part, end = self._single(at)
        repeat = self.tokens[end]["repeat"] if end < len(self.tokens) else None
        if repeat is None:
            return part, end
        low, high = _bounds(repeat)
        is_letter = not self.tokens[at]["open"]
        if is_letter and low == high:
            low = high = min(low, _FEW)  # of one length: how long does not matter
        if high is None or high > _FEW:
            self._connect(part, part)
            last = _some(part.last * (1 + part.empty))  # a round may be empty, which is the last
            return _Part(part.first, last, 2 * part.empty + (low == 0)), end + 1
        made = _Part()
        for number in range(high):
            each = part if number == 0 else self._single(at)[0]
            made = self._joined(made, _Part(each.first, each.last, each.empty + (number >= low)))
        return made, end + 1

    def _single(self, at: int) -> tuple[_Part, int]:
        token = self.tokens[at]
        if token["open"]:
            part, end = self.choice(at + 1)
            return part, end + 1
        if token[0] in _NO_CHARACTER:
            return _Part(), at + 1
        letter = re.compile(token[0], re.ASCII)
        self.accepted.append(frozenset(filter(letter.fullmatch, self.letters)))
        if len(self.accepted) > MAX_PLACES:
            raise OverflowError
        place = (len(self.accepted) - 1,)
        return _Part(place, place, 0), at + 1

    def _joined(self, one: _Part, other: _Part) -> _Part:
        self._connect(one, other)
        first = _some(one.first + other.first * one.empty)
        last = _some(one.last * other.empty + other.last)
        return _Part(first, last, min(one.empty * other.empty, 2))

    def _connect(self, one: _Part, other: _Part) -> None:
        self.follows.update((last, first) for last in one.last for first in other.first)

    def is_ambiguous(self) -> bool:
        """Whether some loop can be gone round in two ways by one text."""
        ways: dict[int, list[int]] = {}
        for place, following in self.follows:
            ways.setdefault(place, []).append(following)
        reached = {place: _reach([place], lambda each: ways.get(each, ())) for place in ways}
        seen: set[int] = set()
        for place in ways:
            loop = {each for each in reached[place] if place in reached.get(each, ())}
            if place in loop - seen:  # any other place of a loop would show the same
                seen |= loop
                inner = {each: [way for way in ways[each] if way in loop] for each in loop}
                if self._is_doubled(inner) or self._parts_and_meets(place, inner):
                    return True
        return False

    def _is_doubled(self, ways: Mapping[int, Sequence[int]]) -> bool:
        return any(self.follows[each, way] > 1 for each in ways for way in ways[each])

    def _parts_and_meets(self, start: int, ways: Mapping[int, Sequence[int]]) -> bool:
        """Whether two walks that begin at one place can part, and come back to it together."""
        backwards: dict[_Pair, list[_Pair]] = {(start, start): []}
        left = MAX_STEPS

        def steps(pair: _Pair) -> Iterator[_Pair]:
            nonlocal left
            left -= len(ways[pair[0]]) * len(ways[pair[1]])
            if left < 0:
                raise OverflowError
            for one, other in product(ways[pair[0]], ways[pair[1]]):
                if self.accepted[one] & self.accepted[other]:
                    backwards.setdefault((one, other), []).append(pair)
                    yield one, other

        forwards = _reach([(start, start)], steps)
        back = _reach([(start, start)], backwards.__getitem__)
        return any(one != other for one, other in forwards & back)


def is_ambiguous(tokens: Sequence[re.Match[str]]) -> bool:
    """Whether a pattern can take exponential time, or is too large to say."""
    letters = "".join(sorted({*_ASCII, *"éß€😀", *"".join(token[0] for token in tokens)}))
    automaton = _Automaton(tokens, letters)
    try:
        automaton.choice(0)
        return automaton.is_ambiguous()
    except OverflowError:
        return True


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


def _some(places: tuple[int, ...]) -> tuple[int, ...]:
    """Each place at most twice: more ways than one are too many."""
    return tuple((Counter(places) & Counter(dict.fromkeys(places, 2))).elements())


def _reach(start: Iterable[_T], steps: Callable[[_T], Iterable[_T]]) -> set[_T]:
    """What one or more steps lead to."""
    reached: set[_T] = set()
    queue = list(start)
    for each in queue:  # grows while it is walked
        for following in steps(each):
            if following not in reached:
                reached.add(following)
                queue.append(following)
    return reached
