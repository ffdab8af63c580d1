"""Defaults and constants: Python literals, taken from a syntax tree without evaluating anything."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from wsgen.source import Value

Range: TypeAlias = tuple[int, int]
_WORDS: Final = {"true": "True", "false": "False", "null": "None"}
_NOT_FINITE: Final = {"inf", "infinity", "nan"}
_LITERALS: Final = "allowed are text, numbers, True, False, None, lists and dicts"


class Malformed(Exception):
    """Not an annotation: what is wrong, where in the text, and what to do."""

    def __init__(self, message: str, place: Range, help: str) -> None:
        super().__init__(message)
        self.message = message
        self.start, self.end = place
        self.help = help


@dataclass(frozen=True, slots=True)
class LiteralReader:
    """Reads literals; `place` says where in the text a node stands."""

    place: Callable[[ast.expr], Range]

    def read(self, node: ast.expr) -> Value:
        """The value.

        Raises:
            Malformed: it is no literal.
        """
        match node:
            case ast.Constant(value=None | bool() | int() | float() as value):
                return value
            case ast.Constant(value=str(text)):
                return self._whole_text(text, node)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                if isinstance(number, bool):
                    raise Malformed("a default is a literal", self.place(node), _LITERALS)
                return -number
            case ast.List(elts=items):
                return [self.read(each) for each in items]
            case ast.Dict(keys=keys, values=values):
                return self._mapping(keys, values, node)
            case ast.Name(id=word):
                meant = _WORDS.get(word, f'"{word}"')
                if word.lower() in _NOT_FINITE:
                    help_ = f"numbers are finite; as text it is `{meant}`"
                else:
                    help_ = f"did you mean `{meant}`?"
                raise Malformed(f"`{word}` is not a Python literal", self.place(node), help_)
            case _:
                raise Malformed("a default is a literal", self.place(node), _LITERALS)

    def _whole_text(self, text: str, node: ast.expr) -> str:
        if any("\ud800" <= each <= "\udfff" for each in text):
            message = "half a character: a lone surrogate"
            raise Malformed(message, self.place(node), "write the character itself")
        return text

    def _mapping(
        self, keys: list[ast.expr | None], values: list[ast.expr], node: ast.expr
    ) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for key_node, value in zip(keys, values, strict=True):
            if not isinstance(key_node, ast.Constant) or not isinstance(key_node.value, str):
                message = "keys of a JSON object are strings"
                raise Malformed(message, self.place(key_node or node), "put the key in quotes")
            key = self._whole_text(key_node.value, key_node)
            if key in found:
                message = f"the key `{key}` stands twice"
                raise Malformed(message, self.place(key_node), "remove one of them")
            found[key] = self.read(value)
        return found
