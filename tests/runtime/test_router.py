"""Routing: which handler a path reaches, which paths are refused, and the URLs made from them."""

from __future__ import annotations

import itertools
import re
import sys
import time as clock
from collections.abc import Callable, Sequence
from datetime import time, timedelta
from decimal import Decimal
from timeit import repeat
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgen_runtime._convert import CONVERTERS
from wsgen_runtime._route import Parameter, Route
from wsgen_runtime._router import Router
from wsgen_runtime.exceptions import ConfigurationError


def router(*paths: str) -> Router[str]:
    """A router in which every path leads to itself."""
    return Router((Route(path), path) for path in paths)


def problems(*routes: Route) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        Router([(route, index) for index, route in enumerate(routes)])
    return caught.value.problems


def test_b59_a_path_matches_with_converted_parameters() -> None:
    rooms = router("/rooms/{room_id:int}/ws")
    assert rooms.match("/rooms/7/ws") == ("/rooms/{room_id:int}/ws", {"room_id": 7})


@pytest.mark.parametrize(
    "path",
    [
        "/rooms/x/ws",
        "/rooms/7",
        "/rooms/7/ws/more",
        "/rooms//ws",
        "/rooms/7//ws",
        "//rooms/7/ws",
        "/rooms/7/ws//",
        "rooms/7/ws",
        "/Rooms/7/ws",
        "/rooms/7/WS",
        "/rooms/7\n/ws",
        "/",
        "",
        "//",
    ],
)
def test_b59_a_path_that_does_not_convert_or_is_another_is_not_found(path: str) -> None:
    assert router("/rooms/{room_id:int}/ws").match(path) is None


def test_b60_static_beats_parameter_with_backtracking() -> None:
    tree = router("/a/b/{y:int}", "/a/{x:str}/c", "/a/{x:str}/{z:str}", "/a/b/fixed")
    assert tree.match("/a/b/7") == ("/a/b/{y:int}", {"y": 7})
    assert tree.match("/a/b/c") == ("/a/{x:str}/c", {"x": "b"})
    assert tree.match("/a/b/d") == ("/a/{x:str}/{z:str}", {"x": "b", "z": "d"})
    assert tree.match("/a/b/fixed") == ("/a/b/fixed", {})


def test_b60_stricter_converters_are_tried_first_whatever_the_order_of_registration() -> None:
    paths = ["/{x:str}/e", "/{x:decimal}/d", "/{x:int}/{y:str}", "/{x:float}/s", "/{rest:path}"]
    for order in itertools.permutations(paths):
        tree = router(*order)
        assert tree.match("/7/s") == ("/{x:int}/{y:str}", {"x": 7, "y": "s"})
        assert tree.match("/7.5/s") == ("/{x:float}/s", {"x": 7.5})
        assert tree.match("/7.5/d") == ("/{x:decimal}/d", {"x": Decimal("7.5")})
        assert tree.match("/x/e") == ("/{x:str}/e", {"x": "x"})
        assert tree.match("/7/e") == ("/{x:int}/{y:str}", {"x": 7, "y": "e"})
        assert tree.match("/x/d") == ("/{rest:path}", {"rest": "x/d"})


def test_b62_path_takes_the_rest_with_its_slashes() -> None:
    files = router("/files/{name:path}", "/files/{name:str}/meta")
    assert files.match("/files/a/b.txt") == ("/files/{name:path}", {"name": "a/b.txt"})
    assert files.match("/files/a") == ("/files/{name:path}", {"name": "a"})
    assert files.match("/files/a/meta") == ("/files/{name:str}/meta", {"name": "a"})
    assert files.match("/files/a/b/meta") == ("/files/{name:path}", {"name": "a/b/meta"})
    assert files.match("/files/") is None
    assert files.match("/files") is None


