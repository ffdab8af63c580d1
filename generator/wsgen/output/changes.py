"""What a build would do to the disk: one value for `build`, `check` and `--diff`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from wsgen.output.artifact import Artifact


@dataclass(frozen=True, slots=True)
class Write:
    """A file to be written.

    Attributes:
        old: what is there now; None: nothing.
    """

    artifact: Artifact
    old: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """The difference between a package as generated and as it lies on disk.

    Attributes:
        package: the folder of the package.
        writes: new and changed files, the manifest last.
        removals: files that were generated once and are no more, with what they hold.
        unchanged: how many files are as they should be.
    """

    package: Path
    writes: tuple[Write, ...] = ()
    removals: tuple[tuple[PurePosixPath, bytes], ...] = ()
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.writes or self.removals)

    @property
    def paths(self) -> tuple[PurePosixPath, ...]:
        """What changes, in order."""
        return (*(each.artifact.path for each in self.writes), *(path for path, _ in self.removals))
