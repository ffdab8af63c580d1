"""Random types: how the schema spells one, which JSON values it has, and its JSON Schema.

The JSON Schemas are written here by hand: they are the oracle, so nothing of wsgen makes them.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from hypothesis import strategies as st

Values = st.SearchStrategy[Any]


@dataclass(frozen=True)
class Kind:
    """A type.

    Attributes:
        text: how the schema spells it.
        values: its values, as JSON has them.
        shape: its JSON Schema.
        json: the JSON types that it takes, so that unions can be told apart.
    """

    text: str
    values: Values
    shape: dict[str, Any]
    json: frozenset[str]


def kind(text: str, values: Values, shape: dict[str, Any], *types: str) -> Kind:
    return Kind(text, values, shape, frozenset(types))


def formatted(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{pattern}$"}


TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
INTS = st.integers(-(2**63), 2**64 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-1000, 1000)
UTC_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))
SPANS = st.timedeltas(dt.timedelta(days=-10_000), dt.timedelta(days=10_000))
ANYTHING = st.recursive(
    st.none() | st.booleans() | INTS | FLOATS | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
DATE = r"\d{4}-\d{2}-\d{2}"
CLOCK = r"\d{2}:\d{2}:\d{2}(\.\d+)?"

SCALARS = (
    kind("str", TEXT, {"type": "string"}, "string"),
    kind("int", INTS, {"type": "integer"}, "number"),
    kind("float", FLOATS, {"type": "number"}, "number"),
    kind("bool", st.booleans(), {"type": "boolean"}, "boolean"),
    kind(
        "bytes",
        st.binary(max_size=5).map(lambda data: base64.b64encode(data).decode()),
        formatted("([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
        "string",
    ),
    kind("uuid", st.uuids().map(str), formatted("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
         "string"),
    kind("decimal", st.decimals(allow_nan=False, allow_infinity=False).map(str),
         {"type": ["string", "number"], "pattern": r"^-?\d"}, "string", "number"),
    kind("date", st.dates().map(str), formatted(DATE), "string"),
    kind("datetime", st.datetimes(timezones=UTC_OFFSETS).map(lambda each: each.isoformat()),
         formatted(f"{DATE}T{CLOCK}([+-]\\d\\d:\\d\\d|Z)"), "string"),
    kind("time", st.times().map(str), formatted(CLOCK), "string"),
    kind("timedelta", SPANS.map(msgspec.to_builtins), formatted(r"-?P(\d+D)?(T[\d.]+S)?"),
         "string"),
    kind("any", ANYTHING, {}, "string", "number", "boolean", "null", "array", "object"),
    kind('Literal["a", "b"]', st.sampled_from("ab"), {"enum": ["a", "b"]}, "string"),
    kind("Literal[1, 2]", st.sampled_from([1, 2]), {"type": "integer", "enum": [1, 2]}, "number"),
)  # fmt: skip


def list_of(item: Kind) -> Kind:
    shape = {"type": "array", "items": item.shape}
    return kind(f"list[{item.text}]", st.lists(item.values, max_size=3), shape, "array")


def dict_of(item: Kind) -> Kind:
    values = st.dictionaries(TEXT, item.values, max_size=3)
    shape = {"type": "object", "additionalProperties": item.shape}
    return kind(f"dict[str, {item.text}]", values, shape, "object")


def or_null(inner: Kind) -> Kind:
    if "null" in inner.json:
        return inner
    shape = {"anyOf": [inner.shape, {"type": "null"}]}
    return Kind(f"{inner.text} | None", st.none() | inner.values, shape, inner.json | {"null"})


def one_of(arms: Sequence[Kind]) -> Kind:
    """The arms that can be told from those before them."""
    told: list[Kind] = []
    for arm in arms:
        if all(arm.json.isdisjoint(each.json) for each in told):
            told.append(arm)
    return Kind(
        " | ".join(each.text for each in told),
        st.one_of([each.values for each in told]),
        {"anyOf": [each.shape for each in told]},
        frozenset[str]().union(*(each.json for each in told)),
    )


def kinds(named: Sequence[Kind]) -> st.SearchStrategy[Kind]:
    """Types that may be made of some that have names."""
    leaves = st.sampled_from((*SCALARS, *named))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(list_of),
            inner.map(dict_of),
            inner.map(or_null),
            st.lists(inner, min_size=2, max_size=3).map(one_of),
        ),
        max_leaves=3,
    )
