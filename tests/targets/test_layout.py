"""Layout by rule: what comes out is what `ruff format` would make of it."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from wsgen.render.layout import Chain, Group, Node, Pair, assign, flat, lay_out, signature, table

SHORT = Group("f(", ("a", "b"), ")")
LETTERS = ("v", "é", "語", "👍")
LONG = Group("function_with_a_name(", tuple(f"argument_number_{i}" for i in range(6)), ")")


def test_what_fits_stands_on_one_line() -> None:
    assert lay_out(SHORT) == "f(a, b)"
    assert lay_out(Chain(("A", "B", "None"))) == "A | B | None"
    assert flat(Pair("key=", SHORT)) == "key=f(a, b)"


def test_what_does_not_fit_stands_one_item_a_line() -> None:
    lines = lay_out(LONG, indent=4).split("\n")
    assert lines[0] == "function_with_a_name("
    assert lines[1] == "        argument_number_0,"
    assert lines[-1] == "    )"


def test_a_table_stands_one_item_a_line_as_soon_as_there_are_two() -> None:
    assert lay_out(table("{", ["a"], "}")) == "{a}"
    assert lay_out(table("{", ["a", "b"], "}")) == "{\n    a,\n    b,\n}"


def test_no_comma_follows_where_it_would_make_a_tuple() -> None:
    inner = "A" * 90
    assert lay_out(Group("list[", (inner,), "]", trailing=False)) == f"list[\n    {inner}\n]"


def test_a_chain_gets_parentheses() -> None:
    arms = tuple(letter * 30 for letter in "ABC")
    assert lay_out(Chain(arms)).startswith(f"(\n    {arms[0]}\n    | {arms[1]}\n")


def test_an_assignment_is_broken_at_its_value() -> None:
    value = Group("field(", ("default_factory=lambda: []", 'name="a_rather_long_name"'), ")")
    made = assign("attribute_with_a_long_name", value, "dict[str, list[str]]")
    assert made.startswith("attribute_with_a_long_name: dict[str, list[str]] = field(\n        def")


def test_an_assignment_is_broken_at_its_type_where_that_does_not_fit() -> None:
    type_ = Chain(tuple(letter * 25 for letter in "ABCD"))
    assert assign("name", "None", type_).endswith("\n    ) = None")


def test_what_stands_behind_the_colon_counts() -> None:
    head, result = "def " + "f" * 60, "R" * 7
    assert signature(head, ("self",), result) == f"{head}(self) -> {result}:"
    assert signature(head, ("self",), result, body=" ...").endswith(f"\n    ) -> {result}: ...")


def some_type(rng: random.Random, depth: int = 0) -> Node:
    kind = rng.choice(["name", "name", "list", "dict", "chain", "literal", "annotated"])
    if kind == "name" or depth > 2:
        return rng.choice(["A", "module.B", "AnAverageName"]) + "x" * rng.randint(0, 25)
    if kind == "list":
        return Group("list[", (some_type(rng, depth + 1),), "]", trailing=False)
    if kind == "dict":
        return Group("dict[", ("str", some_type(rng, depth + 1)), "]")
    if kind == "literal":
        letter = rng.choice(LETTERS)
        items = tuple(f'"{letter * rng.randint(1, 12)}{i}"' for i in range(rng.randint(2, 6)))
        return Group("Literal[", items, "]")
    if kind == "annotated":
        meta = Group("Meta(", ("min_length=1", f"max_length={10 ** rng.randint(1, 9)}"), ")")
        return Group("Annotated[", ("str", meta), "]")
    arms = [some_type(rng, depth + 1) for _ in range(rng.randint(2, 4))]
    flattened = [a for arm in arms for a in (arm.operands if isinstance(arm, Chain) else (arm,))]
    return Chain(tuple(flattened))


def some_value(rng: random.Random) -> Node | None:
    letter = rng.choice(LETTERS)
    items = tuple(f'"{letter * rng.randint(1, 20)}"' for _ in range(rng.randint(1, 5)))
    return rng.choice(
        [
            None,
            "None",
            "UNSET",
            f'"{letter * rng.randint(1, 40)}"',
            Group("field(", (f'name="{"n" * rng.randint(1, 30)}"', "default=None"), ")"),
            Group("field(", (Pair("default_factory=lambda: ", Group("[", items, "]")),), ")"),
            Group("UUID(", ('"01234567-89ab-cdef-0123-456789abcdef"',), ")"),
            Group("[", items, "]"),
        ]
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_formatter_agrees(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    lines = ["class C:"]
    for number in range(250):
        name = f"name_{number}" + "_" * rng.choice([0, 0, 5, 20])
        lines.append(f"    {assign(name, some_value(rng), some_type(rng))}")
    for number in range(100):
        arguments = tuple(Pair(f"argument_{i}: ", some_type(rng)) for i in range(rng.randint(0, 3)))
        head = f"async def method_{number}"
        body = rng.choice(["", " ..."])
        made = signature(head, ("self", *arguments, "/"), some_type(rng), body=body)
        lines += ["", f"    {made}", *([] if body else ["        return 1"])]
    for number in range(150):
        value = some_type(rng)
        lines.append(f"\n\n{assign(f'Alias{number}', value, 'TypeAlias', indent=0)}".rstrip())
    path = tmp_path / "made.py"
    path.write_text("\n".join(lines) + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
