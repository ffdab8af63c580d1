"""`wsgen schema`: the JSON Schema of schemas."""

from __future__ import annotations

import sys


def schema() -> None:
    """Print the JSON Schema of schema.yaml, for editors."""
    from wsgen.schema import json_schema_text

    sys.stdout.write(json_schema_text())
