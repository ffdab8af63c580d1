"""The stage: an API and an application's files → what is to be added, and what is left over."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wsgen.diagnostics import Diagnostic, in_order
from wsgen.ir.api import Api, Handler
from wsgen.scaffold.classes import BASE
from wsgen.scaffold.look import Looked, Looker
from wsgen.scaffold.plan import MENDS, CannotEdit, describe
from wsgen.scaffold.search import Site, candidates
from wsgen.scaffold.userfile import NotUnderstood, UserFile
from wsgen.source import Position, Span
from wsgen.targets.python.symbols import Symbols

_ROUNDS: Final = 2
_TOO_DEEP: Final = "an expression or a block of it is nested too deeply"


@dataclass(frozen=True, slots=True)
class Edit:
    """A file that is to be written.

    Attributes:
        old: what is there now; None: nothing.
    """

    path: Path
    old: bytes | None
    new: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What there is to do.

    Attributes:
        behind: what the edits mend, for `--check`.
        diagnostics: what they do not.
        texts: of the files that findings are about, by name.
    """

    edits: tuple[Edit, ...]
    behind: tuple[Diagnostic, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: dict[str, str]


def scaffold(api: Api, site: Site, *, only: Collection[str] = ()) -> Result:
    """Hold an application's handlers against its API; `only` names those that are meant."""
    meant = tuple(each for each in api.handlers if not only or each.name.written in only)
    run = _Run(Looker(api, Symbols.of(api), site, meant))
    for path, data in candidates(site):
        run.look(path, data)
    run.begin()
    run.edit()
    return run.result()


class _Run:
    """One run over all files: what is found is gathered here."""

    def __init__(self, looker: Looker) -> None:
        self._looker = looker
        self._site = looker.site
        self._looked: dict[Path, Looked] = {}
        self._begun: tuple[Handler, ...] = ()
        self._unclear: list[bytes] = []
        self._edits: list[Edit] = []
        self._behind: list[Diagnostic] = []
        self._found: list[Diagnostic] = []

    def look(self, path: Path, data: bytes) -> Looked | None:
        """Look at a file; what handlers it may have is unclear if it cannot be read."""
        name = self._site.call(path)
        if path.is_symlink():
            self._refuse(path, "is a symbolic link", "make it a plain file")
        else:
            try:
                looked = self._read(path, name, data)
            except NotUnderstood as error:
                place = Position(error.line, 1)
                message = f"`{name}` cannot be read: {error}"
                help_ = "mend it, or run wsgen with the version of Python that it is written for"
                self._found.append(Diagnostic("WSG705", message, Span(name, place, place), help_))
            else:
                self._looked[path] = looked
                self._found += looked.diagnostics
                return looked
        self._unclear.append(data)
        return None

    def _read(self, path: Path, name: str, data: bytes) -> Looked:
        """What a file has; its syntax tree is walked by functions that call themselves."""
        try:
            return self._looker.look(UserFile.read(path, name, data))
        except RecursionError:
            raise NotUnderstood(_TOO_DEEP) from None

    def begin(self) -> None:
        """Find the handlers that have no class, and the file that these are put into."""
        met = {name for each in self._looked.values() for name in each.met}
        missing = [
            each
            for each in self._looker.handlers
            if each.name.written not in met
            and not any(f"{each.name.pascal}{BASE}".encode() in data for data in self._unclear)
        ]
        target = self._site.target
        if not missing or not self._is_usable(target):
            return
        self._begun = tuple(missing)
        for each in missing:
            message = f"the handler `{each.name.written}` has no class"
            self._behind.append(Diagnostic("WSG701", message, each.at, MENDS))

    def _is_usable(self, target: Path) -> bool:
        """Whether the file for new classes can be written; it is looked at, if it was not yet."""
        if target in self._looked or not os.path.lexists(target):
            return True
        if target.is_file():
            return self.look(target, target.read_bytes()) is not None
        self._refuse(target, "is not a file", "move it away, or set `handlers` to another place")
        return False

    def _refuse(self, path: Path, why: str, help: str) -> None:
        name = self._site.call(path)
        self._found.append(Diagnostic("WSG706", f"`{name}` {why}", Span.start_of(name), help))

    def edit(self) -> None:
        """Make the new text of each file that needs one."""
        target = self._site.target
        for path, looked in self._looked.items():
            begun = self._begun if path == target else ()
            if looked.plans or begun:
                self._edit(path, looked, begun)
        if self._begun and target not in self._looked:
            from wsgen.scaffold.begin import begin_module

            text = begin_module(self._begun, self._looker.elsewhere())
            self._edits.append(Edit(target, None, text.encode()))

    def _edit(self, path: Path, looked: Looked, begun: Sequence[Handler]) -> None:
        try:
            new = self._settled(looked, begun)
        except (CannotEdit, RecursionError) as error:
            why = str(error) if isinstance(error, CannotEdit) else _TOO_DEEP
            help_ = "change it by hand; `wsgen scaffold --check` says what is missing"
            self._refuse(path, f"is left as it is: {why}", help_)
        else:
            self._edits.append(Edit(path, looked.file.data, new.data))
        for plan, contract in looked.plans:
            self._behind += describe(looked.file, plan, contract)

    def _settled(self, looked: Looked, begun: Sequence[Handler]) -> UserFile:
        """The file when nothing is left to do, so that the next run is for nothing.

        An import that is added may tell what an annotation meant: there may be a second round.
        """
        from wsgen.scaffold.begin import begin_classes
        from wsgen.scaffold.splice import splice

        text = begin_classes(begun, looked.spelling) if begun else ""
        for _ in range(_ROUNDS):
            plans = tuple(plan for plan, _ in looked.plans)
            file = splice(looked.file, plans, text, looked.spelling.imports)
            looked, text = self._looker.look(file), ""
            if not looked.plans:
                return file
        raise CannotEdit("it would not be complete after it")

    def result(self) -> Result:
        """All that was found."""
        return Result(
            edits=tuple(self._edits),
            behind=in_order(self._behind),
            diagnostics=in_order(dict.fromkeys(self._found)),
            texts=self._texts(),
        )

    def _texts(self) -> dict[str, str]:
        found = (*self._behind, *self._found)
        names = {each.span.file for each in found if each.span is not None}
        files = (each.file for each in self._looked.values())
        return {each.name: each.excerpt() for each in files if each.name in names}
