"""The echo on real servers: frames right and wrong, and the Autobahn suite, against a baseline."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.autobahn import fuzz, missing, specification
from tests.conformance.cases import CASES
from tests.conformance.playing import deviations, manner_of
from tests.conformance.report import AUTOBAHN, FRAMES, compared, read_index, reduced
from tests.conformance.serving import SERVERS, Served, installed, serving

DEFAULT = "uvicorn"
OTHERS = [each for each in SERVERS if each != DEFAULT]


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Generator[Served]:
    name: str = request.param
    if not installed(name):
        pytest.skip(f"{name} is not installed")
    with serving(name) as running:
        yield running


def _check(served: Served, name: str) -> None:
    known: Any = FRAMES[name]
    assert manner_of(served) == known["mistakes"]
    assert deviations(served, known["mistakes"], known["deviations"]) == known["deviations"]


@pytest.mark.slow
@pytest.mark.parametrize("served", [DEFAULT], indirect=True)
def test_frames_on_the_default_server(served: Served) -> None:
    """Nothing is left open there: every mistake is answered with its code."""
    assert FRAMES[DEFAULT] == {"mistakes": "code", "deviations": {}}
    _check(served, DEFAULT)


@pytest.mark.servers
@pytest.mark.parametrize(("served", "name"), [(each, each) for each in OTHERS], indirect=["served"])
def test_frames_on_every_server(served: Served, name: str) -> None:
    _check(served, name)


def test_every_server_has_a_baseline() -> None:
    assert set(FRAMES) == set(AUTOBAHN) == set(SERVERS)
    for each in FRAMES.values():
        assert set(each["deviations"]) <= set(CASES)


@pytest.mark.autobahn
@pytest.mark.skipif(missing() is not None, reason=str(missing()))
@pytest.mark.parametrize("served", SERVERS, indirect=True)
def test_the_autobahn_suite(served: Served, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    name: str = request.node.callspec.params["served"]
    worse, better = compared(fuzz(served, name, tmp_path), AUTOBAHN[name])
    assert not worse, "worse than the baseline"
    if better:
        print(f"{name}: better than the baseline, run `python -m tests.conformance`: {better}")


# The report reader


def _found(behavior: str, close: str = "OK") -> dict[str, object]:
    return {
        "behavior": behavior,
        "behaviorClose": close,
        "duration": 2,
        "remoteCloseCode": 1000,
        "reportfile": "a_case_1_1_1.json",
    }


def test_a_report_is_read_with_the_worse_of_both_behaviours(tmp_path: Path) -> None:
    path = tmp_path / "index.json"
    report = {
        "a": {
            "1.1.1": _found("OK"),
            "6.4.1": _found("NON-STRICT"),
            "7.1.5": _found("OK", "WRONG CODE"),
            "10.1.1": _found("FAILED", "UNCLEAN"),
            "2.1": _found("INFORMATIONAL", "INFORMATIONAL"),
            "3.2": _found("NON-STRICT"),
        }
    }
    path.write_text(json.dumps(report), "utf-8")
    found = read_index(path)["a"]
    assert reduced(found) == {
        "3.2": "NON-STRICT",
        "6.4.1": "NON-STRICT",
        "7.1.5": "WRONG CODE",
        "10.1.1": "FAILED",
    }
    assert list(reduced(found)) == ["3.2", "6.4.1", "7.1.5", "10.1.1"]
    assert compared(found, reduced(found)) == ([], [])
    assert compared(found, {"1.1.1": "UNIMPLEMENTED", "6.4.1": "NON-STRICT"}) == (
        ["7.1.5: OK → WRONG CODE", "10.1.1: OK → FAILED"],
        ["1.1.1: UNIMPLEMENTED → OK"],
    )


@pytest.mark.parametrize(
    "report", ["[]", '{"a": []}', '{"a": {"1.1.1": {"behavior": "OK"}}}', '{"a": {"1": 1}}',
               '{"a": {"1.1": {"behavior": "FINE", "behaviorClose": "OK"}}}'],
)  # fmt: skip
def test_what_is_no_report_is_said_so(report: str, tmp_path: Path) -> None:
    path = tmp_path / "index.json"
    path.write_text(report, "utf-8")
    with pytest.raises(ValueError, match=r"index\.json is no report of a fuzzing client"):
        read_index(path)


def test_why_the_suite_cannot_run_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WSGEN_AUTOBAHN", raising=False)
    assert "WSGEN_AUTOBAHN does not name a folder" in str(missing())
    monkeypatch.setenv("WSGEN_AUTOBAHN", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing() == "the Autobahn suite needs python2.7"
    python = tmp_path / "python2.7"
    python.touch(0o755)
    assert "has no bin/wstest" in str(missing())
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "wstest").touch()
    assert missing() is None
    assert specification(7, "a", tmp_path)["servers"] == [
        {"agent": "a", "url": "ws://127.0.0.1:7"},
    ]
