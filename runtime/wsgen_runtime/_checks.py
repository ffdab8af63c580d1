"""Checks of generated code, for what neither `msgspec.Meta` nor `pydantic.Field` can say.

Both turn their ValueError into an error of their own when they decode.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar


class _Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...
    def __le__(self, other: Any, /) -> bool: ...


T = TypeVar("T", bound=_Ordered)


def finite(value: Decimal) -> Decimal:
    """A number that is neither NaN nor infinite.

    Raises:
        ValueError: it is.
    """
    if not value.is_finite():
        raise ValueError("expected a finite number")
    return value


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds(Generic[T]):
    """What a value lies between."""

    ge: T | None = None
    gt: T | None = None
    le: T | None = None
    lt: T | None = None

    def __call__(self, value: T) -> T:
        """A value within the bounds.

        Raises:
            ValueError: it is beyond one of them.
        """
        try:
            problem = self._problem(value)
        except TypeError:  # a time with a zone, and a bound without
            problem = "expected a time without a zone"
        if problem:
            raise ValueError(problem)
        return value

    def _problem(self, value: T) -> str | None:
        if self.ge is not None and not self.ge <= value:
            return f"expected a value of at least {self.ge}"
        if self.gt is not None and not self.gt < value:
            return f"expected a value greater than {self.gt}"
        if self.le is not None and not value <= self.le:
            return f"expected a value of at most {self.le}"
        if self.lt is not None and not value < self.lt:
            return f"expected a value less than {self.lt}"
        return None


def check_finite(name: str, value: Decimal) -> None:
    """Refuse NaN and infinity in a field.

    Raises:
        ValueError: the number is not finite.
    """
    try:
        finite(value)
    except ValueError as error:
        raise ValueError(f"`{name}`: {error}") from None


def check_bounds(
    name: str,
    value: T,
    *,
    ge: T | None = None,
    gt: T | None = None,
    le: T | None = None,
    lt: T | None = None,
) -> None:
    """Refuse what is out of bounds in a field.

    Raises:
        ValueError: the value is beyond one of them.
    """
    try:
        Bounds(ge=ge, gt=gt, le=le, lt=lt)(value)
    except ValueError as error:
        raise ValueError(f"`{name}`: {error}") from None
