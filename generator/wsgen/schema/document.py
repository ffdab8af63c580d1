"""What an author may write: the language of `schema.yaml`, as pydantic models.

After validation there is one form of everything; short forms are gone. References are not
looked at here. The models' descriptions are what editors show.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wsgen.schema.annotation import TypeNode
from wsgen.schema.leaves import (
    CloseCodeNumber,
    DependencyTypeText,
    Duration,
    HttpStatus,
    Integer,
    Key,
    NameText,
    NotEmpty,
    OneOrMore,
    Origin,
    Rate,
    Reference,
    RoutePath,
    SchemaFile,
    Size,
    String,
    Text,
    TypeText,
    Version,
    fail,
    text,
)
from wsgen.schema.models import (
    AnySpec,
    Extra,
    Fields,
    FieldSpec,
    HeaderFields,
    MessageSpec,
    TypeSpec,
)
from wsgen.schema.part import Documented, Part, Raw, raw_mapping
from wsgen.source import Path


class Envelope(Part):
    """How a message is wrapped."""

    payload: Key | None = None
    """The key that the fields stand under; without it they stand beside the tag."""


class ApiSpec(Part):
    """The API as a whole."""

    name: NameText
    """The name of the generated package."""
    version: Version | None = None
    """The version of the API."""
    doc: String | None = None
    """What it is for."""
    tag_key: Key = "type"
    """The key that says which message it is."""
    envelope: Envelope = Envelope()
    """How a message is wrapped; flat by default."""
    correlation_key: Key = "request_id"
    """The key by which a client finds the reply to its request."""
    codec: Literal["json", "msgpack"] = "json"
    """How messages are encoded."""
    frame: Literal["text", "binary"] | None = None
    """Which frames carry them: text for json, binary for msgpack."""
    case: Literal["as_written", "camel"] = "as_written"
    """How names of fields are spelt on the wire."""
    extra: Extra = "ignore"
    """What happens to keys that are not fields."""
    models: Literal["msgspec", "pydantic"] = "msgspec"
    """What the generated models are made with."""


class CloseCodeSpec(Part):
    """A close code of the application."""

    code: CloseCodeNumber
    """The number, 4000 to 4999."""
    reason: String = ""
    """What the client is told, at most 123 bytes."""
    status: HttpStatus | None = None
    """The HTTP status when the connection is refused with it."""
    retry: Literal["never", "backoff", "immediate", "auth"] | None = None
    """Whether a client should connect again."""
    doc: String | None = None
    """When it is used."""


class DependencySpec(Part):
    """A value that the application provides for each connection."""

    short_form: ClassVar[str | None] = "type"

    type: DependencyTypeText
    """Its type: one of the schema, or a class of the application as `module:Name`."""
    needs: Annotated[list[NameText], OneOrMore] = Field(default_factory=list[str])
    """Other dependencies and parameters that the provider takes."""
    doc: String | None = None
    """What it is."""

    @property
    def meant(self) -> TypeNode | str:
        """A type of the schema, or `module:Name`."""
        return cast("TypeNode | str", self.type)


class GuardSpec(Part):
    """A check of the application, which may refuse a connection."""

    needs: Annotated[list[NameText], OneOrMore] = Field(default_factory=list[str])
    """Dependencies and parameters that the guard takes."""
    doc: String | None = None
    """What it checks."""


class TopicSpec(Part):
    """Typed publish and subscribe."""

    params: Fields = Field(default_factory=dict[str, FieldSpec])
    """What one topic is told from another by."""
    messages: Annotated[list[Reference], OneOrMore, NotEmpty]
    """What may be published."""
    on_slow: Literal["drop_oldest", "drop_newest", "close"] = "drop_oldest"
    """What happens when a subscriber's queue is full."""
    queue: Integer | None = None
    """How many messages wait for a slow subscriber."""
    doc: String | None = None
    """What it is for."""


class LimitsSpec(Part):
    """Bounds of a connection."""

    max_message: Size | None = None
    """The largest message from the client."""
    rate: Rate | None = None
    """How many messages a client may send."""
    idle_timeout: Duration | None = None
    """How long a client may be silent."""
    handshake_timeout: Duration | None = None
    """How long guards and providers may take."""
    close_timeout: Duration | None = None
    """How long closing may take."""


class ReceivedSpec(Part):
    """What a handler does with a message of the client."""

    reply: Annotated[list[Reference], OneOrMore] = Field(default_factory=list[str])
    """The message that answers it, or several that may."""


def _named_once(names: object, below: Path = ()) -> dict[str, object]:
    """A list of names as a mapping to nothing further."""
    found: dict[str, object] = {}
    for index, each in enumerate(cast("list[object]", names)):
        name = text(each)
        if name in found:
            message = f"`{name}` stands twice"
            fail("WSG302", message, help="remove one of them", below=(*below, index))
        found[Text.of(name, name)] = {}
    return found


