"""What an author may write: the language of `schema.yaml`, as pydantic models.

After validation there is one form of everything; short forms are gone. References are not
looked at here. The models' descriptions are what editors show.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from wsgen.schema.annotation import Annotation, TypeNode
from wsgen.schema.leaves import (
    AnnotationText,
    Anything,
    Boolean,
    Bound,
    Duration,
    Integer,
    NameText,
    OneOrMore,
    PythonTypeText,
    Rate,
    Size,
    String,
    Text,
    TypeText,
    fail,
)


class Part(BaseModel):
    """A mapping with fixed keys; keys of other tools start with `x-` and are kept."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        use_attribute_docstrings=True,
        populate_by_name=False,
    )
    short_form: ClassVar[str | None] = None
    """The key that a plain text stands for, where one may be written instead of the mapping."""

    extensions: dict[str, Anything] = Field(default_factory=dict, alias="<x>", exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _normalise(cls, data: object) -> object:
        if cls.short_form and isinstance(data, Text) and data.plain is not None:
            return {cls.short_form: data}
        if isinstance(data, Text) and data.plain is None and not cls.short_form:
            data = {}
        if not isinstance(data, dict):
            fail("WSG012", "expected a mapping")
        own = {key: value for key, value in data.items() if not key.startswith("x-")}
        extra = {key: value for key, value in data.items() if key.startswith("x-")}
        return own | ({"<x>": extra} if extra else {})


class Documented(Part):
    """What has docs of its own."""

    doc: String | None = None
    """What it is, for code, docs and clients (Markdown)."""
    deprecated: String | None = None
    """Why it should no longer be used, and what to use instead."""


class ConstraintKeys(Part):
    """Bounds of a value."""

    ge: Bound = None
    """Greater than or equal to."""
    gt: Bound = None
    """Greater than."""
    le: Bound = None
    """Less than or equal to."""
    lt: Bound = None
    """Less than."""
    multiple_of: Bound = None
    """A multiple of this number."""
    min_length: Integer | None = None
    """Least number of characters, bytes or items."""
    max_length: Integer | None = None
    """Greatest number of characters, bytes or items."""
    pattern: String | None = None
    """A regular expression that is found somewhere in the text; `$` is the very end."""


class FieldSpec(Documented, ConstraintKeys):
    """A field: `name: TYPE`, `name: TYPE = DEFAULT`, or the long form with constraints."""

    short_form = "type"

    type: AnnotationText
    """The type, and with `=` a default."""
    default: Anything = None
    """The value when it is absent."""
    wire: String | None = None
    """The key on the wire, where it differs from the name."""

    @property
    def annotation(self) -> Annotation:
        """The type and default of the short form."""
        return self.type

    @property
    def has_default_key(self) -> bool:
        """Whether `default:` is written."""
        return "default" in self.model_fields_set


Fields: TypeAlias = Annotated[
    dict[str, FieldSpec],
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_]{0,63}[?]?$"},
            "additionalProperties": {"$ref": "#/$defs/FieldSpec"},
        }
    ),
]


class AliasSpec(Documented, ConstraintKeys):
    """A name for a type, with constraints."""

    short_form = "type"

    type: TypeText
    """The type that it stands for."""


class EnumSpec(Documented):
    """Constants: a list of values, or a mapping of names to values."""

    enum: Anything
    """The values, as a list, or a mapping of names to strings or ints."""
    open: Boolean = False
    """Keep values that are not listed, instead of refusing them."""


class RecordSpec(Documented):
    """An object with fields."""

    fields: Fields
    """The fields, by name; `name?` may be absent."""
    tag: String | None = None
    """Its value of the tag key, where it stands in a union."""
    tag_key: String | None = None
    """The tag key of its union; the API's by default."""
    extra: Literal["ignore", "forbid"] | None = None
    """What happens to keys that are not fields; the API's way by default."""


class UnionSpec(Documented):
    """A name for one of several types."""

    union: Annotated[list[TypeText], OneOrMore]
    """The arms: tagged records, or types of different JSON kinds."""


def _kind_of_type(data: object) -> str:
    if isinstance(data, dict):
        return next((key for key in ("enum", "fields", "union") if key in data), "type")
    return "type"


TypeSpec: TypeAlias = Annotated[
    Annotated[AliasSpec, Tag("<type>")]
    | Annotated[EnumSpec, Tag("<enum>")]
    | Annotated[RecordSpec, Tag("<fields>")]
    | Annotated[UnionSpec, Tag("<union>")],
    Discriminator(lambda data: f"<{_kind_of_type(data)}>"),
]


class MessageSpec(Documented):
    """A tagged record that travels on its own."""

    fields: Fields = {}
    """The fields, by name; `name?` may be absent."""
    tag: String | None = None
    """Its value of the tag key; the name in snake_case by default."""
    extra: Literal["ignore", "forbid"] | None = None
    """What happens to keys that are not fields; the API's way by default."""


class Envelope(Part):
    """How a message is wrapped."""

    payload: String | None = None
    """The key that the fields stand under; without it they stand beside the tag."""


class ApiSpec(Part):
    """The API as a whole."""

    name: NameText
    """The name of the generated package."""
    version: String | None = None
    """The version of the API."""
    doc: String | None = None
    """What it is for."""
    tag_key: String = "type"
    """The key that says which message it is."""
    envelope: Envelope = Envelope()
    """How a message is wrapped; flat by default."""
    correlation_key: String = "request_id"
    """The key by which a client finds the reply to its request."""
    codec: Literal["json", "msgpack"] = "json"
    """How messages are encoded."""
    frame: Literal["text", "binary"] | None = None
    """Which frames carry them: text for json, binary for msgpack."""
    case: Literal["as_written", "camel"] = "as_written"
    """How names of fields are spelt on the wire."""
    extra: Literal["ignore", "forbid"] = "ignore"
    """What happens to keys that are not fields."""
    models: Literal["msgspec"] = "msgspec"
    """What the generated models are made with."""


