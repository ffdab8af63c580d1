"""Arguments and options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from wsgen.cli.report import Format

Schemas: TypeAlias = Annotated[
    list[Path] | None,
    typer.Argument(metavar="SCHEMA", help="Schema files; by default those of the configuration."),
]
OneSchema: TypeAlias = Annotated[
    Path | None,
    typer.Argument(
        metavar="SCHEMA", help="A schema file; by default the one of the configuration."
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
Loud: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--verbose/--quiet",
        "-v/-q",
        help="Name each file and show details of internal errors; or no summary.",
    ),
]
"""True, False, or as usual."""
Preview: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--diff/--dry-run", help="Write nothing: print what would change; or name the files."
    ),
]
"""True: as a diff. False: by name. None: there is none, files are written."""
Write: TypeAlias = Annotated[
    bool | None,
    typer.Option("--write/--check", help="Write the changes; or fail if there are any, for CI."),
]
"""True: they are written. False: they are findings. None: they are shown as a diff."""
Watch: TypeAlias = Annotated[
    bool, typer.Option("--watch", help="Build again whenever a schema changes, until Ctrl-C.")
]
