"""`TYPE` and `TYPE = DEFAULT`: read with Python's parser, and nothing is evaluated."""

from __future__ import annotations

import contextlib
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wsgen.schema.annotation import (
    MAX_LENGTH,
    AnyOf,
    DictOf,
    ListOf,
    Named,
    OneOf,
    TypeNode,
    parse_annotation,
    parse_type,
)
from wsgen.schema.literals import Malformed


def written(node: TypeNode) -> str:
    """A type as an author writes it."""
    match node:
        case Named(name=name):
            return name
        case ListOf(item=item):
            return f"list[{written(item)}]"
        case DictOf(value=value):
            return f"dict[str, {written(value)}]"
        case OneOf(values=values):
            return f"Literal[{', '.join(map(repr, values))}]"
        case AnyOf(arms=arms, nullable=nullable):
            return " | ".join([*map(written, arms), *(["None"] if nullable else [])])


@pytest.mark.parametrize(
    "text",
    [
        "str",
        "User",
        "common.User",
        "list[str]",
        "dict[str, int]",
        "list[dict[str, list[int]]]",
        "str | None",
        "int | str | list[bool] | None",
        "Literal['a', 'b']",
        "Literal[1, -2]",
        "Literal['a'] | int",
    ],
)
def test_types_are_read_as_written(text: str) -> None:
    assert written(parse_type(text)) == text


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("None | str", "str | None"),
        ("(int | str) | None", "int | str | None"),
        ("int | (str | None)", "int | str | None"),
        (" str ", "str"),
        ("list [ str ]", "list[str]"),
        ("(str)", "str"),
    ],
)
def test_other_ways_to_write_a_type(text: str, same: str) -> None:
    assert written(parse_type(text)) == same


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("str = 'a'", "a"),
        ('str = "a" "b"', "ab"),
        ("int = 5", 5),
        ("int = -5", -5),
        ("float = 1.5", 1.5),
        ("float = -1e3", -1000.0),
        ("bool = True", True),
        ("T | None = None", None),
        ("list[int] = [1, 2]", [1, 2]),
        ("dict[str, int] = {'a': 1}", {"a": 1}),
        ("any = [{'a': [None, True]}]", [{"a": [None, True]}]),
    ],
)
def test_defaults_are_pythons_literals(text: str, default: object) -> None:
    found = parse_annotation(text)
    assert found.has_default
    assert found.default == default
    assert type(found.default) is type(default)


def test_a_type_without_default_has_none() -> None:
    assert not parse_annotation("str").has_default


def test_places_count_characters_not_bytes() -> None:
    found = parse_annotation('Literal["ä", "ö"] = "ü"')
    assert (found.default_start, found.default_end) == (20, 23)


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("", "a type was expected", None),
        ("List<str>", "not a type: write it like a Python annotation", "brackets"),
        ("str?", "not a type: write it like a Python annotation", "T | None"),
        ("List[str]", "`List[…]` is not a type", "list[…]"),
        ("Optional[str]", "`Optional[…]` is not a type", "… | None"),
        ("list", "`list` is not a type", "list[…]"),
        ("dict[int, str]", "keys of a JSON object are strings", "dict[str, T]"),
        ("list[int, str]", "a list holds one type", "list[A | B]"),
        ("None", "`None` alone says nothing", "T | None"),
        ("None | None", "`None` alone says nothing", None),
        ("'str'", "a type is not quoted", "remove the quotes"),
        ("a.b.c", "not a type", "allowed are"),
        ("str & int", "not a type", "allowed are"),
        ("f(x)", "not a type", "allowed are"),
        ("lambda: 1", "not a type", "allowed are"),
        ("[str]", "not a type", "allowed are"),
        ("ｓｔｒ", "a name has letters of ASCII", None),
        ("str; int", "one type was expected", None),
        ("str # text", "something follows the type that does not belong to it", "remove"),
        ("Literal[True]", "`Literal[…]` holds strings or ints", None),
        ("Literal[1.5]", "`Literal[…]` holds strings or ints", None),
        ("Literal['a', 'a']", "`a` stands twice", "remove one"),
        ("Literal[9223372036854775808]", "expected a number from −2⁶³ to 2⁶³−1", None),
        ("bool = true", "`true` is not a Python literal", "`True`"),
        ("str = null", "`null` is not a Python literal", "`None`"),
        ("Role = member", "`member` is not a Python literal", '"member"'),
        ("float = nan", "`nan` is not a Python literal", "numbers are finite"),
        ("float = Infinity", "`Infinity` is not a Python literal", "numbers are finite"),
        ("list[" * 250 + "str" + "]" * 250, "the type is nested too deeply", "names"),
        ("int = 1 + 1", "a default is a literal", "allowed are"),
        ("int = -True", "a default is a literal", None),
        ("str = f'x'", "a default is a literal", "allowed are"),
        ("bytes = b'x'", "a default is a literal", "allowed are"),
        ("any = (1, 2)", "a default is a literal", "allowed are"),
        ("any = {1: 2}", "keys of a JSON object are strings", None),
        ("any = {**x}", "keys of a JSON object are strings", None),
        ("any = {'a': 1, 'a': 2}", "the key `a` stands twice", "remove one"),
        ("str = '\\ud800'", "half a character: a lone surrogate", None),
        ("str = open('x')", "a default is a literal", "allowed are"),
        ("str\nint", f"a type stands on one line of at most {MAX_LENGTH} characters", None),
        (
            "A" * (MAX_LENGTH + 1),
            f"a type stands on one line of at most {MAX_LENGTH} characters",
            None,
        ),
    ],
)
def test_what_is_refused(text: str, message: str, help_: str | None) -> None:
    with pytest.raises(Malformed) as caught:
        parse_annotation(text)
    assert caught.value.message == message
    assert caught.value.help
    assert (help_ or "") in caught.value.help
    assert 0 <= caught.value.start <= len(text)