class CloseCodeSpec(Part):
    """A close code of the application."""

    code: Integer
    """The number, 4000 to 4999."""
    reason: String = ""
    """What the client is told, at most 123 bytes."""
    status: Integer | None = None
    """The HTTP status when the connection is refused with it."""
    retry: Literal["never", "backoff", "immediate", "auth"] | None = None
    """Whether a client should connect again."""
    doc: String | None = None
    """When it is used."""


class DependencySpec(Part):
    """A value that the application provides for each connection."""

    short_form = "type"

    type: PythonTypeText
    """Its type, as `module:Name`; imported for type checkers alone."""
    needs: Annotated[list[NameText], OneOrMore] = []
    """Other dependencies and parameters that the provider takes."""
    doc: String | None = None
    """What it is."""


class GuardSpec(Part):
    """A check of the application, which may refuse a connection."""

    needs: Annotated[list[NameText], OneOrMore] = []
    """Dependencies and parameters that the guard takes."""
    doc: String | None = None
    """What it checks."""


class TopicSpec(Part):
    """Typed publish and subscribe."""

    params: Fields = {}
    """What one topic is told from another by."""
    messages: Annotated[list[String], OneOrMore] = []
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

    reply: Annotated[list[String], OneOrMore] = []
    """The message that answers it, or several that may."""


class PayloadSpec(Part):
    """What travels in one direction: messages, or a raw payload."""

    messages: dict[str, ReceivedSpec] = Field(default={}, alias="<messages>")
    raw: TypeText = Field(default=None, alias="<raw>")

    @model_validator(mode="before")
    @classmethod
    def _normalise(cls, data: object) -> object:
        if isinstance(data, list):
            return {"<messages>": {str(each): {} for each in data}}
        if isinstance(data, dict):
            return {"<messages>": data}
        return {"<raw>": data}

    @property
    def raw_type(self) -> TypeNode | None:
        """The type of a raw payload."""
        return self.raw


_PAYLOAD_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string", "description": "A raw payload: str, bytes, any, or a named type."},
            {"type": "array", "items": {"type": "string"}, "description": "Messages."},
            {
                "type": "object",
                "additionalProperties": {
                    "anyOf": [{"$ref": "#/$defs/ReceivedSpec"}, {"type": "null"}]
                },
            },
        ]
    }
)


class HandlerSpec(Documented):
    """What answers a path."""

    kind: Literal["websocket", "listener", "stream"]
    """websocket: the handler talks as it likes; listener: a method for each message; stream: a generator of messages."""
    path: Annotated[list[String], OneOrMore]
    """The path, such as `/rooms/{room_id:int}/ws`, or a list of paths with the same parameters."""
    query: Fields = {}
    """Parameters of the query string."""
    header: Fields = {}
    """Parameters from request headers."""
    cookie: Fields = {}
    """Parameters from cookies."""
    origins: Annotated[list[String], OneOrMore] = ["same"]
    """Which pages may connect: same (default), any, or a list of origins."""
    subprotocols: Annotated[list[String], OneOrMore] = []
    """Subprotocols, the preferred one first."""
    dependencies: Annotated[list[String], OneOrMore] = []
    """Dependencies that the handler uses."""
    guards: Annotated[list[String], OneOrMore] = []
    """Guards that a connection has to pass."""
    from_client: Annotated[PayloadSpec, _PAYLOAD_SCHEMA] | None = None
    """What the client sends: messages, or a raw payload."""
    from_server: Annotated[PayloadSpec, _PAYLOAD_SCHEMA] | None = None
    """What the server pushes; replies are added by themselves."""
    subscribe: Annotated[list[String], OneOrMore] = []
    """Topics that every connection hears; their parameters are taken from the path by name."""
    close_codes: Annotated[list[String], OneOrMore] = []
    """Close codes that the handler uses."""
    limits: LimitsSpec = LimitsSpec()
    """Bounds of a connection."""
    on_invalid: Literal["close", "reply", "ignore"] | None = None
    """What happens when the client sends something else: close (1007, default), reply (the error message), ignore."""
    on_reject: Literal["deny", "close"] = "deny"
    """How a connection is refused: deny (an HTTP status, default), close (accept, then close: a browser sees the code)."""


class Document(Part):
    """A schema."""

    wsgen: Integer
    """The version of the schema language: 1."""
    api: ApiSpec | None = None
    """The API as a whole; a file that is only imported has none."""
    imports: dict[NameText, String] = {}
    """Other schema files whose types are used as `alias.Name`."""
    types: dict[NameText, TypeSpec] = {}
    """Types with a name: aliases with constraints, enums, records, unions."""
    messages: dict[NameText, MessageSpec] = {}
    """Messages: tagged records."""
    close_codes: dict[NameText, CloseCodeSpec] = {}
    """Close codes of the application, 4000 to 4999."""
    dependencies: dict[NameText, DependencySpec] = {}
    """What the application provides for each connection."""
    guards: dict[NameText, GuardSpec] = {}
    """Checks that may refuse a connection."""
    topics: dict[NameText, TopicSpec] = {}
    """Typed publish and subscribe."""
    handlers: dict[NameText, HandlerSpec] = {}
    """What answers which path."""

    @model_validator(mode="before")
    @classmethod
    def _short_guards(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("guards"), list):
            return data | {"guards": {Text.of(str(each), str(each)): {} for each in data["guards"]}}
        return data
