"""The reader of YAML: strict, bounded, and with the place of everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wsgen.source import Fault, SourceText, Unreadable, read
from wsgen.source.text import MAX_BYTES
from wsgen.source.tree import Mapping, Scalar, Tree
from wsgen.source.yaml import MAX_DEPTH, parse


def source(text: str) -> SourceText:
    return SourceText("s.yaml", Path("s.yaml"), text)


def tree(text: str) -> Tree:
    found, faults = parse(source(text))
    assert found is not None, faults
    assert faults == ()
    return found


def fault(text: str) -> Fault:
    found, faults = parse(source(text))
    assert found is None
    assert len(faults) == 1
    return faults[0]


def scalar(text: str) -> Scalar:
    root = tree(f"a: {text}\n").root
    assert isinstance(root, Mapping)
    value = root.entries["a"].value
    assert isinstance(value, Scalar)
    return value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("no", "no"),
        ("y", "y"),
        ("12:30", "12:30"),
        ("2026-01-31", "2026-01-31"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("=", "="),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("-7", -7),
        ("+7", 7),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        ("true", True),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('"true"', "true"),
        ("'12'", "12"),
        ('""', ""),
        ("|\n  true\n", "true\n"),
    ],
)
def test_scalars_by_the_core_rules_of_yaml_1_2(text: str, value: object) -> None:
    found = scalar(text).value()
    assert found == value
    assert type(found) is type(value)


def test_keys_that_yaml_1_1_would_change_stay_text() -> None:
    root = tree("on: 1\nno: 2\n12: 3\n").root
    assert isinstance(root, Mapping)
    assert list(root.entries) == ["on", "no", "12"]


def test_duplicate_keys_name_both_places() -> None:
    found = fault("a: 1\nb: 2\na: 3\n")
    assert (found.code, str(found.span)) == ("WSG003", "s.yaml:3:1")
    assert [str(span) for span, _ in found.related] == ["s.yaml:1:1"]


def test_duplicate_keys_in_flow_and_in_quotes_are_duplicates() -> None:
    assert fault('{a: 1, "a": 2}').code == "WSG003"


def test_all_duplicates_of_a_file_are_reported() -> None:
    _, faults = parse(source("a: 1\na: 2\nb: {c: 1, c: 2}\n"))
    assert [str(each.span) for each in faults] == ["s.yaml:2:1", "s.yaml:3:11"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: !!str b", "WSG006"),
        ("a: !thing b", "WSG006"),
        ("a: &x !!str b", "WSG006"),
        ("a: !!python/object:os.system {}", "WSG006"),
        ("!!map {a: b}", "WSG006"),
        ("a: &x {b: 1}\nc: {<<: *x}", "WSG006"),
        ("[a]: b", "WSG004"),
        ("{a: b}: c", "WSG004"),
        ("a: &x [*x]", "WSG005"),
        ("a: {b: text with, more text}", "WSG007"),
        ("", "WSG001"),
        ("# comment\n", "WSG001"),
        ("a: 1\n---\nb: 2", "WSG002"),
        ("a: [1", "WSG002"),
        ("a: *b", "WSG002"),
        ("a: @b", "WSG002"),
        ("\ta: b", "WSG002"),
        ("a: \x07", "WSG002"),
    ],
)
def test_what_is_refused(text: str, code: str) -> None:
    assert fault(text).code == code


def test_a_quoted_merge_sign_is_a_key_like_any_other() -> None:
    root = tree('"<<": 1').root
    assert isinstance(root, Mapping)
    assert list(root.entries) == ["<<"]


@pytest.mark.parametrize(
    ("line", "help_"),
    [
        ("a: b: c", "quotes"),
        ("a: 1\n b: 2", "one column"),
        ("a: {b: list[str]}", "inside `{…}`"),
        ("a: {b: ^x{1,2}$}", "inside `{…}`"),
        ("a: [/rooms/{id}]", "a path with `{…}`"),
        ("a: [a-z]+", "starts with `[`"),
        ("a: *.txt", "starts with a sign"),
        ("a:\n\tb: c", "indent with spaces"),
        ("a: 1\n---\nb: 2", "one document"),
        (r'a: {b: "\ud800"}', "half a character"),
    ],
)
def test_traps_of_yaml_get_their_own_help(line: str, help_: str) -> None:
    assert help_ in str(fault(line).help)


def test_a_comment_that_may_be_part_of_the_value_is_kept_beside_it() -> None:
    assert scalar("channel #general").comment == "general"
    assert scalar("one  # two").comment == " two"
    assert scalar('"a #b"').comment is None
    assert scalar("a#b").text == "a#b"


def test_places_count_from_one_and_in_characters() -> None:
    found = tree("wsgen: 1\nä:\n  ö: [x, 'yy']\n")
    assert found.span(("ä", "ö", 1)).start == (3, 10)
    assert found.key_span(("ä", "ö")).start == (3, 3)
    assert found.part(("ä", "ö", 1), 1, 2).start == (3, 12)


def test_a_place_that_is_not_there_is_the_nearest_around_it() -> None:
    found = tree("a:\n  b: 1\n")
    assert found.span(("a", "x", 3)) == found.span(("a",))
    assert found.key_span(("a", "x")) == found.span(("a",))


def test_a_text_in_a_list_is_found_like_a_key() -> None:
    found = tree("a: [x, y]\n")
    assert found.key_span(("a", "y")).start == (1, 8)
    assert found.key_span(("a", "z")) == found.span(("a",))


def test_a_part_of_a_scalar_with_escapes_is_all_of_it() -> None:
    found = tree('a: "x\\ty"\n')
    assert found.part(("a",), 2, 3) == found.span(("a",))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_depth_is_bounded_before_anything_recurses(opening: str) -> None:
    assert fault(opening * 50_000).code in {"WSG005", "WSG002"}
    assert fault(opening * (MAX_DEPTH + 1)).code == "WSG005"


def test_depth_up_to_the_bound_is_fine() -> None:
    tree("[" * MAX_DEPTH + "]" * MAX_DEPTH)


def test_brackets_in_texts_and_comments_do_not_count_as_depth() -> None:
    tree("".join(f"k{index}: 'a [ {{ b' # [\n" for index in range(500)))


def test_aliases_cannot_unfold_to_more_than_the_bound() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert fault("\n".join(lines)).code == "WSG005"


def test_an_alias_stands_for_the_whole_value() -> None:
    found = tree("a: &x {b: 1}\nc: *x\n")
    assert found.span(("c", "b")) == found.span(("a", "b"))


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    found = read(path, "s.yaml")
    assert found.text == "a: 1\nb: 2\n"
    assert tree(found.text).key_span(("b",)).start == (2, 1)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"a: \xff", "not UTF-8 (byte 3)"), (b"#" * (MAX_BYTES + 1), "larger than 4 MiB")],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=f"s.yaml: {why[:9]}"):
        read(path, "s.yaml")


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(b"#" * MAX_BYTES)
    assert len(read(path).text) == MAX_BYTES


def test_missing_files_and_folders_are_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.yaml", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(Unreadable):
            read(path)


@settings(max_examples=300)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    found, faults = parse(source(text))
    assert (found is None) == bool(faults)


@settings(max_examples=300)
@given(st.text(alphabet=" \t\n-?:,[]{}#&*!|>'\"%@`ab1", max_size=40))
def test_no_signs_of_yaml_make_the_reader_raise(text: str) -> None:
    found, faults = parse(source(text))
    assert (found is None) == bool(faults)
