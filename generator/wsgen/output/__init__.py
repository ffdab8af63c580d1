"""From texts to files: what would change on disk, and changing it so that nothing is left half done."""

from wsgen.output.apply import apply
from wsgen.output.artifact import Artifact
from wsgen.output.changes import ChangeSet, Write
from wsgen.output.compare import compare
from wsgen.output.diff import diff
from wsgen.output.manifest import MANIFEST, Manifest, Totals

__all__ = [
    "MANIFEST",
    "Artifact",
    "ChangeSet",
    "Manifest",
    "Totals",
    "Write",
    "apply",
    "compare",
    "diff",
]
