"""Templates render, they do not decide: they are short, and nothing but code gets through them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import jinja2
import pytest

from wsgen._resources import data_root
from wsgen.render.imports import Imports
from wsgen.render.render import FilePlan, render

TEMPLATES = sorted(data_root("templates").rglob("*.j2"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_is_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    assert text.count("{%") <= 25


@dataclass(frozen=True)
class View:
    table: object = "import os"
    urls: tuple[object, ...] = ()


def plan(view: object) -> FilePlan:
    return FilePlan(
        path=PurePosixPath("routes.py"),
        template="python/routes.py.j2",
        source="schema.yaml",
        view=view,
        imports=Imports(),
        doc="A module.",
        exports=(),
    )


def test_text_that_no_filter_made_into_code_is_refused() -> None:
    with pytest.raises(TypeError, match="without a filter"):
        render(plan(View()))


def test_what_a_view_lacks_is_an_error() -> None:
    with pytest.raises((TypeError, jinja2.UndefinedError)):
        render(plan(object()))
