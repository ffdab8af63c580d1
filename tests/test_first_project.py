"""docs/first-project.md, done step by step as it stands: each command, each change, each output."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from samples.serving import serving

PAGE = Path(__file__).resolve().parents[1] / "docs" / "first-project.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VOLATILE = re.compile(r"\b[\d.]+ ?m?s$", re.MULTILINE)
"""How long something took."""
ADDRESS = "localhost:8000"
ENVIRONMENT = {
    **os.environ,
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    "PYTEST_ADDOPTS": "-p no:asyncio -p no:cacheprovider",
    "NO_COLOR": "1",
}
pytestmark = pytest.mark.slow


class Reader:
    """Somebody who does what the page says, in an empty folder.

    Attributes:
        folder: where they stand.
        address: of the server; its port was free, unlike perhaps the page's.
    """

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.address = ADDRESS
        self._stack = stack

    def change(self, text: str) -> None:
        """Apply one change of a file."""
        name, *lines = text.splitlines()
        file = self.folder / name.removeprefix("--- ")
        old = "".join(f"{line[1:]}\n" for line in lines if line[0] != "+")
        new = "".join(f"{line[1:]}\n" for line in lines if line[0] != "-")
        before = file.read_text(encoding="utf-8")
        assert before.count(old) == 1, (file, old)
        file.write_text(before.replace(old, new), encoding="utf-8")

    def write(self, text: str) -> None:
        """Write the client, for the server that there is."""
        text = text.replace(ADDRESS, self.address)
        (self.folder / "client.py").write_text(text, encoding="utf-8")

    def type(self, session: str) -> str:
        """What the terminal shows after the commands of a session."""
        commands = [line[2:] for line in session.splitlines() if line.startswith("$ ")]
        return "".join(f"$ {command}\n{self.run(command)}" for command in commands)

    def run(self, command: str) -> str:
        """What a command prints; a code other than 0 comes after it."""
        if command.startswith("cd "):
            self.folder /= command[3:]
            return ""
        if command.endswith(" &"):
            app = command.removeprefix("uvicorn ").removesuffix(" &")
            self.address = self._stack.enter_context(serving(app, self.folder)).address
            return ""
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return done.stdout + (f"[{done.returncode}]\n" if done.returncode else "")


def steady(text: str) -> str:
    return VOLATILE.sub("…", text)


def test_every_step_does_what_the_page_says(tmp_path: Path) -> None:
    steps = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert {language for language, _ in steps} == {"console", "diff", "python"}
    with ExitStack() as stack:
        reader = Reader(tmp_path, stack)
        for language, text in steps:
            match language:
                case "console":
                    assert steady(reader.type(text)) == steady(text)
                case "diff":
                    reader.change(text)
                case _:
                    reader.write(text)
