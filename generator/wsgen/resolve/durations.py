"""ISO 8601 durations of days, hours, minutes and seconds: the form that travels."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_DURATION: Final = re.compile(
    r"""
    (?P<sign>-)?P
    (?:(?P<days>[0-9]{1,18})D)?
    (?:T(?=[0-9])
        (?:(?P<hours>[0-9]{1,18})H)?
        (?:(?P<minutes>[0-9]{1,18})M)?
        (?:(?P<seconds>[0-9]{1,18}(?:\.[0-9]{1,6})?)S)?
    )?
    """,
    re.VERBOSE,
)


def parse_duration(text: str) -> dt.timedelta:
    """Read `P1DT2H3M4.5S`.

    Raises:
        ValueError: it is no duration of these units, or too long.
    """
    match = _DURATION.fullmatch(text)
    parts = (
        {key: float(value) for key, value in match.groupdict().items() if value and key != "sign"}
        if match
        else {}
    )
    if match is None or not parts:
        raise ValueError("expected a duration such as `PT30S` or `P1DT12H`")
    try:
        duration = dt.timedelta(**parts)
    except OverflowError:
        raise ValueError("the duration is too long") from None
    return -duration if match["sign"] else duration