@pytest.mark.parametrize(
    "path", ["/files/../x", "/files/a/../../x", "/files/.", "/files/a//b", "/files//etc/passwd"]
)
def test_b62_dot_segments_and_empty_ones_never_match(path: str) -> None:
    assert router("/files/{name:path}").match(path) is None
    assert router("/files/{name}/{rest}", "/files/{name}").match(path) is None


@pytest.mark.parametrize(("path", "slash"), [("/", ""), ("/", "/"), ("/a", "/a/"), ("/a/", "/a")])
def test_b63_one_trailing_slash_is_ignored_in_templates_and_paths(path: str, slash: str) -> None:
    assert router(path).match(slash) == (path, {})
    assert router(path).match(slash + "//") is None


def test_b63_case_matters() -> None:
    assert router("/Chat", "/chat").match("/chat") == ("/chat", {})


def test_b64_every_match_has_parameters_of_its_own() -> None:
    tree = router("/static", "/rooms/{room_id:int}")
    for path in ("/static", "/rooms/7"):
        first, second = tree.match(path), tree.match(path)
        assert first is not None
        assert second is not None
        first[1]["user"] = 1
        assert "user" not in second[1]
        assert "user" not in (tree.match(path) or ("", {}))[1]


def test_b64_nothing_grows_with_the_paths_that_are_asked_for() -> None:
    def size(value: object, seen: set[int]) -> int:
        if id(value) in seen:
            return 0
        seen.add(id(value))
        inner: list[object] = [getattr(value, name) for name in getattr(value, "__slots__", ())]
        inner += getattr(value, "__dict__", {}).values()
        if isinstance(value, dict):
            inner += cast("dict[object, object]", value).values()
        elif isinstance(value, (list, tuple)):
            inner += cast("Sequence[object]", value)
        return sys.getsizeof(value) + sum(size(each, seen) for each in inner)

    tree = router("/a", "/rooms/{room_id:int}", "/{x}/{y}", "/files/{rest:path}")
    before = size(tree, set())
    for number in range(2000):
        tree.match(f"/rooms/{number}")
        tree.match(f"/{number}/x")
        tree.match(f"/files/{number}/{number}")
        tree.match(f"/{number}/none/such")
    assert size(tree, set()) == before


def test_b65_several_paths_lead_to_one_handler() -> None:
    route = Route("/rooms/{room_id:int}/ws", "/r/{room_id:int}")
    tree = Router([(route, "room")])
    assert tree.match("/rooms/7/ws") == tree.match("/r/7") == ("room", {"room_id": 7})
    assert route.paths == ("/rooms/{room_id:int}/ws", "/r/{room_id:int}")
    assert route.url(path={"room_id": 7}) == "/rooms/7/ws"


