"""The API as meant: what every target reads, and `wsgen ir` prints."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from wsgen.ir.names import Name
from wsgen.ir.types import Message, NamedType, Reference, TypeExpr
from wsgen.source import Span, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How messages look on the wire, for the whole API.

    Attributes:
        payload: the key that a message's fields stand under; None: beside the tag.
    """

    codec: str
    frame: str
    tag_key: str
    payload: str | None
    correlation_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCode:
    """A declared close code, 4000–4999 (RFC 6455, section 7.4.2).

    Attributes:
        status: HTTP status of a rejection with this code; None: by the runtime's table.
        retry: whether a client should come back: never, backoff, immediate, auth.
        places: where the values of its keys stand, for findings.
    """

    name: Name
    code: int
    reason: str
    status: int | None
    retry: str | None
    doc: str | None
    at: Span
    places: dict[str, Span] = field(default_factory=dict[str, Span], hash=False, repr=False)

    def place(self, key: str) -> Span:
        """Where the value of a key stands; the code's own place without it."""
        return self.places.get(key, self.at)


@dataclass(frozen=True, slots=True)
class PythonType:
    """A type of the application: `module:qualified.name`."""

    module: str
    qualname: str


class Source(StrEnum):
    """Where a parameter stands in the opening request."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A value that the client gives with the opening request.

    Attributes:
        converter: of a path parameter, the word after the colon.
        type: its type; of a path parameter, the converter's.
    """

    name: Name
    source: Source
    wire: str
    converter: str | None = None
    type: TypeExpr
    has_default: bool = False
    default: Value = None
    doc: str | None = None
    deprecated: str | None = None
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """A value that the application provides for each connection."""

    name: Name
    type: PythonType | TypeExpr
    needs: tuple[str, ...]
    doc: str | None
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A check of the application that may refuse a connection."""

    name: Name
    needs: tuple[str, ...]
    doc: str | None
    at: Span


class StepKind(StrEnum):
    """What happens between the opening request and the handler."""

    PROVIDE = "provide"
    CHECK = "check"
    PARAMETERS = "parameters"


@dataclass(frozen=True, slots=True)
class Step:
    """One step before the handler runs, in the order of what needs what."""

    kind: StepKind
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message from the client, and what the handler may answer."""

    message: Reference
    replies: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Messages:
    """Tagged messages travel."""

    received: tuple[Received, ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw payload travels: text, bytes, any JSON value, or a named type."""

    type: TypeExpr


Payload: TypeAlias = Messages | Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of a connection: bytes, messages per second, seconds; None: the runtime's default."""

    max_message: int | None = None
    rate: float | None = None
    idle_timeout: float | None = None
    handshake_timeout: float | None = None
    close_timeout: float | None = None


TOPICS: Final = "topics"
"""What a provider or guard needs in order to publish; an API has it where it declares topics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A named stream of messages that sockets subscribe to."""

    name: Name
    params: tuple[Parameter, ...]
    messages: tuple[Reference, ...]
    on_slow: str
    queue: int | None
    doc: str | None
    at: Span


class Kind(StrEnum):
    """The three kinds of handlers."""

    WEBSOCKET = "websocket"
    LISTENER = "listener"
    STREAM = "stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """What answers a path.

    Attributes:
        origins: `same`, `any`, or the allowed origins.
        steps: guards, parameters and dependencies, in the order in which they run.
        from_client: None: the client sends nothing.
        from_server: messages without the replies, which stand with the requests.
        places: where its keys stand, and the items of lists as `path.0`, for findings.
    """

    name: Name
    kind: Kind
    paths: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    origins: str | tuple[str, ...]
    subprotocols: tuple[str, ...]
    dependencies: tuple[str, ...]
    guards: tuple[str, ...]
    steps: tuple[Step, ...]
    from_client: Payload | None
    from_server: tuple[Reference, ...] | Raw
    subscribe: tuple[str, ...]
    close_codes: tuple[str, ...]
    limits: Limits
    on_invalid: str
    on_reject: str
    doc: str | None
    deprecated: str | None
    at: Span
    places: dict[str, Span] = field(default_factory=dict[str, Span], hash=False, repr=False)

    def place(self, key: str) -> Span:
        """Where a key of the handler stands; the handler's own place without it."""
        return self.places.get(key, self.at)

    @property
    def replies(self) -> tuple[Reference, ...]:
        """The messages that answer a request, each once."""
        if not isinstance(self.from_client, Messages):
            return ()
        found = (reply for each in self.from_client.received for reply in each.replies)
        return tuple(dict.fromkeys(found))


class Module(Protocol):
    """What the schema and each imported file have in common.

    Attributes:
        module: what references to it say: None for the schema itself.
    """

    @property
    def module(self) -> str | None: ...
    @property
    def types(self) -> tuple[NamedType, ...]: ...
    @property
    def messages(self) -> tuple[Message, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The types and messages of an imported file: a module of the generated package.

    Attributes:
        source: the file's name, without its folder.
        at: where the file begins.
        imported_at: where it was asked for first.
        extensions: as in `Api`.
    """

    module: str
    source: str
    types: tuple[NamedType, ...]
    messages: tuple[Message, ...]
    doc: str | None
    at: Span
    imported_at: Span
    extensions: dict[str, Value] = field(default_factory=dict[str, Value])


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A whole API, ready for a target.

    Attributes:
        source: the schema's file name, without its folder.
        models: what Python makes messages with: msgspec or pydantic.
        error: the built-in error message; it travels where a handler has `on_invalid: reply`.
        extensions: the `x-…` keys that stand beside fixed keys, by place: `x-owner` of the
            document, `messages.Say.fields.text.x-label` of a field.
        at: where the schema begins.
        name_at: where `api.name` stands.
    """

    name: Name
    version: str | None
    doc: str | None
    source: str
    models: str
    wire: Wire
    libraries: tuple[Library, ...]
    types: tuple[NamedType, ...]
    messages: tuple[Message, ...]
    error: Message
    close_codes: tuple[CloseCode, ...]
    dependencies: tuple[Dependency, ...]
    guards: tuple[Guard, ...]
    topics: tuple[Topic, ...]
    handlers: tuple[Handler, ...]
    extensions: dict[str, Value]
    at: Span
    name_at: Span

    @property
    def module(self) -> None:
        """References to the schema's own types name no module."""
        return

    @property
    def modules(self) -> tuple[Module, ...]:
        """The schema itself, then the imported files."""
        return (self, *self.libraries)

    def sent_by(self, handler: Handler) -> tuple[Reference, ...]:
        """The messages that a handler may send: pushed, as replies, and about mistakes."""
        pushed = () if isinstance(handler.from_server, Raw) else handler.from_server
        about = (Reference(None, self.error.name.written),) if handler.on_invalid == "reply" else ()
        return tuple(dict.fromkeys((*pushed, *handler.replies, *about)))

    @property
    def definitions(self) -> dict[Reference, NamedType | Message]:
        """Everything that a reference may stand for."""
        return {
            Reference(module.module, each.name.written): each
            for module in self.modules
            for each in (*module.types, *module.messages)
        }
