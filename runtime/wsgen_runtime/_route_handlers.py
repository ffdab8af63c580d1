"""Handlers made by decorators: a function, its paths and options, and how it is served."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from typing_extensions import Unpack, override

from wsgen_runtime._convert import CONVERTERS
from wsgen_runtime._endpoint import ConnectionLifespan, Endpoint, Layer, Options
from wsgen_runtime._injection import Call, Injector, Provision, Values, guard, merged, provide
from wsgen_runtime._options import (
    Dependencies,
    EveryOption,
    GuardFunction,
    HandlerOptions,
    value_problems,
)
from wsgen_runtime._providers import Guard, Handshake
from wsgen_runtime._route import Route
from wsgen_runtime._signature import Function, read_signature
from wsgen_runtime._terms import NO_LIMITS
from wsgen_runtime._websocket import WebSocket
from wsgen_runtime.exceptions import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an application gives all of its decorated handlers."""

    dependencies: Dependencies
    guards: Sequence[GuardFunction]
    opt: Mapping[str, Any]
    signature_namespace: Mapping[str, Any]
    websocket_class: type[WebSocket]


class BaseRouteHandler:
    """A function that serves the connections of one or more paths.

    Attributes:
        fn: the function.
        route: its paths.
        name: for `url_for` and logs.
        opt: anything, for guards and middleware.
    """

    option_types: ClassVar[type] = HandlerOptions

    def __init__(
        self,
        fn: Function,
        *,
        path: str | Sequence[str] | None = None,
        **options: Unpack[EveryOption],
    ) -> None:
        self._take(fn, path, options)

    def _take(self, fn: Function, path: str | Sequence[str] | None, options: EveryOption) -> None:
        unknown = sorted(options.keys() - self.option_types.__annotations__.keys())
        if unknown:
            raise TypeError(f"unknown options: {', '.join(unknown)}")
        paths = (path,) if isinstance(path, str) else tuple(path or ("/",))
        self.fn = fn
        self.route = Route(*(each if each.startswith("/") else f"/{each}" for each in paths))
        self.options: EveryOption = options
        self.name = options.get("name") or str(getattr(fn, "__name__", type(fn).__name__))
        self.opt = options.get("opt") or {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function itself, as if it were not decorated."""
        return self.fn(*args, **kwargs)

    def endpoint(self, around: Surroundings) -> Endpoint[Any]:
        """What serves the handler's connections.

        Raises:
            ConfigurationError: with everything about the handler that cannot work.
        """
        raise NotImplementedError


class WebsocketRouteHandler(BaseRouteHandler):
    """A handler that talks to the client as it likes."""

    def __init__(
        self,
        fn: Function,
        *,
        path: str | Sequence[str] | None = None,
        **kwargs: Unpack[HandlerOptions],
    ) -> None:
        self._take(fn, path, cast("EveryOption", kwargs))

    @override
    def endpoint(self, around: Surroundings) -> Endpoint[Any]:
        """An endpoint that calls the function once for a connection."""
        return FunctionEndpoint(self, around)

    def check(self, problems: list[str]) -> None:
        """Add what is wrong with the function itself."""
        if not inspect.iscoroutinefunction(inspect.unwrap(self.fn)):
            problems.append(f"{self.name}: a websocket handler is an `async def` function")


class FunctionEndpoint(Endpoint[Values]):
    """Serves a decorated function: a session is what the connection was given."""

    app_wins = False
    given: ClassVar[tuple[str, ...]] = ()
    """Names of the function that the conversation gives it."""

    def __init__(self, handler: WebsocketRouteHandler, around: Surroundings) -> None:
        options = handler.options
        self.handler = handler
        self.websocket_class = options.get("websocket_class") or around.websocket_class
        self.options = Options(
            name=handler.name,
            origins=options.get("origins"),
            subprotocols=tuple(options.get("subprotocols") or ()),
            limits=options.get("limits") or NO_LIMITS,
            on_reject=options.get("on_reject"),
        )
        opt = {**around.opt, **handler.opt}
        self.layer = Layer(
            middleware=tuple(options.get("middleware") or ()),
            exception_handlers=options.get("exception_handlers") or {},
            connection_lifespan=tuple(options.get("connection_lifespan") or ()),
            opt=opt,
        )
        namespace = {**around.signature_namespace, **(options.get("signature_namespace") or {})}
        injector = self._injector(around.dependencies, namespace)
        wrong = value_problems(cast("dict[str, object]", options))
        injector.problems += [f"{injector.where}: {each}" for each in wrong]
        handler.check(injector.problems)
        functions = (*around.guards, *(options.get("guards") or ()))
        self._guards: tuple[Guard, ...] = tuple(
            guard(each, opt, injector.problems) for each in functions
        )
        self._lifespans = {
            each: injector.call(read_signature(each, namespace))
            for each in self.layer.connection_lifespan
        }
        self.prepare(injector)
        if injector.problems:
            raise ConfigurationError(injector.problems)
        self._plan: Sequence[Provision] = tuple(injector.plan)

    def _injector(self, outer: Dependencies, namespace: Mapping[str, object]) -> Injector:
        template = self.handler.route.templates[0]
        path_types = {
            name: CONVERTERS[converter][1]
            for name, converter in template.parameters.items()
            if converter in CONVERTERS
        }
        dependencies = merged([outer, self.handler.options.get("dependencies")])
        injector = Injector(f"handler `{self.handler.name}`", path_types, dependencies, namespace)
        for name in sorted(path_types.keys() & dependencies.keys()):
            injector.problems.append(
                f"{injector.where}: `{name}` is a parameter of the path and a dependency"
            )
        return injector

    def prepare(self, injector: Injector) -> None:
        """Plan the calls of the conversation."""
        self.main = injector.call(injector.signature(self.handler.fn), given=self.given)

    @property
    @override
    def waits(self) -> bool:
        """Whether opening a connection may take time."""
        return any(each.waits for each in self._guards) or any(
            each.provider.waits for each in self._plan
        )

    async def open(self, handshake: Handshake, /) -> Values:
        """Guards first, then what the function wants."""
        for each in self._guards:
            await each(handshake)
        return await provide(handshake, self._plan)

    async def converse(self, socket: WebSocket, handler: Values, /) -> None:
        """Call the function."""
        await self.main(socket, handler)

    @override
    def enter(
        self, lifespan: ConnectionLifespan, socket: WebSocket, handler: Values
    ) -> AbstractAsyncContextManager[Any]:
        """A connection lifespan is given what it asks for, like the function."""
        call: Call = self._lifespans[lifespan]
        manager: AbstractAsyncContextManager[Any]
        args, given = call.arguments(socket, handler)
        manager = call.function(*args, **given)
        return manager
