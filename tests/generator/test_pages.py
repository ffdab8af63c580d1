"""Every rule has its page, and its example and correction are true."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.generator.support import Outcome, complete, run_file

from wsgen.diagnostics import RULES, Rule, Severity

WITHOUT_EXAMPLE = {
    "WSG901": "about a file beside the schema",
    "WSG902": "about a link in the output folder",
    "WSG903": "about a file that was changed by hand",
}
AS_WRITTEN = {"WSG001", "WSG013"}
"""Their examples are about what stands first in a file."""
WITH_EXAMPLE = [rule for rule in RULES.values() if rule.code not in WITHOUT_EXAMPLE]


def outcome(rule: Rule, snippet: str, folder: Path) -> Outcome:
    (folder / "common.yaml").write_text("wsgen: 1\ntypes: {Name: str}\n")
    schema = folder / "schema.yaml"
    schema.write_text(snippet if rule.code in AS_WRITTEN else complete(snippet))
    return run_file(schema)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_pages_are_whole(rule: Rule) -> None:
    assert rule.code[:3] == "WSG"
    assert len(rule.code) == 6
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    assert rule.name == rule.name.strip(" .")
    assert bool(rule.example) == bool(rule.fixed) == (rule.code not in WITHOUT_EXAMPLE)


def test_titles_tell_rules_apart() -> None:
    assert len({rule.name for rule in RULES.values()}) == len(RULES)


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.code)
def test_the_example_breaks_its_rule_and_no_other(rule: Rule, tmp_path: Path) -> None:
    found = outcome(rule, rule.example, tmp_path)
    assert set(found.codes) == {rule.code}, found.rendered
    assert found.diagnostics[0].severity is rule.severity


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.code)
def test_the_finding_stands_in_the_example(rule: Rule, tmp_path: Path) -> None:
    found = outcome(rule, rule.example, tmp_path)
    span = found.diagnostics[0].span
    assert span is not None
    line = found.texts["schema.yaml"].split("\n")[span.start.line - 1]
    assert line in rule.example.split("\n")


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.code)
def test_the_correction_is_correct(rule: Rule, tmp_path: Path) -> None:
    found = outcome(rule, rule.fixed, tmp_path)
    assert found.codes == [], found.rendered
    assert found.api is not None


def test_warnings_are_the_exception() -> None:
    warnings = [code for code, rule in RULES.items() if rule.severity is Severity.WARNING]
    assert warnings == ["WSG312"]
