"""What a server is given: the application of the contender whose name is in the environment."""

from __future__ import annotations

import os

from tests.bench.contenders import CONTENDERS, VARIABLE

app = next(each.make() for each in CONTENDERS if each.name == os.environ[VARIABLE])
