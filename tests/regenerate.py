"""Writes everything anew that is generated and committed: `uv run poe generate`.

With names, those cases of the golden corpus alone: `uv run poe generate talk`. Read the diff before
you commit it: the tests compare the same files with what they should be.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.golden.corpus import CASES
from tests.rules_page import RULES_PAGE, rules_page
from wsgen.cli import run
from wsgen.schema import json_schema, json_schema_text

ROOT = Path(__file__).resolve().parents[1]
EDITOR_SCHEMA = ROOT / "schemas" / "wsgen.schema.json"


def schemas() -> dict[Path, Path]:
    """Every schema with a package beside it, and the folder that it is in."""
    found = {path: path.parent for path in sorted(ROOT.glob("samples/*/schema.yaml"))}
    for name in ("bench", "comparison", "topics"):
        found[ROOT / "tests" / name / "schema.yaml"] = ROOT / "tests" / name
    return found


def accept(names: Sequence[str]) -> int:
    """Accept what cases of the golden corpus have come to; without names all of them."""
    unknown = set(names) - {each.name for each in CASES}
    if unknown:
        print(f"no such case: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    for each in CASES:
        if not names or each.name in names:
            each.accept()
    return 0


def main(names: Sequence[str]) -> int:
    """Write them; the greatest exit code."""
    if names:
        return accept(names)
    EDITOR_SCHEMA.write_text(json_schema_text(json_schema()), encoding="utf-8")
    RULES_PAGE.write_text(rules_page(), encoding="utf-8")
    built = [run(["build", str(path), "--out", str(out)]) for path, out in schemas().items()]
    return max(*built, accept([]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
