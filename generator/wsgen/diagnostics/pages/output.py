"""WSG9xx: the files that wsgen writes."""

from __future__ import annotations

from typing import Final

from wsgen.diagnostics.rule import Rule

RULES: Final = (
    Rule(
        "WSG901",
        "file in the way",
        "A file that wsgen did not write stands where one is to be written.",
        "Move the file away, or choose another output folder.",
    ),
    Rule(
        "WSG902",
        "unsafe path",
        "An output path leads through a symbolic link or out of the output folder.",
        "Use a plain folder.",
    ),
    Rule(
        "WSG903",
        "drift",
        "A generated file differs from what the schema gives.",
        "Run `wsgen build` and commit the result.",
    ),
)
