"""Outcomes and the baseline they are held against: of our own cases, and of the Autobahn suite.

`baseline.json` has, for each server, how it answers mistakes of the client, which of our cases it
takes otherwise, and which cases of the Autobahn suite it does not simply pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast

__all__ = ["AUTOBAHN", "FRAMES", "Behavior", "compared", "read_index", "reduced", "write_baseline"]

PATH: Final = Path(__file__).parent / "baseline.json"
Behavior: TypeAlias = Literal[
    "OK", "INFORMATIONAL", "UNIMPLEMENTED", "NON-STRICT", "UNCLEAN", "WRONG CODE", "FAILED"
]
_RANKS: Final[Mapping[str, int]] = {
    "OK": 0,
    "INFORMATIONAL": 0,
    "UNIMPLEMENTED": 1,
    "NON-STRICT": 2,
    "UNCLEAN": 3,
    "WRONG CODE": 3,
    "FAILED": 4,
}
"""How bad a behaviour is; those of a close count like those of messages."""
_WRONG: Final = 3
"""What is below is allowed: whether it is strict is often a matter of a millisecond."""

_BASELINE: Final[dict[str, Any]] = json.loads(PATH.read_text("utf-8"))
FRAMES: Final[Mapping[str, Mapping[str, Any]]] = _BASELINE["frames"]
AUTOBAHN: Final[Mapping[str, Mapping[str, str]]] = _BASELINE["autobahn"]


def read_index(path: Path) -> dict[str, dict[str, str]]:
    """What `index.json` of a fuzzing client says: the worse of both behaviours, by agent and case.

    The file maps agents to cases, and a case to an object with `behavior` (of the messages),
    `behaviorClose` (of the closing handshake), `duration`, `remoteCloseCode` and `reportfile`.

    Raises:
        ValueError: it is no such report.
    """
    try:
        agents = cast("dict[str, dict[str, dict[str, str]]]", json.loads(path.read_text("utf-8")))
        return {
            agent: {
                case: max(found["behavior"], found["behaviorClose"], key=_RANKS.__getitem__)
                for case, found in cases.items()
            }
            for agent, cases in agents.items()
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is no report of a fuzzing client: {error!r}") from error


def reduced(cases: Mapping[str, str]) -> dict[str, str]:
    """What a baseline keeps of a report: the cases that are not simply passed, in order."""
    found = {case: each for case, each in cases.items() if _RANKS[each]}
    return {case: found[case] for case in sorted(found, key=_place)}


def compared(found: Mapping[str, str], baseline: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What has become wrong, or worse, since the baseline, and what has become better."""

    def told(cases: Iterable[str]) -> list[str]:
        return [
            f"{case}: {baseline.get(case, 'OK')} → {found[case]}"
            for case in sorted(cases, key=_place)
        ]

    def change(case: str) -> int:
        return _RANKS[found[case]] - _RANKS[baseline.get(case, "OK")]

    return (
        told(each for each in found if change(each) > 0 and _RANKS[found[each]] >= _WRONG),
        told(each for each in found if change(each) < 0),
    )


def _place(case: str) -> list[int]:
    return [int(each) for each in case.split(".")]


def write_baseline(*, frames: Mapping[str, Any], autobahn: Mapping[str, Any]) -> None:
    """Write the file anew."""
    text = json.dumps({"frames": frames, "autobahn": autobahn}, indent=2, ensure_ascii=False)
    PATH.write_text(text + "\n", "utf-8")
