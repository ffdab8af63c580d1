"""Dependencies whose types are the schema's own: the package works wherever it is put."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import get_type_hints

import pytest

from wsgen.cli import run

SCHEMA = """\
wsgen: 1
api: {name: inner}
imports: {common: common.yaml}
types:
  User: {fields: {name: str}}
dependencies:
  user: User
  guest: {type: common.Person | None, needs: [user]}
handlers:
  room: {kind: stream, path: /, from_server: str, dependencies: [user, guest]}
"""


def test_a_type_of_the_schema_is_the_one_beside_the_handler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    (tmp_path / "common.yaml").write_text("wsgen: 1\ntypes: {Person: {fields: {name: str}}}\n")
    assert run(["build", str(tmp_path / "schema.yaml"), "--out", f"{tmp_path}/outer", "-q"]) == 0
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        room = importlib.import_module("outer.inner.handlers.room")
        messages = importlib.import_module("outer.inner.messages")
        common = importlib.import_module("outer.inner.common")
        providers = importlib.import_module("outer.inner.dependencies")
        hints = get_type_hints(room.RoomHandler)
        assert hints["user"] is messages.User
        assert hints["guest"] == common.Person | None
        assert get_type_hints(providers.GuestProvider.__call__)["user"] is messages.User
    finally:
        for name in [each for each in sys.modules if each.split(".")[0] == "outer"]:
            del sys.modules[name]
