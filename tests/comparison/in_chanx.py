"""The tiny API with chanx, on FastAPI: a consumer with a method for each message.

Annotations are not postponed here: FastAPI reads those of functions within functions.
"""

from collections.abc import MutableMapping
from typing import Annotated, Any, Literal

from chanx.core.authenticator import BaseAuthenticator
from chanx.core.decorators import channel, ws_handler
from chanx.fast_channels import asyncapi_spec_json
from chanx.fast_channels.websocket import AsyncJsonWebsocketConsumer
from chanx.messages.base import BaseMessage
from fast_channels.layers import InMemoryChannelLayer, register_channel_layer
from fast_channels.middleware import OriginValidator
from fastapi import FastAPI, Request
from pydantic import BaseModel, Field
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from tests.comparison.world import World

from wsgen_runtime._asgi import ASGIApp


class Text(BaseModel):
    text: Annotated[str, Field(max_length=280)]


class Activity(BaseModel):
    active: bool


class Say(BaseMessage):
    action: Literal["say"] = "say"
    payload: Text


class Typing(BaseMessage):
    action: Literal["typing"] = "typing"
    payload: Activity


class Said(BaseMessage):
    action: Literal["said"] = "said"
    payload: Text


def talk(world: World) -> FastAPI:
    """All of it."""

    @channel(name="room")
    class RoomConsumer(AsyncJsonWebsocketConsumer[Any]):
        heard = 0

        @ws_handler
        async def handle_say(self, message: Say) -> Said:
            text = message.payload.text
            if text == "count":
                self.heard += 1
                return Said(payload=Text(text=str(self.heard)))
            return Said(payload=Text(text=await world.say(message, text, self.close)))

        @ws_handler
        async def handle_typing(self, message: Typing) -> None:
            world.reached.append(message)

    return _app("/rooms/{room_id:int}", RoomConsumer)


class Known(BaseAuthenticator):
    """Refuses whoever has no token."""

    close_code = 4001

    async def authenticate(self, scope: MutableMapping[str, Any]) -> bool:
        return b"token=" in scope["query_string"]


def guarded(world: World) -> FastAPI:
    """A consumer that authenticates."""

    @channel(name="vault")
    class VaultConsumer(AsyncJsonWebsocketConsumer[Any]):
        authenticator_class = Known

        @ws_handler
        async def handle_say(self, message: Say) -> Said:
            return Said(payload=message.payload)

    return _app("/vault", VaultConsumer)


def misspelt(world: World) -> FastAPI:
    """The same, with a slip of the pen."""

    @channel(name="open_vault")
    class OpenVaultConsumer(AsyncJsonWebsocketConsumer[Any]):
        authenticater_class = Known

        @ws_handler
        async def handle_say(self, message: Say) -> Said:
            return Said(payload=message.payload)

    return _app("/vault", OpenVaultConsumer)


def publishing(world: World) -> FastAPI:
    """Whoever comes is told so, as everyone in the group."""
    register_channel_layer("comparison", InMemoryChannelLayer())

    @channel(name="lobby")
    class LobbyConsumer(AsyncJsonWebsocketConsumer[Any]):
        channel_layer_alias = "comparison"
        groups = ["lobby"]  # noqa: RUF012 -- as its documentation has it

        async def post_authentication(self) -> None:
            await self.broadcast_message(Said(payload=Text(text="somebody came")))

    return _app("/lobby", LobbyConsumer)


def only_from_ours(world: World) -> ASGIApp:
    """The first one, for pages of one origin."""
    inner: Any = talk(world)
    validator: Any = OriginValidator(inner, ["https://ours.example"])
    made: ASGIApp = validator
    return made


def _app(path: str, consumer: type[AsyncJsonWebsocketConsumer[Any]]) -> FastAPI:
    app = FastAPI()
    app.router.routes.append(WebSocketRoute(path, consumer.as_asgi()))

    @app.get("/asyncapi.json")
    async def document(request: Request) -> Response:
        return await asyncapi_spec_json(request=request, app=app)

    @app.get("/hello")
    async def hello() -> str:
        return "hello"

    return app
