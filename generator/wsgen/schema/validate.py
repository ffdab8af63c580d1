"""Tree → Document: every pydantic error becomes a finding in our words, at its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from wsgen.diagnostics import Collector, Diagnostic, did_you_mean
from wsgen.schema.document import Document
from wsgen.schema.leaves import Text
from wsgen.source import Path, Tree
from wsgen.source.tree import Mapping, Node, Sequence

LANGUAGE_VERSION: Final = 1


def validate(tree: Tree) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """The document that a tree holds, or everything that is wrong with its shape."""
    found = Collector()
    if not isinstance(tree.root, Mapping):
        found.report(
            "WSG012", "a schema is a mapping", tree.root.span, help="start with `wsgen: 1`"
        )
        return None, found.diagnostics
    _check_version(tree, tree.root, found)
    document = None
    try:
        document = Document.model_validate(_plain(tree.root))
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            _report(each, tree, found)
    if found.diagnostics:
        return None, found.diagnostics
    return document, ()


def _check_version(tree: Tree, root: Mapping, found: Collector) -> None:
    entry = root.entries.get("wsgen")
    if entry is None:
        found.report(
            "WSG013",
            "the language version is missing",
            tree.root.span,
            help="start with `wsgen: 1`",
        )
    elif isinstance(entry.value, (Mapping, Sequence)) or entry.value.value() != LANGUAGE_VERSION:
        found.report(
            "WSG013",
            "this wsgen reads language version 1",
            entry.value.span,
            help="write `wsgen: 1`",
        )
    elif next(iter(root.entries)) != "wsgen":
        found.report(
            "WSG013",
            "the language version stands first",
            entry.key.span,
            help="move it to the first line",
        )


def _plain(node: Node) -> object:
    if isinstance(node, Mapping):
        return {key: _plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [_plain(each) for each in node.items]
    return Text.of(node.text, node.value(), node.comment)


def _report(error: ErrorDetails, tree: Tree, found: Collector) -> None:
    location = tuple(step for step in error["loc"] if not _artificial(step))
    is_key = "[key]" in error["loc"]
    if not location or location == ("wsgen",):
        return
    kind = error["type"]
    context: dict[str, Any] = error.get("ctx") or {}
    match kind:
        case "wsgen":
            _report_own(context, location, tree, found, is_key=is_key)
        case "extra_forbidden":
            key = str(location[-1])
            known = _keys_at(location[:-1])
            found.report(
                "WSG010",
                f"unknown key `{key}`",
                tree.key_span(location),
                help=did_you_mean(key, known),
            )
        case "missing":
            span = tree.key_span(location[:-1]) if location[:-1] else tree.root.span
            found.report("WSG011", f"`{location[-1]}` is missing", span)
        case "literal_error":
            _report_choice(context, location, tree, found)
        case "dict_type":
            found.report("WSG012", "expected a mapping", tree.span(location))
        case "list_type":
            found.report("WSG012", "expected a list", tree.span(location))
        case _:
            found.report(
                "WSG012", "this value is not of the form that its key asks for", tree.span(location)
            )


def _report_own(
    context: dict[str, Any], location: Path, tree: Tree, found: Collector, *, is_key: bool
) -> None:
    part = context["part"]
    location += context["below"]
    span = tree.key_span(location) if is_key else tree.span(location)
    if part is not None:
        span = tree.part(location, *part)
    found.report(context["code"], context["message"], span, help=context["help"])


def _report_choice(context: dict[str, Any], location: Path, tree: Tree, found: Collector) -> None:
    choices = str(context["expected"]).replace("'", "`")
    node = list(tree.nodes(location))[-1]
    text = "" if isinstance(node, (Mapping, Sequence)) else node.text
    known = [each.strip("'") for each in str(context["expected"]).replace(" or ", ", ").split(", ")]
    found.report("WSG012", f"expected {choices}", node.span, help=did_you_mean(text, known))


def _artificial(step: str | int) -> bool:
    """Steps of the models that nobody writes: the tags of unions and our own aliases."""
    return isinstance(step, str) and (step.startswith("<") or step == "[key]")


def _keys_at(location: Path) -> list[str]:
    """The keys that may stand in the mapping at `location`."""
    models: list[type[BaseModel]] = [Document]
    for step in location:
        models = [found for model in models for found in _below(model, step)]
    names = (field.alias or name for model in models for name, field in model.model_fields.items())
    return [name for name in names if not name.startswith("<")]


def _below(model: type[BaseModel], step: str | int) -> Iterator[type[BaseModel]]:
    field = model.model_fields.get(str(step))
    if field is not None:
        yield from _models_in(field.annotation)
        return
    hidden = [each for each in model.model_fields.values() if (each.alias or "").startswith("<")]
    below = [found for each in hidden for found in _models_in(each.annotation)]
    yield from below or [model]  # the name of a thing, or an index


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