@pytest.mark.parametrize(
    "text",
    ["(" * 900 + "a", "list[" * 190 + "a" + "]" * 190, "-" * 1900 + "1", "a" + "|a" * 990],
)
def test_deep_nesting_is_refused_or_read_and_never_crashes(text: str) -> None:
    try:
        parse_annotation(text)
    except Malformed:
        return
    assert text.startswith(("list", "a"))


def test_a_default_where_none_may_stand() -> None:
    with pytest.raises(Malformed, match="no default may stand here"):
        parse_type("int = 5")


def test_pythons_views_on_escapes_are_not_shown() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert parse_annotation(r"str = '\d'").default == r"\d"
    assert caught == []


names = st.from_regex(r"[A-Z][a-z]{0,8}(\.[A-Z][a-z]{0,8})?", fullmatch=True).filter(
    lambda name: name not in {"None", "True", "False"}
)
constants = st.lists(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n\0"), max_size=8)
    | st.integers(-(2**63), 2**63 - 1),
    min_size=1,
    max_size=4,
    unique_by=lambda value: (type(value), value),
)


def unions(inner: st.SearchStrategy[TypeNode]) -> st.SearchStrategy[TypeNode]:
    arms = inner.filter(lambda node: not isinstance(node, AnyOf))
    return st.builds(
        lambda found, nullable: AnyOf(tuple(found), nullable or len(found) < 2, 0, 0),
        st.lists(arms, min_size=1, max_size=3),
        st.booleans(),
    )


types: st.SearchStrategy[TypeNode] = st.recursive(
    st.builds(lambda name: Named(name, 0, 0), names)
    | st.builds(lambda values: OneOf(tuple(values), 0, 0), constants),
    lambda inner: (
        st.builds(lambda item: ListOf(item, 0, 0), inner)
        | st.builds(lambda value: DictOf(value, 0, 0), inner)
        | unions(inner)
    ),
    max_leaves=6,
)


@given(types)
def test_every_type_is_read_back_as_it_was_written(node: TypeNode) -> None:
    text = written(node)
    if len(text) <= MAX_LENGTH and "\n" not in text:
        assert written(parse_type(text)) == text


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(codec="utf-8"), max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(alphabet=st.characters(codec="utf-8"), max_size=5), inner, max_size=3
        )
    ),
    max_leaves=5,
)


@given(json_values)
def test_every_default_is_read_back_as_it_was_written(value: object) -> None:
    text = f"any = {value!r}"
    if len(text) <= MAX_LENGTH:
        found = parse_annotation(text)
        assert found.default == value
        assert repr(found.default) == repr(value)


@settings(max_examples=500)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_a_type_or_malformed(text: str) -> None:
    with contextlib.suppress(Malformed):
        parse_annotation(text)
