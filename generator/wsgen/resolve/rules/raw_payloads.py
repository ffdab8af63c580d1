"""WSG305: a raw payload is text, bytes, any value, or a type with a name."""

from __future__ import annotations

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Raw
from wsgen.ir.types import Constraints, Message, Reference, Scalar, ScalarType
from wsgen.resolve.rules.ambiguous_unions import named_types

_SCALARS = {Scalar.STR, Scalar.BYTES, Scalar.ANY}


def check(api: Api, found: Collector) -> None:
    """Look at the raw payloads of both directions."""
    types = named_types(api)
    for handler in api.handlers:
        for payload in (handler.from_client, handler.from_server):
            if not isinstance(payload, Raw):
                continue
            match payload.type:
                case ScalarType(scalar=scalar, constraints=Constraints()) if scalar in _SCALARS:
                    continue
                case Reference() as reference if isinstance(types[reference], Message):
                    help_ = f"write a list: [{reference.name}]"
                    found.report(
                        "WSG305", f"`{reference.name}` is a message", handler.at, help=help_
                    )
                case Reference():
                    continue
                case _:
                    message = "a raw payload is `str`, `bytes`, `any`, or a type with a name"
                    found.report(
                        "WSG305", message, handler.at, help="give the type a name under `types:`"
                    )
