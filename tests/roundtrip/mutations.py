"""One change of a frame, and the place that an error has to name if the change is a mistake."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from tests.roundtrip.schemas import NAMES

Place = tuple[str | int, ...]
REPLACEMENTS = (None, True, 1, 1.5, 10**6, "nonsense ☃", "", [], {})
_FIELDS = {*NAMES, *(f"{name}-key" for name in NAMES), "type", "data", "kind"}


@dataclass(frozen=True)
class Mutated:
    """A frame that was changed.

    Attributes:
        frame: what it is now.
        places: where it may be seen: of a key that is gone, in the object; of a new one there, or
            in its value.
    """

    frame: Any
    places: tuple[Place, ...]

    def is_named_by(self, path: str) -> bool:
        """Whether a path of the runtime means the place; a client's keys are `[...]` there."""
        patterns = ("".join(map(_step, each)) for each in self.places)
        return any(re.fullmatch(each, path.removeprefix("$")) for each in patterns)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return rf"\[{step}\]"
    anyones = r"\[\.\.\.\]"
    return f"({re.escape(f'.{step}')}|{anyones})" if step in _FIELDS else anyones


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    yield place
    if isinstance(value, dict | list):
        for step, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*place, step))


@st.composite
def mutated(draw: Callable[[st.SearchStrategy[Any]], Any], frame: Any) -> Mutated:
    place: Place = draw(st.sampled_from(list(places(frame))))
    change = draw(st.sampled_from(["replace", "remove", "add"]))
    changed = copy.deepcopy(frame)
    if not place:
        return Mutated(draw(st.sampled_from(REPLACEMENTS)), ((), ("type",)))
    *way, last = place
    holder = changed
    for step in way:
        holder = holder[step]
    if change == "replace" or isinstance(holder, list):
        holder[last] = draw(st.sampled_from(REPLACEMENTS))
        return Mutated(changed, (place,))
    if change == "remove":
        del holder[last]
        return Mutated(changed, (place if place == ("type",) else tuple(way),))
    holder["nobody's"] = 1
    return Mutated(changed, (tuple(way), (*way, "nobody's")))
