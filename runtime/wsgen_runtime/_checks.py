"""Checks of a generated `__post_init__`, for what `msgspec.Meta` cannot say.

msgspec turns their ValueError into a ValidationError when it decodes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol, TypeVar


class _Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...
    def __le__(self, other: Any, /) -> bool: ...


T = TypeVar("T", bound=_Ordered)


def check_finite(name: str, value: Decimal) -> None:
    """Refuse NaN and infinity.

    Raises:
        ValueError: the number is not finite.
    """
    if not value.is_finite():
        raise ValueError(f"`{name}`: expected a finite number")


def check_bounds(
    name: str,
    value: T,
    *,
    ge: T | None = None,
    gt: T | None = None,
    le: T | None = None,
    lt: T | None = None,
) -> None:
    """Refuse what is out of bounds.

    Raises:
        ValueError: the value is beyond one of them.
    """
    try:
        _check(name, value, ge=ge, gt=gt, le=le, lt=lt)
    except TypeError:  # a time with a zone, and a bound without
        raise ValueError(f"`{name}`: expected a time without a zone") from None


def _check(name: str, value: T, *, ge: T | None, gt: T | None, le: T | None, lt: T | None) -> None:
    if ge is not None and not ge <= value:
        raise ValueError(f"`{name}`: expected a value of at least {ge}")
    if gt is not None and not gt < value:
        raise ValueError(f"`{name}`: expected a value greater than {gt}")
    if le is not None and not value <= le:
        raise ValueError(f"`{name}`: expected a value of at most {le}")
    if lt is not None and not value < lt:
        raise ValueError(f"`{name}`: expected a value less than {lt}")
