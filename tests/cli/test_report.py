"""Findings on a terminal are in colour, and nowhere else."""

from __future__ import annotations

import io

import pytest

from wsgen.cli import report
from wsgen.diagnostics import Diagnostic

FINDING = Diagnostic("WSG204", "unknown type `Rol`", None, "did you mean `Role`?")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO) -> str:
    report.show([FINDING], {}, stream=stream)
    return stream.getvalue()


def test_colours_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\033[1;31merror[WSG204]\033[0m" in shown(Terminal())


@pytest.mark.parametrize("value", ["1", "0", "anything"])
def test_none_where_they_are_not_wanted(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", value)
    assert "\033" not in shown(Terminal())


def test_an_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """https://no-color.org: present and not empty."""
    monkeypatch.setenv("NO_COLOR", "")
    assert "\033" in shown(Terminal())


def test_none_in_a_file_or_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\033" not in shown(io.StringIO())


@pytest.mark.parametrize("format", [report.Format.JSON, report.Format.GITHUB])
def test_none_for_tools(format: report.Format, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    report.show([FINDING], {}, format=format, stream=stream)
    assert "\033" not in stream.getvalue()
