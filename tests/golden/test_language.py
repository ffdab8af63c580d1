"""The successes of the corpus show the whole language: what may be written, what it may mean."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from tests.golden.corpus import SUCCESSES

from wsgen.ir import api, types
from wsgen.ir.api import Api
from wsgen.resolve import resolve
from wsgen.schema import Unit, load
from wsgen.schema.document import Document

CONSTANT = {
    "Api.error": "built in: the same in every API",
    "Api.source": "each case has its schema in schema.yaml",
}
"""What never varies in the IR, and why."""


@pytest.fixture(scope="module")
def units() -> list[list[Unit]]:
    """The files of each success."""
    loaded = (load(case.folder / "schema.yaml", "schema.yaml") for case in SUCCESSES)
    return [list(each.units) for each in loaded]


def models_below(kind: Any) -> Iterator[type[BaseModel]]:
    """The models that a model, or another annotation, is made of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from models_below(field.annotation)
    for argument in get_args(kind):
        yield from models_below(argument)


def choices_in(kind: Any) -> Iterator[str]:
    """The words that an annotation offers."""
    if get_origin(kind) is Literal:
        yield from get_args(kind)
        return
    for argument in get_args(kind):
        yield from choices_in(argument)


def offered() -> Iterator[str]:
    """`Model.key` of all that may be written, and `Model.key: word` where there is a choice."""
    for model in models_below(Document):
        for name, field in model.model_fields.items():
            yield f"{model.__name__}.{name}"
            for word in choices_in(field.annotation):
                yield f"{model.__name__}.{name}: {word}"


def written(value: object) -> Iterator[str]:
    """The same of what is written."""
    if isinstance(value, BaseModel):
        for name in value.model_fields_set:
            yield f"{type(value).__name__}.{name}"
            given = getattr(value, name)
            if isinstance(given, str):
                yield f"{type(value).__name__}.{name}: {given}"
            yield from written(given)
    if isinstance(value, dict):
        for each in value.values():
            yield from written(each)


def test_every_key_and_every_choice_is_written_somewhere(units: list[list[Unit]]) -> None:
    found = {key for case in units for unit in case for key in written(unit.document)}
    assert sorted(set(offered()) - found) == []


def ir_classes(kind: type) -> list[type]:
    """Classes of the IR: those that carry data, or enumerate words."""
    found = (each for module in (api, types) for _, each in inspect.getmembers(module))
    return [each for each in found if inspect.isclass(each) and issubclass(each, kind)]


def values_in(node: object) -> Iterator[tuple[str, object]]:
    """Each field of the IR with its value, and each word of an enum."""
    if isinstance(node, StrEnum):
        yield f"{type(node).__name__}: {node}", node
    elif isinstance(node, tuple):
        for each in node:
            yield from values_in(each)
    elif is_dataclass(node):
        for field in fields(node):
            value = getattr(node, field.name)
            yield f"{type(node).__name__}.{field.name}", value
            yield from values_in(value)


@pytest.fixture(scope="module")
def meanings(units: list[list[Unit]]) -> dict[str, list[object]]:
    """For each field of the IR two values that it has somewhere, if it has two."""
    found: dict[str, list[object]] = {}
    for case in units:
        meant, _ = resolve(case)
        assert isinstance(meant, Api)
        for name, value in values_in(meant):
            seen = found.setdefault(name, [])
            if len(seen) < 2 and value not in seen:
                seen.append(value)
    return found


def test_every_field_of_the_ir_varies(meanings: dict[str, list[object]]) -> None:
    expected = {
        f"{each.__name__}.{field.name}"
        for each in ir_classes(object)
        if is_dataclass(each) and each.__module__.startswith("wsgen.ir.")
        for field in fields(each)
        if "Span" not in str(field.type)
    }
    constant = {name for name in expected if len(meanings.get(name, [])) < 2}
    assert constant == CONSTANT.keys()


def test_every_word_of_the_ir_occurs(meanings: dict[str, list[object]]) -> None:
    words = {
        f"{each.__name__}: {word}"
        for each in ir_classes(StrEnum)
        if each is not StrEnum
        for word in each
    }
    assert sorted(words - meanings.keys()) == []
