"""A generated file: where it goes, and its bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file of the package.

    Attributes:
        path: inside the package.
    """

    path: PurePosixPath
    data: bytes

    @classmethod
    def text(cls, path: PurePosixPath | str, text: str) -> Artifact:
        """A file of UTF-8 text; line ends are the same on every system."""
        return cls(PurePosixPath(path), text.encode())

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes."""
        return sha256(self.data)

    def same_as(self, data: bytes | None) -> bool:
        """Whether a file holds this already; line ends may be those of another system."""
        return data is not None and unified(data) == self.data

    def compile(self) -> None:
        """Make sure that Python takes it.

        Raises:
            SyntaxError: it does not, or only with a warning; a mistake of wsgen's.
        """
        if self.path.suffix != ".py":
            return
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compile(self.data, str(self.path), "exec", dont_inherit=True)


def unified(data: bytes) -> bytes:
    """Text with our line ends, and without a mark at its start: other tools may have put them."""
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")


def sha256(data: bytes) -> str:
    """Bytes as `sha256:…`."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
