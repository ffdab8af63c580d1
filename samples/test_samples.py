"""Every sample is clean under the four type checkers, strictly, its generated package included."""

from __future__ import annotations

import pytest

from tests.checkers import CHECKERS, ROOT

pytestmark = pytest.mark.slow

SAMPLES = sorted(path.parent.name for path in ROOT.glob("samples/*/schema.yaml"))


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_type_checker_has_nothing_to_say(checker: str, sample: str) -> None:
    folder = ROOT / "samples" / sample
    assert CHECKERS[checker](folder, [folder, ROOT]) == set()
