"""Every form of a dependency, in every kind of handler and layer (behaviours 54 and 56)."""

from __future__ import annotations

import contextlib
import functools
import itertools
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Self

import pytest
from tests.runtime.options import DECORATED, Kind, Layer, make_for, path_of, script
from tests.runtime.scripted import A, S, Talk, X, run

from wsgen_runtime import Dependency, WebSocket, WebSocketApp, websocket
from wsgen_runtime.exceptions import ConfigurationError

GIVEN = "given 7"
steps: list[str] = []


@pytest.fixture(autouse=True)
def _afresh() -> None:
    steps.clear()


def sync(number: int) -> str:
    return f"given {number}"


async def coroutine(number: int) -> str:
    return f"given {number}"


def generator(number: int) -> Iterator[str]:
    yield f"given {number}"
    steps.append("torn down")


async def async_generator(number: int) -> AsyncIterator[str]:
    yield f"given {number}"
    steps.append("torn down")


@contextlib.contextmanager
def context(number: int) -> Iterator[str]:
    yield f"given {number}"
    steps.append("torn down")


@contextlib.asynccontextmanager
async def async_context(number: int) -> AsyncIterator[str]:
    yield f"given {number}"
    steps.append("torn down")


class Manager:
    """A context manager that is a class."""

    def __init__(self, number: int) -> None:
        self.text = f"given {number}"

    def __enter__(self) -> str:
        return self.text

    def __exit__(self, *_: object) -> None:
        steps.append("torn down")


class AsyncManager(Manager):
    async def __aenter__(self) -> str:
        return self.text

    async def __aexit__(self, *_: object) -> None:
        steps.append("torn down")


def makes_manager(number: int) -> contextlib.AbstractContextManager[str]:
    return Manager(number)


def makes_async_manager(number: int) -> contextlib.AbstractAsyncContextManager[str]:
    return AsyncManager(number)


def makes_awaitable(number: int) -> Awaitable[str]:
    return coroutine(number)


class Text(str):
    """A class that is its own provider: an instance for each connection."""

    __slots__ = ()

    def __new__(cls, number: int) -> Self:
        return super().__new__(cls, f"given {number}")


class Provider:
    """Providers that are methods, or instances."""

    def sync(self, number: int) -> str:
        return f"given {number}"

    async def coroutine(self, number: int) -> str:
        return f"given {number}"

    async def async_generator(self, number: int) -> AsyncIterator[str]:
        yield f"given {number}"
        steps.append("torn down")

    @staticmethod
    def static(number: int) -> str:
        return f"given {number}"

    @classmethod
    def of_class(cls, number: int) -> str:
        return f"given {number}"

    def __call__(self, number: int) -> str:
        return f"given {number}"


class AsyncProvider:
    async def __call__(self, number: int) -> str:
        return f"given {number}"


def wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator that keeps the signature, as applications use them."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def by_word(word: str, number: int) -> str:
    return f"{word} {number}"


def keyword_only(*, number: int) -> str:
    return f"given {number}"


def positional_only(number: int, /) -> str:
    return f"given {number}"


def of_socket(connection: WebSocket) -> str:
    return f"given {connection.path_params['number']}"


HELD = [
    (generator, "generator"),
    (async_generator, "async generator"),
    (context, "context manager"),
    (async_context, "async context manager"),
    (makes_manager, "returns a context manager"),
    (makes_async_manager, "returns an async context manager"),
    (Provider().async_generator, "method, async generator"),
    (functools.partial(generator, number=7), "partial of a generator"),
    (functools.partial(async_context), "partial of an async context manager"),
    (wrapped(generator), "wrapped generator"),
    (wrapped(async_generator), "wrapped async generator"),
    (wrapped(context), "wrapped context manager"),
    (wrapped(wrapped(async_context)), "twice wrapped async context manager"),
]
MADE = [
    (GIVEN, "value"),
    (Dependency(GIVEN), "value in a Dependency"),
    (sync, "function"),
    (Dependency(sync), "function in a Dependency"),
    (Dependency(sync, sync_to_thread=True), "function in a thread"),
    (Dependency(functools.partial(by_word, "given"), sync_to_thread=True), "partial in a thread"),
    (Dependency(Provider().sync, sync_to_thread=True), "method in a thread"),
    (lambda number: f"given {number}", "lambda"),
    (coroutine, "async function"),
    (makes_awaitable, "returns an awaitable"),
    (Text, "class"),
    (Provider().sync, "method"),
    (Provider().coroutine, "async method"),
    (Provider.static, "static method"),
    (Provider.of_class, "class method"),
    (Provider(), "instance"),
    (AsyncProvider(), "async instance"),
    (functools.partial(by_word, "given"), "partial"),
    (functools.partial(by_word, word="given"), "partial by name"),
    (functools.partial(functools.partial(coroutine), 7), "partial of a partial"),
    (wrapped(sync), "wrapped function"),
    (keyword_only, "keyword-only"),
    (positional_only, "positional-only"),
    (of_socket, "of the socket"),
]
FORMS = [
    pytest.param(provider, name in dict.fromkeys(n for _, n in HELD), id=name)
    for provider, name in HELD + MADE
]


