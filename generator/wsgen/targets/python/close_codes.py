"""close_codes.py: the declared close codes as constants, as an enum and as exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wsgen.ir.api import Api, CloseCode
from wsgen.render.code import Code, identifier, literal
from wsgen.render.layout import assign
from wsgen.targets.python.docs import described
from wsgen.targets.python.file import File
from wsgen.targets.python.naming import exception_name, member
from wsgen.targets.python.views import ClassView, CloseCodesView, Statement

_RETRY: Final = {
    "never": "Clients should not come back.",
    "backoff": "Clients should come back, waiting longer each time.",
    "immediate": "Clients should come back at once.",
    "auth": "Clients should come back once they are authenticated.",
}


def constant_name(code: CloseCode) -> str:
    """`WS_4001_UNAUTHORIZED`"""
    return f"WS_{code.code}_{member(code.name)}"


@dataclass(frozen=True, slots=True)
class CloseCodes:
    """Writes close_codes.py."""

    api: Api
    file: File

    def view(self) -> CloseCodesView:
        """The whole module."""
        enum = self.file.imports.name("enum", "IntEnum")
        members = ClassView(
            head=Code(f"class CloseCode({enum}):"),
            doc="Why the server closes a connection.",
            body=tuple(map(self._member, self.api.close_codes)),
        )
        return CloseCodesView(
            constants=tuple(map(self._constant, self.api.close_codes)),
            classes=(members, *map(self._exception, self.api.close_codes)),
        )

    def exports(self) -> tuple[str, ...]:
        """What the module defines."""
        codes = self.api.close_codes
        names = (exception_name(each.name) for each in codes)
        return ("CloseCode", *map(constant_name, codes), *names)

    def _constant(self, each: CloseCode) -> Statement:
        final = self.file.imports.name("typing", "Final")
        name = identifier(constant_name(each))
        return Statement(code=assign(name, literal(each.code), final, indent=0), doc=_about(each))

    def _member(self, each: CloseCode) -> Statement:
        code = Code(f"{identifier(member(each.name))} = {literal(each.code)}")
        return Statement(code=code, doc=_about(each))

    def _exception(self, each: CloseCode) -> ClassView:
        base = self.file.runtime("WebSocketException")
        lines = [f"code = {literal(each.code)}", f"detail = {literal(each.reason)}"]
        if each.status is not None:
            lines.append(f"status = {literal(each.status)}")
        return ClassView(
            head=Code(f"class {identifier(exception_name(each.name))}({base}):"),
            doc=_exception_doc(each),
            body=tuple(Statement(code=Code(line)) for line in lines),
        )


def _about(each: CloseCode) -> str | None:
    return described(each.doc, otherwise=each.reason)


def _exception_doc(each: CloseCode) -> str:
    """The code, its reason and what clients should do on one line; then the doc."""
    reason = " ".join(each.reason.split())
    ended = reason if not reason or reason[-1] in ".!?" else f"{reason}."
    first = f"{each.code}: {ended}" if ended else f"{each.code}."
    if each.retry is not None:
        first = f"{first} {_RETRY[each.retry]}"
    about = described(each.doc)
    return f"{first}\n\n{about}" if about else first
