"""The table of reserved words says what the runtime has."""

from __future__ import annotations

import pytest

from wsgen.resolve.rules.reserved_names import CREATE_APP, HANDLER
from wsgen_runtime import gen1

LATER = {"topics"}
"""Reserved for what the language has, and no code yet."""
HIDDEN = {"handler", "handshake", "params", "self", "socket"}
"""Attributes and arguments that generated handlers have beside those of their base class."""
KINDS = (gen1.Handler, gen1.ListenerHandler, gen1.StreamHandler, gen1.WebSocketHandler)


def test_the_options_of_an_application_are_reserved() -> None:
    assert CREATE_APP.keys() == gen1.AppOptions.__annotations__.keys() | LATER


def test_the_attributes_of_handlers_are_reserved() -> None:
    shown = {name for kind in KINDS for name in dir(kind) if not name.startswith("_")}
    assert HANDLER.keys() == shown | HIDDEN | LATER


@pytest.mark.parametrize("kind", KINDS)
def test_no_method_of_a_message_can_hide_one_of_the_handler(kind: type) -> None:
    assert [name for name in dir(kind) if name.startswith("on_")] == []
