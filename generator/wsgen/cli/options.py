"""Arguments and options that commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer


class Format(StrEnum):
    """How findings are shown."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


Schemas: TypeAlias = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[SCHEMA]...", help="Schema files; by default those of the configuration."
    ),
]
OneSchema: TypeAlias = Annotated[
    Path | None,
    typer.Argument(
        metavar="[SCHEMA]", help="A schema file; by default the one of the configuration."
    ),
]
Out: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The folder to put packages into.")
]
ConfigFile: TypeAlias = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="The configuration to use.")
]
OutputFormat: TypeAlias = Annotated[
    Format, typer.Option("--format", metavar="text|json|github", help="How findings are shown.")
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="No summary.")]
Verbose: TypeAlias = Annotated[
    bool, typer.Option("--verbose", "-v", help="Name each file; show details of internal errors.")
]
