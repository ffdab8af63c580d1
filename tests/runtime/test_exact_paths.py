"""What paths, the router and converters say and hold, to the letter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from wsgen_runtime import gen1
from wsgen_runtime._convert import CONVERTERS, to_path, to_segment, to_text
from wsgen_runtime._router import Router
from wsgen_runtime.exceptions import ConfigurationError

PROBLEMS = {
    "a": ["a path starts with `/`"],
    "/{x:nope}": [
        (
            "no converter `nope`: use one of uuid, date, datetime, time, timedelta, int, float, "
            "decimal, str, path"
        )
    ],
    "//a": ["a segment is empty"],
    "/a//b": ["a segment is empty"],
    "//": ["a segment is empty"],
    "/pre{x:int}": ["`pre{x:int}` is not a parameter: one is a whole segment, `{name:int}`"],
    "/a}": ["`a}` is not a parameter: one is a whole segment, `{name:int}`"],
    "/{": ["`{` is not a parameter: one is a whole segment, `{name:int}`"],
    "/.": ["clients never ask for a segment `.`"],
    "/a/../b": ["clients never ask for a segment `..`"],
    "/a b": ["`a b` cannot stand in a path unquoted"],
    "/{x}/{x:int}": ["`x` stands there twice"],
    "/{x:path}/a": ["`x` takes the rest of the path, so it stands last"],
    "/{x:path}/{x:path}": [
        "`x` stands there twice",
        "`x` takes the rest of the path, so it stands last",
    ],
    "/": [],
    "/a/": [],
    "/{x:path}": [],
    "/a/{x:path}/": [],
    "/A-z0.9~!$&'()*+,;=:@_": [],
    f"/{{{'x' * 64}}}": [],
}


@pytest.mark.parametrize("path", PROBLEMS)
def test_b61_what_is_wrong_with_a_path(path: str) -> None:
    expected = [f"path `{path}`: {each}" for each in PROBLEMS[path]]
    assert list(gen1.Route(path).problems) == expected


def test_b61_what_is_wrong_with_several() -> None:
    assert gen1.Route().problems == ("a route needs a path",)
    route = gen1.Route("/{a:int}", "/x/{a:int}", "/{b:int}", "/{a:str}")
    assert route.problems == (
        "paths `/{a:int}` and `/{b:int}` of one handler have different parameters",
        "paths `/{a:int}` and `/{a:str}` of one handler have different parameters",
    )
    with pytest.raises(ConfigurationError, match="a route needs a path"):
        gen1.Route().url()
    too_long = f"/{{{'x' * 65}}}"
    assert len(gen1.Route(too_long).problems) == 1


@pytest.mark.parametrize(
    ("path", "given", "text"),
    [
        ("/a", {"x": 1, "b": 2}, "`/a` has no parameter `b`"),
        ("/{x:int}", {}, "`/{x:int}` needs the parameter `x`"),
        ("/{x:int}", {"x": "1"}, "parameter `x`: expected a value of type int"),
        ("/{x:int}", {"x": True}, "parameter `x`: expected a value of type int"),
        ("/{x:int}", {"x": 10**20}, "parameter `x`: expected an integer"),
        ("/{x}", {"x": ""}, "parameter `x`: expected a segment of a path"),
        ("/{x}", {"x": "\udc80"}, "a lone surrogate cannot stand in a URL"),
    ],
)
def test_b65_why_there_is_no_url(path: str, given: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError) as caught:
        gen1.Route(path).url(path=given)
    assert str(caught.value) == text


def test_b65_urls_to_the_letter() -> None:
    url = gen1.Route("/a/{x}/{y:path}/", "/b/{x}/{y:path}").url
    given = {"x": "b c/".rstrip("/") + ":@,+", "y": "d/é:@,+?"}
    assert url(path=given) == "/a/b%20c:@,+/d/%C3%A9:@,+%3F"
    assert url("wss://h/ws/", path=given).startswith("wss://h/ws/a/")
    query = {"q": "a b&", "n": None, "l": [1, True], "t": (), "é": "ü"}
    assert gen1.Route("/").url(query=query) == "/?q=a%20b%26&l=1&l=true&%C3%A9=%C3%BC"
    assert gen1.Route("/").url(query={"n": None}) == "/"
    assert url(path={"x": "a!", "y": "b/c!"}) == "/a/a%21/b/c%21"
    assert gen1.Route("/a").url("wss://h/ws!") == "wss://h/ws!/a"
    assert gen1.Route("/").url(query={"a!": "b!"}) == "/?a%21=b%21"
    for base in ("wss://h?a=1", "wss://h#a"):
        with pytest.raises(ValueError) as caught:
            gen1.Route("/").url(base)
        assert str(caught.value) == "a base URL has neither query nor fragment"


def test_b65_a_route_can_be_printed() -> None:
    assert repr(gen1.Route("/a", "/b")) == "Route('/a', '/b')"


def test_b65_a_whole_number_stands_for_a_float_in_a_url() -> None:
    assert gen1.Route("/{x:float}").url(path={"x": 3}) == "/3.0"
    with pytest.raises(ValueError, match="expected a value of type float"):
        gen1.Route("/{x:float}").url(path={"x": True})
    with pytest.raises(ValueError, match="expected a value of type float"):
        gen1.Route("/{x:float}").url(path={"x": Decimal(3)})


def test_b65_a_value_that_a_request_could_not_bring_back() -> None:
    class Odd(int):
        def __str__(self) -> str:
            return "8"

    with pytest.raises(
        ValueError, match=r"^parameter `x`: a request could not bring this value back$"
    ):
        gen1.Route("/{x:int}").url(path={"x": Odd(7)})
    with pytest.raises(ValueError, match="`x`: expected a segment of a path"):
        gen1.Route("/{x:str}").url(path={"x": "a/b"})


# The router


MATCHES: list[tuple[list[str], dict[str, tuple[str, object] | None]]] = [
    (["/{x:int}", "/a/{x:int}"], {"/a/5": ("/a/{x:int}", 5), "/5": ("/{x:int}", 5), "/a": None}),
    (
        ["/{x:int}", "/a/{x:int}", "/{x:str}/b", "/a/{x:str}/c"],
        {
            "/a/5": ("/a/{x:int}", 5),
            "/q/b": ("/{x:str}/b", "q"),
            "/a/z/c": ("/a/{x:str}/c", "z"),
            "/a/z": None,
        },
    ),
    (["/{x:path}"], {"/a/b": ("/{x:path}", "a/b"), "/": None, "/a//b": None, "/..": None}),
    (["/f/{x:path}"], {"/f/a/b": ("/f/{x:path}", "a/b"), "/f": None, "/g/a": None}),
    (
        ["/f/{x:path}", "/f/{x:int}", "/f/a/{x:int}"],
        {
            "/f/5": ("/f/{x:int}", 5),
            "/f/5/6": ("/f/{x:path}", "5/6"),
            "/f/a/5": ("/f/a/{x:int}", 5),
            "/f/a/b": ("/f/{x:path}", "a/b"),
        },
    ),
    (
        ["/{x:str}", "/{x:int}/a", "/{x:uuid}/b"],
        {"/5": ("/{x:str}", "5"), "/5/a": ("/{x:int}/a", 5), "/5/b": None, "/a/a": None},
    ),
    (["/a", "/{x:str}/b"], {"/a": ("/a", None), "/a/": ("/a", None), "/a/b": ("/{x:str}/b", "a")}),
]


@pytest.mark.parametrize(("routes", "expected"), MATCHES)
def test_b60_what_is_found(
    routes: list[str], expected: dict[str, tuple[str, object] | None]
) -> None:
    for ordered in (routes, routes[::-1]):
        router = Router([(gen1.Route(each), each) for each in ordered])
        for path, found in expected.items():
            if found is None:
                assert router.match(path) is None
            else:
                target, value = found
                assert router.match(path) == (target, {} if value is None else {"x": value})


def test_b61_a_path_that_cannot_be_read_hides_no_other_mistake() -> None:
    routes = [gen1.Route("/{", "/a"), gen1.Route("/a"), gen1.Route("/b/{x:path}"),
              gen1.Route("/b/{y:path}"), gen1.Route("/b/{z:int}")]  # fmt: skip
    with pytest.raises(ConfigurationError) as caught:
        Router([(each, str(number)) for number, each in enumerate(routes)], describe=str)
    assert caught.value.problems[1:] == (
        "paths `/a` (0) and `/a` (1) match the same requests",
        "paths `/b/{x:path}` (2) and `/b/{y:path}` (3) match the same requests",
    )


# Converters


def test_b62_the_converters_the_strictest_first() -> None:
    assert list(CONVERTERS) == [
        *("uuid", "date", "datetime", "time", "timedelta"),
        *("int", "float", "decimal", "str", "path"),
    ]
    assert CONVERTERS["str"] == (to_segment, str)
    assert CONVERTERS["path"] == (to_path, str)


REFUSALS: dict[Callable[[str], object], str] = {
    gen1.to_int: "expected an integer",
    gen1.to_float: "expected a number",
    gen1.to_bool: "expected `true` or `false`",
    gen1.to_uuid: "expected a UUID",
    gen1.to_decimal: "expected a decimal number",
    gen1.to_date: "expected a date such as `2026-01-31`",
    gen1.to_datetime: "expected a date and time with a zone, such as `2026-01-31T23:59:00Z`",
    gen1.to_time: "expected a time such as `23:59:00`",
    gen1.to_timedelta: "expected a duration such as `PT30S`",
    to_segment: "expected a segment of a path",
    to_path: "expected a path without empty or dot segments",
}


@pytest.mark.parametrize("convert", REFUSALS)
def test_b57_what_a_converter_says(convert: Callable[[str], object]) -> None:
    with pytest.raises(ValueError) as caught:
        convert("")
    assert str(caught.value) == REFUSALS[convert]


@pytest.mark.parametrize(
    ("convert", "longest"),
    [
        (gen1.to_int, "9" * 20),
        (gen1.to_float, "1".ljust(64, "0")),
        (gen1.to_decimal, "1".ljust(64, "0")),
        (gen1.to_timedelta, f"P{'1'.zfill(10)}D"),
        (gen1.to_timedelta, f"PT{'1'.zfill(12)}H"),
        (gen1.to_timedelta, f"PT{'1'.zfill(12)}M"),
        (gen1.to_timedelta, f"PT{'1'.zfill(15)}S"),
    ],
)
def test_b62_how_long_a_number_may_be(convert: Callable[[str], object], longest: str) -> None:
    convert(longest)
    with pytest.raises(ValueError):
        convert(longest.replace("1", "01") if "1" in longest else f"{longest}9")


def test_b62_fractions_of_a_second_have_six_digits() -> None:
    assert gen1.to_timedelta("PT1.000001S") == timedelta(seconds=1, microseconds=1)
    with pytest.raises(ValueError):
        gen1.to_timedelta("PT1.0000001S")


def test_b65_durations_as_text() -> None:
    assert to_text(timedelta()) == "P0DT0S"
    assert to_text(timedelta(microseconds=-1)) == "-P0DT0.000001S"
    assert to_text(timedelta(days=1, seconds=2, microseconds=3)) == "P1DT2.000003S"
    with pytest.raises(ValueError) as caught:
        to_text(b"x")
    assert str(caught.value) == "a bytes cannot stand in a URL"
