"""Three states, which type checkers tell apart."""

from typing import assert_type

from msgspec import UNSET, UnsetType

from absence import messages as m


def patch(name: str | None, change: m.AbsentOrNull) -> str | None:
    assert_type(change.text, str | UnsetType | None)
    return name if change.text is UNSET else change.text


assert_type(m.Optional().text, str)
assert_type(m.OptionalAndNullable().text, str | None)
assert_type(m.Absent().text, str | UnsetType)