class PayloadSpec(BaseModel):
    """What travels in one direction: messages, or a raw payload."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    messages: dict[str, ReceivedSpec] = Field(
        default_factory=dict[str, ReceivedSpec], alias="<messages>"
    )
    raw: TypeText = Field(default=None, alias="<raw>")

    @model_validator(mode="before")
    @classmethod
    def _normalise(cls, data: object) -> Raw:
        if not data and isinstance(data, (list, dict)):
            fail("WSG011", "no message stands here", help="name a message, or remove the key")
        if isinstance(data, list):
            return {"<messages>": _named_once(cast("list[object]", data))}
        if isinstance(data, dict):
            return {"<messages>": data}
        return {"<raw>": data}

    @property
    def raw_type(self) -> TypeNode | None:
        """The type of a raw payload."""
        return cast("TypeNode | None", self.raw)


class HandlerSpec(Documented):
    """What answers a path."""

    kind: Literal["websocket", "listener", "stream"]
    """How it talks: freely (websocket), a method a message (listener), or by itself (stream)."""
    path: Annotated[list[RoutePath], OneOrMore, NotEmpty]
    """The path, such as `/rooms/{room_id:int}/ws`, or a list of paths with the same parameters."""
    query: Fields = Field(default_factory=dict[str, FieldSpec])
    """Parameters of the query string."""
    header: HeaderFields = Field(default_factory=dict[str, FieldSpec])
    """Parameters from request headers."""
    cookie: Fields = Field(default_factory=dict[str, FieldSpec])
    """Parameters from cookies."""
    origins: Annotated[list[Origin], OneOrMore, NotEmpty] = Field(default_factory=lambda: ["same"])
    """Which pages may connect: same (default), any, or a list of origins."""
    subprotocols: Annotated[list[String], OneOrMore] = Field(default_factory=list[str])
    """Subprotocols, the preferred one first."""
    dependencies: Annotated[list[Reference], OneOrMore] = Field(default_factory=list[str])
    """Dependencies that the handler uses."""
    guards: Annotated[list[Reference], OneOrMore] = Field(default_factory=list[str])
    """Guards that a connection has to pass."""
    from_client: PayloadSpec | None = None
    """What the client sends: messages, or a raw payload."""
    from_server: PayloadSpec | None = None
    """What the server pushes; replies are added by themselves."""
    subscribe: Annotated[list[Reference], OneOrMore] = Field(default_factory=list[str])
    """Topics that every connection hears; their parameters are taken from the path by name."""
    close_codes: Annotated[list[Reference], OneOrMore] = Field(default_factory=list[str])
    """Close codes that the handler uses."""
    limits: LimitsSpec = LimitsSpec()
    """Bounds of a connection."""
    on_invalid: Literal["close", "reply", "ignore"] | None = None
    """What a wrong message does: close (1007, default), reply (the error message), ignore."""
    on_reject: Literal["deny", "close"] = "deny"
    """How a connection is refused.

    deny: by an HTTP status (default); close: accepted, then closed, so that browsers see the code.
    """


class Document(Part):
    """A schema."""

    wsgen: Integer
    """The version of the schema language: 1."""
    api: ApiSpec | None = None
    """The API as a whole; a file that is only imported has none."""
    imports: dict[NameText, SchemaFile] = Field(default_factory=dict[str, str])
    """Other schema files whose types are used as `alias.Name`."""
    types: dict[NameText, TypeSpec] = Field(default_factory=dict[str, AnySpec])
    """Types with a name: aliases with constraints, enums, records, unions."""
    messages: dict[NameText, MessageSpec] = Field(default_factory=dict[str, MessageSpec])
    """Messages: tagged records."""
    close_codes: dict[NameText, CloseCodeSpec] = Field(default_factory=dict[str, CloseCodeSpec])
    """Close codes of the application, 4000 to 4999."""
    dependencies: dict[NameText, DependencySpec] = Field(default_factory=dict[str, DependencySpec])
    """What the application provides for each connection."""
    guards: dict[NameText, GuardSpec] = Field(default_factory=dict[str, GuardSpec])
    """Checks that may refuse a connection."""
    topics: dict[NameText, TopicSpec] = Field(default_factory=dict[str, TopicSpec])
    """Typed publish and subscribe."""
    handlers: dict[NameText, HandlerSpec] = Field(default_factory=dict[str, HandlerSpec])
    """What answers which path."""

    @model_validator(mode="before")
    @classmethod
    def _short_guards(cls, data: object) -> Raw:
        given = raw_mapping(data)
        if isinstance(given.get("guards"), list):
            return given | {"guards": _named_once(given["guards"], ("guards",))}
        return given
