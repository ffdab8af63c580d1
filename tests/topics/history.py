"""Reads what a subscriber has heard against what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.topics.relay import messages as m


def checked(heard: Sequence[m.Note | None], published: Mapping[str, Sequence[int]]) -> int:
    """The number of gaps in a history that keeps the contract.

    Each source is in order and without duplicates, and where something is missing between two
    messages of a source, a gap (None) stands between them.

    Raises:
        AssertionError: it does not keep it.
    """
    last: dict[str, int] = {}
    gaps_at: dict[str, int] = {}
    gaps = 0
    for each in heard:
        if each is None:
            gaps += 1
            continue
        before = last.get(each.source)
        if before is not None:
            assert each.number > before, f"{each.source}: {each.number} after {before}"
            known = published[each.source]
            missing = [number for number in known if before < number < each.number]
            announced = gaps > gaps_at[each.source]
            assert not missing or announced, f"{each.source}: {missing} lost in silence"
        last[each.source] = each.number
        gaps_at[each.source] = gaps
    return gaps