@pytest.mark.parametrize("layer", ["handler", "app"])
@pytest.mark.parametrize("kind", DECORATED)
@pytest.mark.parametrize(("provider", "held"), FORMS)
async def test_b56_every_form_everywhere(
    provider: Any, held: bool, kind: Kind, layer: Layer
) -> None:
    app = make_for(kind, layer)({"dependencies": {"value": provider}})
    played = await run(app, *script(kind), path=path_of(kind))
    assert played[:2] == [A, S(GIVEN)]
    assert steps == (["torn down"] if held else [])


@pytest.mark.parametrize("outer", [form for form, _ in HELD[:6]], ids=[n for _, n in HELD[:6]])
@pytest.mark.parametrize("inner", [form for form, _ in HELD[:6]], ids=[n for _, n in HELD[:6]])
async def test_b54_nested_in_any_combination(outer: Any, inner: Any) -> None:
    """Whatever form needs whatever form: made from the innermost, taken down in reverse."""

    def joined(first: str, second: str) -> str:
        return f"{first}, {second}"

    dependencies = {"value": joined, "first": inner, "second": outer}
    app = make_for("websocket", "handler")({"dependencies": dependencies})
    played = await run(app, *script("websocket"), path=path_of("websocket"))
    assert played == [A, S(f"{GIVEN}, {GIVEN}"), X(1000)]
    assert steps == ["torn down", "torn down"]


async def test_b54_a_chain_of_all_forms_is_taken_down_in_reverse() -> None:
    def one(number: int) -> Iterator[str]:
        yield "1"
        steps.append("one")

    @contextlib.asynccontextmanager
    async def two(one: str) -> AsyncIterator[str]:
        yield one + "2"
        steps.append("two")

    async def three(two: str) -> str:
        return two + "3"

    def four(three: str) -> str:
        return f"{three}4{threading.current_thread() is threading.main_thread()}"

    async def value(four: str) -> AsyncIterator[str]:
        yield four + "5"
        steps.append("value")

    inner: dict[str, Any] = {"value": value, "four": Dependency(four, sync_to_thread=True)}
    outer: dict[str, Any] = {"three": three, "two": two, "one": one}

    @websocket("/{number:int}", dependencies=inner)
    async def handler(socket: WebSocket, value: str) -> None:
        steps.append("talked")
        await socket.send_text(value)

    app = WebSocketApp([handler], dependencies=outer)
    played = await run(app, *script("websocket")[:1], path="/1")
    assert played == [A, S("1234False5"), X(1000)]
    assert steps == ["talked", "value", "two", "one"]


@pytest.mark.parametrize(
    "provider",
    [coroutine, generator, async_generator, context, async_context, AsyncProvider()],
    ids=str,
)
@pytest.mark.parametrize("layer", ["handler", "app"])
def test_b56_only_plain_functions_go_to_a_thread(layer: Layer, provider: Any) -> None:
    dependencies = {"value": Dependency(provider, sync_to_thread=True)}
    with pytest.raises(ConfigurationError, match="sync_to_thread is for plain functions"):
        make_for("listener", layer)({"dependencies": dependencies})


@pytest.mark.parametrize("layer", ["handler", "app"])
async def test_b54_each_connection_has_its_own(layer: Layer) -> None:
    numbers = itertools.count(1)

    async def value() -> AsyncIterator[str]:
        number = next(numbers)
        yield f"{number}"
        steps.append(f"{number}")

    app = make_for("listener", layer)({"dependencies": {"value": value}})
    talk = script("listener")
    async with Talk(app, *talk[:-1], path=path_of("listener")) as first:
        await first.count(2)
        assert await run(app, *talk, path=path_of("listener")) == [A, S("2")]
        assert steps == ["2"]
        first.feed(talk[-1])
    assert first.sent == [A, S("1")]
    assert steps == ["2", "1"]


@pytest.mark.parametrize("kind", DECORATED)
async def test_b54_what_nobody_asks_for_is_not_made(kind: Kind) -> None:
    def unused() -> str:
        raise AssertionError("nobody asks for it")

    app = make_for(kind, "app")({"dependencies": {"unused": unused, "value": lambda: "ok"}})
    assert (await run(app, *script(kind), path=path_of(kind)))[:2] == [A, S("ok")]
