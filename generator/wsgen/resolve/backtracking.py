"""How long a text may be, so that no matcher that tries one way after another takes too long.

Such a matcher, Python's `re` for one, goes each way through the pattern at most once. So its steps
are counted by reading all texts at once: a set of places that one text may lead to is kept with
the most ways in which any text as long leads to each of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from wsgen.resolve.places import START, Effort, Places, TooLarge

MAX_STEPS: Final = 10_000_000
_MAX_EFFORT: Final = 500_000
_Reached: TypeAlias = frozenset[int]


def longest_text(tokens: Sequence[re.Match[str]], *, wanted: int) -> int:
    """How many characters a text may have, so that to match it takes at most `MAX_STEPS`.

    Args:
        tokens: a pattern.
        wanted: more need not be looked at.

    Returns:
        0 also for a pattern that is too large to look at.
    """
    effort = Effort(_MAX_EFFORT)
    try:
        return _Walk.through(Places.of(tokens, effort)).longest(wanted)
    except (TooLarge, RecursionError):
        return 0


@dataclass(slots=True)
class _Walk:
    """Reads texts, character by character.

    Attributes:
        steps: by place and character, the places that follow and in how many ways each.
        tries: by place, the ways that are tried from there, and the place itself.
        ways: by the places that a text may lead to, the most ways that lead there.
    """

    effort: Effort
    steps: list[dict[str, list[tuple[int, int]]]]
    tries: list[int]
    ways: dict[_Reached, Counter[int]] = field(default_factory=dict[_Reached, Counter[int]])

    @classmethod
    def through(cls, places: Places) -> _Walk:
        """A walk through the places of a pattern."""
        letters = _telling(places)
        steps: list[dict[str, list[tuple[int, int]]]] = []
        for following in places.follows:
            by_letter: dict[str, list[tuple[int, int]]] = {}
            for place, ways in following.items():
                accepted = letters & places.accepted[place] if place >= START else ()
                places.effort.spend(1 + len(accepted))
                for letter in accepted:
                    by_letter.setdefault(letter, []).append((place, ways))
            steps.append(by_letter)
        tries = [1 + following.total() for following in places.follows]
        return cls(places.effort, steps, tries)

    def longest(self, wanted: int) -> int:
        """Read on until there are too many steps, or each further character takes as many."""
        changed = {frozenset({START})}
        self.ways = {each: Counter(each) for each in changed}
        length = spent = most = 0
        while length <= wanted:
            most = max(most, *map(self._cost, changed), 1)
            spent += most
            if spent > MAX_STEPS:
                return max(length - 1, 0)
            try:
                changed = self._read(changed)
            except TooLarge:
                return length
            if not changed:
                return length + (MAX_STEPS - spent) // most
            length += 1
        return wanted

    def _cost(self, reached: _Reached) -> int:
        return sum(ways * self.tries[place] for place, ways in self.ways[reached].items())

    def _read(self, changed: set[_Reached]) -> set[_Reached]:
        """Read one more character: to which places there are more ways than before."""
        found: set[_Reached] = set()
        for following in [each for reached in changed for each in self._following(reached)]:
            reached = frozenset(following)
            before = self.ways.get(reached, Counter())
            after = before | following
            if after != before:
                self.ways[reached] = after
                found.add(reached)
        return found

    def _following(self, reached: _Reached) -> Iterator[Counter[int]]:
        by_letter: dict[str, Counter[int]] = {}
        for place, ways in self.ways[reached].items():
            for letter, following in self.steps[place].items():
                counted = by_letter.setdefault(letter, Counter())
                self.effort.spend(len(following))
                for each, times in following:
                    counted[each] += ways * times
        yield from by_letter.values()


def _telling(places: Places) -> frozenset[str]:
    """One character for each set of places that takes it."""
    kinds: dict[str, list[int]] = {}
    for place, accepted in enumerate(places.accepted):
        for letter in accepted:
            kinds.setdefault(letter, []).append(place)
    return frozenset({tuple(taken): letter for letter, taken in sorted(kinds.items())}.values())
