"""What `create_app` refuses at start, and replies that are none."""

from __future__ import annotations

from typing import Any

import pytest
from tests.comparison.talk import create_app
from tests.comparison.talk import messages as m
from tests.comparison.talk.handlers.room import RoomHandler
from tests.runtime.conftest import Logged
from tests.runtime.scripted import A, C, R, X, run

from wsgen_runtime import WebSocketApp
from wsgen_runtime._app import RouteHandler
from wsgen_runtime.exceptions import ConfigurationError


class Whole(RoomHandler):
    async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Said(text=message.text)

    async def on_typing(self, message: m.Typing, /) -> None: ...


class Synchronous(Whole):
    def on_typing(self, message: m.Typing, /) -> None: ...  # type: ignore[override]


class Silent(Whole):
    async def on_say(self, message: m.Say, /) -> m.Said:
        return None  # type: ignore[return-value]


class Unfinished(RoomHandler):
    pass


def app_of(handler: type[RoomHandler], **other: Any) -> Any:
    """The API, every handler of which is served by the same class."""
    names = ("room", "answering", "ignoring", "vault", "vault_of_browsers", "archive", "lobby")
    given: dict[str, Any] = dict.fromkeys(names, handler)
    given["store"] = lambda socket: None
    given["session"] = lambda socket, *, store: None
    given["known"] = lambda socket, *, token: None
    return create_app(**(given | other))


def problems(**wrong: Any) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as refused:
        app_of(Whole, **wrong)
    return refused.value.problems


def test_b58_what_cannot_serve_is_refused_at_start() -> None:
    assert problems(room=Unfinished) == ("Unfinished does not define on_say, on_typing",)
    assert problems(room=Synchronous) == ("Synchronous.on_typing is not `async def`",)
    assert problems(room=5) == ("`room` is served by a class or a function, not 5",)
    assert problems(known=3) == ("a guard is a function, not 3",)
    assert problems(store=None) == ("a provider is a function, not None",)


def test_b58_a_function_that_nobody_decorated_is_no_handler() -> None:
    async def plain() -> None: ...

    handlers: list[RouteHandler] = [plain]  # type: ignore[list-item]
    with pytest.raises(ConfigurationError, match=r"plain` is no handler: decorate it"):
        WebSocketApp(handlers)


async def test_b38_a_reply_that_is_none_is_a_failure_and_leaves_no_client_waiting(
    logged: Logged,
) -> None:
    frame = '{"type":"say","text":"hi","request_id":1}'
    out = await run(app_of(Silent), C, R(frame), path="/rooms/7")
    assert out == [A, X(1011)]
    assert len(logged()) == 1
