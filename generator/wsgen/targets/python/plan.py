"""Api → file plans: which modules there are, and what each defines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from wsgen.ir.api import Api, Handler
from wsgen.render.code import Code
from wsgen.render.imports import Imports
from wsgen.render.render import FilePlan
from wsgen.targets.python.close_codes import CloseCodes
from wsgen.targets.python.converters import constant_name
from wsgen.targets.python.docs import described
from wsgen.targets.python.endpoints import EndpointClass
from wsgen.targets.python.file import File
from wsgen.targets.python.handlers import HandlerClasses
from wsgen.targets.python.modules import Modules
from wsgen.targets.python.naming import argument, attribute, handler_module, topic_method
from wsgen.targets.python.protocols import Needs, protocol, protocol_name, provided
from wsgen.targets.python.routes import Routes, app_name, url_name
from wsgen.targets.python.symbols import Symbols
from wsgen.targets.python.topics import TopicClasses, topic_class
from wsgen.targets.python.views import DependenciesView, FacadeView, HandlerView

LOCALS: Final = frozenset({"handler", "handshake", "params", "self", "socket", "topics"})
"""Names inside of a handler's module that no import may have."""


def plan(api: Api) -> tuple[FilePlan, ...]:
    """Every Python file of the package, in the order in which one reads them."""
    return tuple(_Plan(api, Symbols.of(api)).files())


@dataclass(frozen=True, slots=True)
class _Plan:
    api: Api
    symbols: Symbols

    def files(self) -> Iterator[FilePlan]:
        yield self._facade()
        modules = Modules(self.api, self.symbols)
        yield modules.root()
        yield from map(modules.library, self.api.libraries)
        yield self._close_codes()
        if self.api.dependencies or self.api.guards:
            yield self._dependencies()
        if self.api.topics:
            yield self._topics()
        yield self._handlers()
        yield from map(self._handler, self.api.handlers)
        yield self._routes()

    def _facade(self) -> FilePlan:
        imports = Imports()
        routes = (app_name(self.api), "create_app")
        for name in routes:
            imports.name(".routes", name)
        imports.name(".close_codes", "CloseCode")
        topics = ("Topics",) if self.api.topics else ()
        for name in topics:
            imports.name(".topics", name)
        name = self.api.name.written
        return FilePlan(
            path=PurePosixPath("__init__.py"),
            template="python/facade.py.j2",
            source=self.api.source,
            view=FacadeView(),
            imports=imports,
            doc=str(described(self.api.doc, otherwise=f"The API {name}.")),
            exports=("CloseCode", *routes, *topics),
        )

    def _close_codes(self) -> FilePlan:
        names = CloseCodes(self.api, self._file("close_codes", frozenset())).exports()
        file = self._file("close_codes", frozenset(names))
        return FilePlan(
            path=PurePosixPath("close_codes.py"),
            template="python/close_codes.py.j2",
            source=self.api.source,
            view=CloseCodes(self.api, file).view(),
            imports=file.imports,
            doc=f"Close codes of {self.api.name.written}.",
            exports=names,
        )

    def _dependencies(self) -> FilePlan:
        wanted = provided(self.api)
        names = tuple(map(protocol_name, wanted))
        file = self._file("dependencies", frozenset(names))
        needs = Needs(self.api)
        return FilePlan(
            path=PurePosixPath("dependencies.py"),
            template="python/dependencies.py.j2",
            source=self.api.source,
            view=DependenciesView(protocols=tuple(protocol(e, file, needs) for e in wanted)),
            imports=file.imports,
            doc="What the application provides: the signatures of providers and guards.",
            exports=names,
        )

    def _topics(self) -> FilePlan:
        topics = self.api.topics
        names = ("Topics", *map(topic_class, topics))
        methods = (topic_method(each.name) for each in topics)
        file = self._file("topics", frozenset(names).union(methods))
        return FilePlan(
            path=PurePosixPath("topics.py"),
            template="python/topics.py.j2",
            source=self.api.source,
            view=TopicClasses(self.api, file).view(),
            imports=file.imports,
            doc=f"The topics of {self.api.name.written}: typed publish and subscribe.",
            exports=names,
        )

    def _handlers(self) -> FilePlan:
        return FilePlan(
            path=PurePosixPath("handlers/__init__.py"),
            template="python/facade.py.j2",
            source=self.api.source,
            view=FacadeView(),
            imports=Imports(),
            doc=f"The handlers of {self.api.name.written}, one module each.",
            exports=(),
        )

    def _handler(self, handler: Handler) -> FilePlan:
        kinds = ("Params", "Socket", "Handler", "Endpoint")
        names = tuple(
            f"{handler.name.pascal}{kind}"
            for kind in kinds
            if kind != "Params" or handler.parameters
        )
        module = handler_module(handler.name)
        file = self._file(f"handlers.{module}", self._taken(handler, names), "..")
        classes = HandlerClasses(self.api, handler, file)
        reading, constants = classes.readers()
        params = classes.params()
        view = HandlerView(
            constants=constants,
            classes=(*((params,) if params else ()), classes.socket(), classes.base()),
            abstract=Code(f"@{file.imports.name('abc', 'abstractmethod')}"),
            methods=classes.methods(),
            endpoint=EndpointClass(self.api, classes).view(reading),
        )
        return FilePlan(
            path=PurePosixPath("handlers", f"{module}.py"),
            template="python/handler.py.j2",
            source=self.api.source,
            view=view,
            imports=file.imports,
            doc=f"The handler `{handler.name.written}`.",
            exports=names,
        )

    def _taken(self, handler: Handler, names: tuple[str, ...]) -> frozenset[str]:
        """What the module's imports may not be called: it would hide, or be hidden."""
        return LOCALS.union(
            names,
            map(constant_name, handler.parameters),
            (attribute(each.name) for each in handler.parameters),
            (argument(each.name) for each in provided(self.api)),
        )

    def _routes(self) -> FilePlan:
        handlers = self.api.handlers
        names = ("ROUTES", app_name(self.api), "create_app", *map(url_name, handlers))
        file = self._file("routes", frozenset(names))
        return FilePlan(
            path=PurePosixPath("routes.py"),
            template="python/routes.py.j2",
            source=self.api.source,
            view=Routes(self.api, file).view(),
            imports=file.imports,
            doc=f"The routing table of {self.api.name.written}, its URLs and its application.",
            exports=names,
        )

    def _file(self, module: str, taken: frozenset[str], package: str = ".") -> File:
        return File(self.symbols, Imports(taken), module, package)
