"""A project to begin with: all files that `wsgen init` writes once, and that are the user's then.

What is made of the schema, the package and the editors' schema, is not among them.
"""

from __future__ import annotations

import keyword
import re
import sys
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from wsgen import __version__
from wsgen._resources import data_root
from wsgen.render.code import Code, identifier
from wsgen.render.render import render_text
from wsgen.schema import is_name

SCHEMA: Final = PurePosixPath("schema.yaml")
FOR_EDITORS: Final = PurePosixPath("wsgen.schema.json")
_FOLDER: Final = "init"
_SUFFIX: Final = ".j2"
_TAKEN: Final = {
    "app": "the module of the application",
    "hatchling": "what builds it",
    "pytest": "what tests it",
    "tests": "the folder of the tests",
    "uvicorn": "what serves it",
    **dict.fromkeys(
        ("click", "dotenv", "h11", "httptools", "uvloop", "watchfiles", "websockets", "yaml"),
        "what uvicorn imports",
    ),
    **dict.fromkeys(("jinja2", "libcst", "typer"), "what wsgen imports"),
}
"""What the project would hide from itself; the schema refuses what generated code imports."""


class BadName(Exception):
    """No package can have this name; the text says why."""


@dataclass(frozen=True, slots=True)
class Project:
    """What the templates see.

    Attributes:
        name: of the project, of its API and of the generated package.
        version: of wsgen.
    """

    name: Code
    version: Code


def project_name(folder: str) -> str:
    """What a project in a folder of this name is called: `my-chat` becomes `my_chat`.

    Raises:
        BadName: Python cannot import a package of that name, or it would hide another.
    """
    name = re.sub(r"[-. ]+", "_", folder).lower()
    if not is_name(name):
        raise BadName(f"`{name}` is not a name: letters, digits and `_`, a letter first")
    if name.endswith("_"):
        raise BadName(f"`{name}` ends with `_`, which the name of a project does not")
    if keyword.iskeyword(name):
        raise BadName(f"`{name}` is a word of Python")
    if name in sys.stdlib_module_names:
        raise BadName(f"`{name}` is a module of Python")
    if name in _TAKEN:
        raise BadName(f"`{name}` is {_TAKEN[name]}")
    return name


def project_files(name: str) -> dict[PurePosixPath, str]:
    """The text of each file, by its path in the project."""
    project = Project(identifier(name), Code(__version__))
    root = data_root("templates") / _FOLDER
    templates = (path.relative_to(root) for path in root.rglob(f"*{_SUFFIX}"))
    return {
        PurePosixPath(path.as_posix().removesuffix(_SUFFIX)): render_text(
            f"{_FOLDER}/{path.as_posix()}", project
        )
        for path in sorted(templates)
    }
