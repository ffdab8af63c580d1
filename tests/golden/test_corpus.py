"""What the command line makes of each case, byte for byte, and what the cases have to be.

A case that changed on purpose is written anew by the command that the failing test prints.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.golden.corpus import ACCEPT, CASES, FAILURES, HERE, SUCCESSES, Case, files_below

from wsgen.diagnostics.rules import RULES

CODE = re.compile(r"\bWSG[0-9]{3}\b")


def names(case: Case) -> str:
    return case.name


def summary(package: Path) -> str:
    """The line that a build ends with, where there was no package before."""
    manifest = json.loads((package / "_wsgen.json").read_bytes())
    counts = [(manifest[f"{each}s"], each) for each in ("message", "handler")]
    made = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts)
    files = len(manifest["files"]) + 1
    return f"{package.name}: {made} → {files} files ({files} changed) in … ms\n"


@pytest.mark.parametrize("case", SUCCESSES, ids=names)
def test_a_success_is_what_the_command_line_makes_of_it(case: Case, tmp_path: Path) -> None:
    ran, accept = case.run(tmp_path), f"to accept it: {ACCEPT} {case.name}"
    assert ran.code == case.code == 0, ran.out + ran.err
    assert ran.out == case.agreed("stdout"), accept
    assert sorted(ran.err.splitlines(True)) == sorted(map(summary, case.packages)), accept
    agreed = files_below(case.expected)
    differ = [each for each in ran.files | agreed if ran.files.get(each) != agreed.get(each)]
    assert not differ, f"{', '.join(sorted(differ))} differ; {accept}"


@pytest.mark.parametrize("case", FAILURES, ids=names)
def test_a_failure_is_what_the_command_line_makes_of_it(case: Case, tmp_path: Path) -> None:
    ran, accept = case.run(tmp_path), f"to accept it: {ACCEPT} {case.name}"
    assert ran.code == case.code != 0, ran.out + ran.err
    assert ran.out == case.agreed("stdout"), accept
    assert ran.err == case.agreed("stderr"), accept
    assert ran.files == {}, "something was written or removed"


def test_a_case_is_either_a_success_or_a_failure() -> None:
    folders = [each for each in HERE.iterdir() if each.is_dir() and each.name != "__pycache__"]
    assert sorted(folders) == [each.folder for each in CASES]
    assert [each.name for each in CASES if each.is_success == each.is_failure] == []
    assert [each.name for each in FAILURES if not each.name.startswith("wrong-")] == []
    assert [each.name for each in SUCCESSES if each.name.startswith("wrong-")] == []


def test_there_are_cases_of_all_kinds() -> None:
    assert len(SUCCESSES) >= 24
    assert len(FAILURES) >= 24
    assert {case.code for case in CASES} == {0, 1, 2}
    assert {case.options.get("process", False) for case in FAILURES} == {True, False}


def test_every_code_of_a_finding_has_a_case() -> None:
    said = "".join(case.agreed("stdout") + case.agreed("stderr") for case in CASES)
    in_python_files = {code for code in RULES if code.startswith("WSG7")}  # cases of tests/scaffold
    assert set(CODE.findall(said)) == set(RULES) - in_python_files


def test_no_two_packages_have_one_name() -> None:
    packages = [each.name for case in SUCCESSES for each in case.packages]
    assert sorted(set(packages)) == sorted(packages)


def test_no_case_lies_elsewhere() -> None:
    elsewhere = [each for each in HERE.parent.rglob("stderr.txt") if HERE not in each.parents]
    assert elsewhere == []
