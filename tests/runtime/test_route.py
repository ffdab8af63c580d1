"""URLs of routes: typed, quoted, and leading back to their parameters."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgen_runtime._convert import CONVERTERS
from wsgen_runtime._route import Route
from wsgen_runtime._router import Router

ZONES = st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1)
NAMES = TEXT.filter(lambda text: text not in {".", ".."})
VALUES: dict[str, st.SearchStrategy[object]] = {
    "uuid": st.uuids(),
    "date": st.dates(),
    "datetime": st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES),  # noqa: DTZ001
    "time": st.times() | st.times(timezones=ZONES),
    "timedelta": st.timedeltas(),
    "int": st.integers(-(2**63), 2**64 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "decimal": st.decimals(-1000, 1000, places=4),
    "str": NAMES,
    "path": st.lists(NAMES, min_size=1, max_size=4).map("/".join),
}


class TestURL:
    def test_b65_parameters_are_typed_and_quoted(self) -> None:
        route = Route("/rooms/{room_id:int}/{name}")
        url = route.url("wss://h/x/", path={"room_id": 7, "name": "a b?ü"}, query={"q": "1&2 +ü"})
        assert url == "wss://h/x/rooms/7/a%20b%3F%C3%BC?q=1%262%20%2B%C3%BC"

    def test_b65_queries_leave_out_none_and_repeat_lists(self) -> None:
        query = {"a": None, "b": True, "c": [1, 2], "d": [], "e": date(2026, 1, 1), "f": 1.5}
        assert Route("/x").url(query=query) == "/x?b=true&c=1&c=2&e=2026-01-01&f=1.5"

    def test_b65_the_root_and_a_trailing_slash(self) -> None:
        assert Route("/").url("ws://h") == "ws://h/"
        assert Route("/a/").url() == "/a"

    @pytest.mark.parametrize(
        ("path", "values", "problem"),
        [
            ("/{x:int}", {}, "`/{x:int}` needs the parameter `x`"),
            ("/{x:int}", {"x": 1, "y": 2}, "`/{x:int}` has no parameter `y`"),
            ("/{x:int}", {"x": "7"}, "parameter `x`: expected a value of type int"),
            ("/{x:int}", {"x": True}, "parameter `x`: expected a value of type int"),
            ("/{x:int}", {"x": None}, "parameter `x`: expected a value of type int"),
            ("/{x:int}", {"x": 10**20}, "parameter `x`: expected an integer"),
            ("/{x:float}", {"x": float("nan")}, "parameter `x`: expected a number"),
            ("/{x:str}", {"x": ""}, "parameter `x`: expected a segment of a path"),
            ("/{x:str}", {"x": ".."}, "parameter `x`: expected a segment of a path"),
            ("/{x:str}", {"x": "a/b"}, "parameter `x`: expected a segment of a path"),
            ("/{x:str}", {"x": "\ud800"}, "a lone surrogate cannot stand in a URL"),
            (
                "/{x:path}",
                {"x": "a/../b"},
                "parameter `x`: expected a path without empty or dot segments",
            ),
            (
                "/{x:date}",
                {"x": datetime(2026, 1, 1, tzinfo=UTC)},
                "parameter `x`: expected a value of type date",
            ),
            (
                "/{x:datetime}",
                {"x": datetime(2026, 1, 1)},  # noqa: DTZ001
                (
                    "parameter `x`: expected a date and time with a zone, "
                    "such as `2026-01-31T23:59:00Z`"
                ),
            ),
        ],
    )
    def test_b65_missing_unknown_or_wrong_parameters_are_refused(
        self, path: str, values: dict[str, object], problem: str
    ) -> None:
        with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
            Route(path).url(path=values)

    @pytest.mark.parametrize("base", ["ws://h?x=1", "ws://h#x"])
    def test_a_base_with_a_query_or_a_fragment_is_refused(self, base: str) -> None:
        with pytest.raises(ValueError, match="neither query nor fragment"):
            Route("/a").url(base)

    def test_what_has_no_text_cannot_stand_in_a_query(self) -> None:
        with pytest.raises(ValueError, match="a object cannot stand in a URL"):
            Route("/a").url(query={"x": object()})

    @pytest.mark.parametrize("converter", CONVERTERS)
    @given(data=st.data(), query=st.dictionaries(TEXT, TEXT, max_size=3))
    def test_b65_a_url_leads_back_to_its_parameters(
        self, converter: str, data: st.DataObject, query: dict[str, str]
    ) -> None:
        value = data.draw(VALUES[converter])
        route = Route(f"/before/{{x:{converter}}}")
        url = urlsplit(route.url("wss://example.com", path={"x": value}, query=query))
        assert url.netloc == "example.com"
        assert Router([(route, 1)]).match(unquote(url.path)) == (1, {"x": value})
        assert parse_qsl(url.query, keep_blank_values=True) == list(query.items())
