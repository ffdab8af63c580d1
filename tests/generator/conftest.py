"""Hypothesis runs the same examples everywhere, however slow the machine is."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("generator", deadline=None, derandomize=True)
settings.load_profile("generator")
