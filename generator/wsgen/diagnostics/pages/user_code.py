"""WSG7xx: handlers of the user's, as `wsgen scaffold` finds them."""

from __future__ import annotations

from typing import Final

from wsgen.diagnostics.rule import Rule, Severity

RULES: Final = (
    Rule(
        "WSG701",
        "handler behind the schema",
        "A handler has no class, or its class lacks a method, or annotates one differently.",
        "Run `wsgen scaffold --write`, and fill in what was added.",
    ),
    Rule(
        "WSG702",
        "orphaned handler",
        "A class derives from a generated handler that the schema does not have, or has no more.",
        "Remove the class, or derive it from the handler that took the place of the old one.",
    ),
    Rule(
        "WSG703",
        "orphaned method",
        "A method overrides nothing any more, and is never called: its message is gone.",
        "Move what it does to the method of another message, or remove it.",
    ),
    Rule(
        "WSG704",
        "methods from elsewhere",
        "A class has further bases, which may bring the methods that it lacks: none are added.",
        "Write the methods into the class, or leave it: what is missing is told at start.",
        severity=Severity.WARNING,
    ),
    Rule(
        "WSG705",
        "unreadable Python",
        "A file that may hold handlers cannot be read, so that nobody knows which they are.",
        "Mend the file, or run wsgen with the version of Python that it is written for.",
    ),
    Rule(
        "WSG706",
        "file left as it is",
        "A file cannot be changed without touching more than the class, or it lies elsewhere.",
        "Change it by hand; `wsgen scaffold --check` says what is missing.",
    ),
)