class TestMistakes:
    @pytest.mark.parametrize(
        ("path", "problem"),
        [
            ("rooms", "path `rooms`: a path starts with `/`"),
            ("", "path ``: a path starts with `/`"),
            ("/a//b", "path `/a//b`: a segment is empty"),
            ("//", "path `//`: a segment is empty"),
            ("//a", "path `//a`: a segment is empty"),
            ("/a b", "path `/a b`: `a b` cannot stand in a path unquoted"),
            ("/a%20b", "path `/a%20b`: `a%20b` cannot stand in a path unquoted"),
            ("/../a", "path `/../a`: clients never ask for a segment `..`"),
            (
                "/pre{x:int}",
                (
                    "path `/pre{x:int}`: `pre{x:int}` is not a parameter: "
                    "one is a whole segment, `{name:int}`"
                ),
            ),
            ("/{x}/{x}", "path `/{x}/{x}`: `x` stands there twice"),
            (
                "/{rest:path}/x",
                "path `/{rest:path}/x`: `rest` takes the rest of the path, so it stands last",
            ),
        ],
    )
    def test_b61_a_path_that_cannot_be_routed_is_refused(self, path: str, problem: str) -> None:
        assert problems(Route(path)) == (problem,)

    def test_b61_an_unknown_converter_is_refused_with_the_known_ones(self) -> None:
        (problem,) = problems(Route("/{x:integer}"))
        assert problem.startswith("path `/{x:integer}`: no converter `integer`: use one of ")
        assert all(name in problem for name in CONVERTERS)

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("/a", "/a"),
            ("/a", "/a/"),
            ("/{x}", "/{y}"),
            ("/{x:int}", "/{y:str}"),
            ("/a/{x:int}/b", "/a/{y:uuid}/b"),
            ("/{x:path}", "/{y:path}"),
        ],
    )
    def test_b61_ambiguous_paths_are_refused_naming_both(self, first: str, second: str) -> None:
        with pytest.raises(ConfigurationError) as caught:
            Router([(Route(first), "room"), (Route(second), "clock")], describe=str.upper)
        assert caught.value.problems == (
            f"paths `{first}` (ROOM) and `{second}` (CLOCK) match the same requests",
        )

    def test_b61_one_path_twice_in_one_route_is_refused(self) -> None:
        assert problems(Route("/a", "/a")) == ("paths `/a` and `/a` match the same requests",)

    def test_b61_all_mistakes_are_reported_at_once(self) -> None:
        found = problems(Route("/a//b", "/{x:no}"), Route("/c"), Route("c"), Route("/c"), Route())
        assert len(found) == 5
        assert [line for line in found if "a route needs a path" in line]

    def test_b65_several_paths_of_one_handler_have_the_same_parameters(self) -> None:
        assert problems(Route("/{x:int}", "/a/{y:int}")) == (
            "paths `/{x:int}` and `/a/{y:int}` of one handler have different parameters",
        )
        assert problems(Route("/{x:int}", "/a/{x:str}"))
        Router([(Route("/{x:int}/{y}", "/a/{y}/{x:int}"), 1)])

    def test_a_route_that_cannot_be_routed_has_no_url(self) -> None:
        with pytest.raises(ConfigurationError):
            Route("/a//b").url()


SEGMENTS = st.sampled_from(
    ["a", "b", "7", *(f"{{{name}}}" for name in ("int", "float", "str", "date"))]
)
PATHS = st.lists(st.tuples(st.lists(SEGMENTS, max_size=4), st.booleans()), min_size=1, max_size=12)
ASKED = st.lists(st.sampled_from(["a", "b", "7", "7.5", "2026-01-01", "x", "", ".."]), max_size=5)


def spell(segments: list[str], rest: bool) -> str:
    named = [
        f"{{p{index}:{each[1:-1]}}}" if each[0] == "{" else each
        for index, each in enumerate(segments)
    ]
    return "/" + "/".join([*named, "{rest:path}"] if rest else named)


def naive_match(paths: list[str], asked: str) -> tuple[str, dict[str, object]] | None:
    """The best of all templates that match, each compared for itself by its kinds of segments."""
    ranks = {name: rank for rank, name in enumerate(CONVERTERS, 1)}
    found: list[tuple[list[int], str, dict[str, object]]] = []
    texts = asked.removeprefix("/").removesuffix("/").split("/") if asked.strip("/") else []
    for path in paths:
        segments = list(Route(path).templates[0].segments)
        given_ = texts
        last = segments[-1] if segments else ""
        if isinstance(last, Parameter) and last.converter == "path" and len(texts) >= len(segments):
            head = len(segments) - 1
            given_ = [*texts[:head], "/".join(texts[head:])]
        if len(given_) != len(segments):
            continue
        kinds: list[int] = []
        values: dict[str, object] = {}
        for segment, text in zip(segments, given_, strict=True):
            if isinstance(segment, str):
                if segment != text:
                    break
                kinds.append(0)
                continue
            try:
                values[segment.name] = CONVERTERS[segment.converter][0](text)
            except ValueError:
                break
            kinds.append(ranks[segment.converter])
        else:
            found.append((kinds, path, values))
    return min(found, key=lambda each: each[0])[1:] if found else None


