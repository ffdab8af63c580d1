"""Names as words. What a name looks like in a language is for that target to say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(
    r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as the author wrote it, and the words that it is made of.

    >>> Name.of("HTTPError").words
    ('http', 'error')
    >>> Name.of("V2Say").snake, Name.of("user_id").camel
    ('v2_say', 'userId')
    """

    written: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, written: str) -> Name:
        """Split `written` at underscores, hyphens and changes of case."""
        return cls(written, tuple(word.lower() for word in _WORD.findall(written)))

    @property
    def snake(self) -> str:
        """`user_id`: attributes, functions, modules, tags."""
        return "_".join(self.words)

    @property
    def upper(self) -> str:
        """`USER_ID`: constants and enum members."""
        return self.snake.upper()

    @property
    def camel(self) -> str:
        """`userId`: wire names under `case: camel`."""
        return self.words[0] + "".join(word.capitalize() for word in self.words[1:])

    @property
    def pascal(self) -> str:
        """`UserId`: classes. A name that is written like a class stays as it is."""
        if self.written[0].isupper() and "_" not in self.written:
            return self.written
        return "".join(word.capitalize() for word in self.words)
