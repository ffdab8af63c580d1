"""Writes everything anew that is generated and committed: `uv run poe generate`.

Read the diff before you commit it: the tests compare the same files with what they should be.
"""

from __future__ import annotations

import sys
from pathlib import Path

from wsgen.cli import run
from wsgen.schema.json_schema import json_schema_text

ROOT = Path(__file__).resolve().parents[1]
EDITOR_SCHEMA = ROOT / "schemas" / "wsgen.schema.json"


def schemas() -> dict[Path, Path]:
    """Every schema with a committed package, and the folder that it is in."""
    found = {path: path.parent for path in sorted(ROOT.glob("samples/*/schema.yaml"))}
    for name in ("bench", "comparison"):
        found[ROOT / "tests" / name / "schema.yaml"] = ROOT / "tests" / name
    for path in sorted(ROOT.glob("tests/golden/*/schema.yaml")):
        found[path] = path.parent / "expected"
    return found


def main() -> int:
    """Write them; the greatest exit code."""
    EDITOR_SCHEMA.write_text(json_schema_text(), encoding="utf-8")
    return max(run(["build", str(path), "--out", str(out)]) for path, out in schemas().items())


if __name__ == "__main__":
    sys.exit(main())
