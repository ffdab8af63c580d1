"""Any file: no byte outside of the class changes but for imports, and the second run is a no-op."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.generator.support import run_file
from tests.scaffold.corpus import HERE

from wsgen import pipeline

API = run_file(HERE / "schema.yaml").good
IMPORTS = [
    "from chat.handlers.room import RoomHandler",
    "from chat.handlers.room import RoomHandler as Base, RoomSocket",
    "import chat.handlers.room",
    "from chat import messages as m; import chat.handlers.room as r",
    "from .chat import messages\nfrom .chat.handlers import (  # why\n    room,\n)",
]
BASES = [
    "RoomHandler",
    "Base",
    "chat.handlers.room.RoomHandler",
    "r.RoomHandler",
    "room.RoomHandler",
]
NOISE = [
    "",
    "# a comment",
    "#\x0c",
    "x = 1  ;  y=[2,\n 3 ]",
    'text = """\nclass Room(RoomHandler):\n    pass\n"""',
    "def f( a,b ) : return a",
    "class Other:\n  def on_say(self): ...\n\n\n",
    "if True:\n\timport os as m\nelse :\n\toverride = 'ä\u2028'",
    "@f\nclass Decorated: pass",
    "from typing import override, final",
]
MEMBERS = [
    "",
    "# a comment",
    '"""Doc."""',
    "x: int = 1 # one",
    "on_typing = None",
    "async def on_say(self, message, /): ...",
    "async def on_say ( self , message : m.Typing , / ) -> None :\n»return None",
    "async def on_typing(self, who: 'm.Typing', /) -> None:\n»pass\n»# the end",
    "@property\n#\ndef user(self): return (\n1)",
    "class Inner:\n»def on_typing(self): ...",
    "if x:\n»def on_say(self, message: object, /): ...",
]
ENDINGS = st.sampled_from(["\n", "\r\n"])
UNITS = st.sampled_from(["    ", "\t", "  "])
noise = st.lists(st.sampled_from(NOISE), max_size=4).map("\n".join)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """What stands before the imports, after them, in the class, and after it."""
    which = draw(st.integers(0, len(IMPORTS) - 1))
    unit = draw(UNITS)
    members = draw(st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=5))
    lines = "\n".join([*members, "last = 1"]).replace("\n»", f"\n{unit}").split("\n")
    head = f"class Room( {BASES[which]} ):\n"
    body = "\n".join(unit + line if line.strip() else line for line in lines)
    newline = draw(ENDINGS)
    pieces = (IMPORTS[which] + "\n", draw(noise) + "\n", head + body, "\n" + draw(noise))
    before, middle, class_, after = (each.replace("\n", newline) for each in pieces)
    return before, middle, class_, after


def done(text: str, folder: Path) -> str:
    path = folder / "app.py"
    path.write_bytes(text.encode())
    found = pipeline.scaffold(API, folder / "chat", path)
    assert not found.diagnostics, found.diagnostics
    for each in found.changes.writes:
        return each.artifact.data.decode()
    return text


def only_imports_were_added(old: str, new: str) -> bool:
    """Whether the new text is the old one with whole lines of imports in one place."""
    added = len(new) - len(old)
    inserted = (
        new[place : place + added]
        for place in range(len(old) + 1)
        if new[:place] + new[place + added :] == old
    )
    return any(
        all(line.startswith(("from ", "import ")) for line in text.splitlines())
        for text in inserted
    )


@given(files())
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_outside_of_the_class_changes(
    tmp_path: Path, pieces: tuple[str, str, str, str]
) -> None:
    before, middle, class_, after = pieces
    text = "".join(pieces)
    new = done(text, tmp_path)
    if new == text:
        return
    assert new.endswith(after)
    rest = new.removesuffix(after)
    start = rest.rindex(class_[: class_.index(":") + 1])
    assert only_imports_were_added(before + middle, rest[:start])
    for line in class_.splitlines():
        if "async def" not in line:
            assert line in rest[start:]
    assert done(new, tmp_path) == new
