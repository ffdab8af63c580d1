"""`python -m tests.conformance`: writes `baseline.json` anew, from the servers that are installed.

What cannot run here keeps what the file says of it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tests.conformance.autobahn import fuzz, missing
from tests.conformance.playing import deviations, manner_of
from tests.conformance.report import AUTOBAHN, FRAMES, reduced, write_baseline
from tests.conformance.serving import SERVERS, installed, serving


def main() -> None:
    """Ask every server."""
    frames: dict[str, Any] = dict(FRAMES)
    autobahn: dict[str, Any] = dict(AUTOBAHN)
    lacking = missing()
    if lacking:
        print(lacking)
    for name in filter(installed, SERVERS):
        with serving(name) as served, tempfile.TemporaryDirectory() as folder:
            manner = manner_of(served)
            found = deviations(served, manner, {}, seconds=2)
            frames[name] = {"mistakes": manner, "deviations": found}
            if lacking is None:
                autobahn[name] = reduced(fuzz(served, name, Path(folder)))
        print(f"{name}: {manner}, {len(found)} deviations")
    write_baseline(frames=frames, autobahn=autobahn)


if __name__ == "__main__":
    main()
