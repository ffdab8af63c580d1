"""Ugly files: each comes out as it should, and is left alone from then on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.scaffold.corpus import CASES, HERE, prepare, scaffolded

from wsgen.cli import run

ACCEPT = "to accept: uv run python -m tests.scaffold.corpus"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", CASES)
def test_a_file_comes_out_as_it_should(case: str, folder: Path) -> None:
    prepare(case, folder)
    outcome = scaffolded(case, folder)
    expected = HERE / "cases" / case
    assert outcome.after == (expected / "after.py").read_bytes(), ACCEPT
    assert outcome.report == (expected / "report.txt").read_text(encoding="utf-8"), ACCEPT
    assert outcome.checked == ("error[" in outcome.report)
    mended = {"error[WSG702]", "error[WSG703]", "error[WSG705]", "error[WSG706]"}
    assert outcome.written == any(each in outcome.report for each in mended)


@pytest.mark.parametrize("case", CASES)
def test_the_second_run_has_nothing_to_do(
    case: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(case, folder)
    scaffolded(case, folder)
    os.utime(folder / "app.py", ns=(0, 0))
    capsys.readouterr()
    run(["scaffold", "--write"])
    assert (folder / "app.py").stat().st_mtime_ns == 0
    out, err = capsys.readouterr()
    assert "WSG701" not in out
    assert "nothing to do" in err


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_written_without_being_asked_for(
    case: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(case, folder)
    before = (folder / "app.py").read_bytes()
    run(["scaffold"])
    run(["scaffold", "--check"])
    assert (folder / "app.py").read_bytes() == before
    changes = before != (HERE / "cases" / case / "after.py").read_bytes()
    assert ("+++ b/app.py" in capsys.readouterr().out) == changes


def test_what_is_refused_is_left_as_it_is() -> None:
    for case in CASES:
        folder = HERE / "cases" / case
        if "WSG706" in (folder / "report.txt").read_text(encoding="utf-8"):
            assert (folder / "before.py").read_bytes() == (folder / "after.py").read_bytes()