@given(PATHS, st.lists(ASKED, max_size=8), st.booleans())
def test_b60_the_tree_finds_what_comparing_with_every_template_finds(
    templates: list[tuple[list[str], bool]], asked: list[list[str]], slash: bool
) -> None:
    paths: list[str] = []
    shapes: set[str] = set()
    for segments, rest in templates:
        path = spell(segments, rest)
        shape = re.sub(r"\{[^}]*\}", "{}", path) + str(rest)
        if shape not in shapes:
            shapes.add(shape)
            paths.append(path)
    tree = router(*paths)
    for texts in asked:
        path = "/" + "/".join(texts) + ("/" if slash and texts else "")
        expected = None if "//" in path else naive_match(paths, path)
        assert tree.match(path) == expected


@given(st.text())
def test_b62_no_path_makes_the_router_fail(path: str) -> None:
    tree = router("/a/{x:int}", "/{x}/{y:uuid}", "/{x:datetime}/b", "/f/{rest:path}")
    tree.match(path)
    tree.match("/" + path)


def test_b70_a_hostile_path_visits_a_node_of_a_hostile_tree_at_most_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every combination of four overlapping kinds of segments, of which none has a match."""
    depth = 5
    kinds = ["7", "{%s:int}", "{%s:float}", "{%s:str}"]
    calls = 0

    def counting(convert: Callable[[str], object]) -> Callable[[str], object]:
        def count(text: str) -> object:
            nonlocal calls
            calls += 1
            return convert(text)

        return count

    table = {name: (counting(convert), type_) for name, (convert, type_) in CONVERTERS.items()}
    monkeypatch.setattr("wsgen_runtime._router.CONVERTERS", table)
    shapes = itertools.product(kinds, repeat=depth)
    paths = [
        "/" + "/".join(kind.replace("%s", f"p{index}") for index, kind in enumerate(shape))
        for shape in shapes
    ]
    # The shapes of different converters are one, so that each has an ending of its own.
    tree = router(*(f"{path}/end{index}" for index, path in enumerate(paths)))
    nodes = sum(len(kinds) ** level for level in range(1, depth + 1))
    assert tree.match("/7" * depth + "/none") is None
    assert 0 < calls <= nodes
    assert tree.match("/7" * depth + "/end0") is not None
    calls = 0
    assert tree.match("/7" * 100_000) is None
    assert calls <= nodes


def test_b70_a_long_path_costs_time_in_proportion_to_its_size() -> None:
    tree = router("/a/{x:int}", "/f/{rest:path}", "/{x}/{y}/{z}")
    begin = clock.process_time()
    for path in (
        "/" * 10**6,
        "/a" * 10**6,
        "/f" + "/x" * 10**6,
        "/f/" + "../" * 10**6,
        "/a/" + "9" * 10**6,
    ):
        tree.match(path)
    assert clock.process_time() - begin < 1.5


def test_the_cost_is_flat_from_10_to_10000_routes() -> None:
    def cost(count: int) -> float:
        tree = Router(
            (Route(f"/static{index}/x" if index % 2 else f"/rooms{index}/{{room:int}}/ws"), index)
            for index in range(count)
        )
        return min(
            repeat(
                lambda: (tree.match("/rooms4/7/ws"), tree.match("/static5/x")),
                number=500,
                repeat=20,
            )
        )

    assert cost(10_000) < 3 * cost(10)


def test_a_match_has_the_types_of_the_converters() -> None:
    text = "01234567-89ab-cdef-0123-456789abcdef"
    tree = router("/{a:uuid}/{b:time}/{c:timedelta}")
    assert tree.match(f"/{text}/10:00:00/PT1M") == (
        "/{a:uuid}/{b:time}/{c:timedelta}",
        {"a": UUID(text), "b": time(10), "c": timedelta(minutes=1)},
    )
