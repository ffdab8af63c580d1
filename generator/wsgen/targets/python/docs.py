"""Docs of the schema as docstrings, and what is deprecated."""

from __future__ import annotations

from wsgen.render.code import Code, literal
from wsgen.render.layout import Group, lay_out
from wsgen.targets.python.file import File


def described(
    doc: str | None, deprecated: str | None = None, *, otherwise: str | None = None
) -> str | None:
    """The doc of something, with a last paragraph on why it is deprecated."""
    parts = [_paragraph(doc) or otherwise]
    if deprecated is not None:
        parts.append(f"Deprecated: {_paragraph(deprecated) or 'do not use it any more.'}")
    return "\n\n".join(each for each in parts if each) or None


def sentence(doc: str | None) -> str | None:
    """The first paragraph of a doc, on one line."""
    text = _paragraph(doc)
    return " ".join(text.split("\n\n")[0].split()) if text else None


def deprecated(reason: str | None, file: File) -> tuple[Code, ...]:
    """The decorator of a class that should no longer be used.

    It speaks to type checkers alone: that a message is decoded is nobody's fault at run time.
    """
    if reason is None:
        return ()
    name = file.imports.name("typing_extensions", "deprecated")
    text = literal(" ".join(reason.split()) or "Do not use it any more.")
    return (lay_out(Group(f"@{name}(", (text, "category=None"), ")")),)


def _paragraph(text: str | None) -> str | None:
    return text.strip() or None if text is not None else None
