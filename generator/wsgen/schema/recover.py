"""What is left of a schema without the parts that have findings, so that the rest is looked at.

A part is what has a name of its own: a field or parameter, else a type, message, handler, …; of
`api:` it is a key. Mistakes outside of these are about the schema as a whole: nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from wsgen.schema.leaves import Text
from wsgen.source import Path

_NAMED: Final = {
    "close_codes",
    "dependencies",
    "guards",
    "handlers",
    "imports",
    "messages",
    "topics",
    "types",
}
"""Sections of named things."""
_WITHIN: Final = {"cookie", "fields", "header", "params", "query"}
"""What holds named things within one of them."""
_STAND_IN: Final = "api"
"""The name of an API that has none; with a finding nothing is generated, so nobody sees it."""


def take_out(document: dict[str, object], places: Iterable[Path]) -> bool:
    """Remove the parts that these places lie in; False where that leaves nothing to look at."""
    return all(_take_out(document, place) for place in places)


def _take_out(document: dict[str, object], place: Path) -> bool:
    section = place[0] if place else ""
    if len(place) == 1 and str(section).startswith("x-"):
        document.pop(str(section), None)
        return True
    if len(place) < 2 or section not in {"api", *_NAMED}:
        return False
    if section == "guards" and isinstance(document.get("guards"), list):
        document.pop("guards")
        return True
    if place[:2] == ("api", "name"):
        given = cast("dict[str, object]", document["api"] if _is_mapping(document["api"]) else {})
        document["api"] = given | {"name": Text.of(_STAND_IN, _STAND_IN)}
        return True
    is_within = section != "api" and len(place) > 3 and place[2] in _WITHIN
    return _remove(document, place[: 4 if is_within else 2])


def _remove(document: dict[str, object], path: Path) -> bool:
    """Remove what stands at `path`; it may be gone already."""
    *way, last = path
    around: object = document
    for step in way:
        around = cast("dict[object, object]", around).get(step, {}) if _is_mapping(around) else None
    if _is_mapping(around):
        cast("dict[object, object]", around).pop(last, None)
    return _is_mapping(around)


def _is_mapping(value: object) -> bool:
    return isinstance(value, dict)
