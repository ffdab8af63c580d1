"""`wsgen ir`: what a schema means, as JSON."""

from __future__ import annotations

import sys

from wsgen.cli.options import ConfigFile, OneSchema
from wsgen.cli.outcomes import understood


def ir(schema: OneSchema = None, *, config: ConfigFile = None) -> None:
    """Print what a schema means, as JSON, for other tools."""
    from wsgen.ir.json import to_json

    sys.stdout.write(to_json(understood(schema, config)))
