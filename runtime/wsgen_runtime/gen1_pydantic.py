"""What generated code with models of pydantic is made of, beside `gen1`.

It needs pydantic: `pip install wsgen-runtime[pydantic]`.
"""

from __future__ import annotations

from wsgen_runtime._checks import Bounds
from wsgen_runtime._pydantic_types import (
    UUID,
    Bytes,
    Date,
    Datetime,
    Decimal,
    Exact,
    Maybe,
    Model,
    Object,
    Time,
    Timedelta,
)
from wsgen_runtime._pydantic_wire import Wire

__all__ = [
    "UUID",
    "Bounds",
    "Bytes",
    "Date",
    "Datetime",
    "Decimal",
    "Exact",
    "Maybe",
    "Model",
    "Object",
    "Time",
    "Timedelta",
    "Wire",
]
