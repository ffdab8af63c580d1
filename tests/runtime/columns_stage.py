"""Every column and both styles, for a scenario that is to hold on all of them."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from tests.runtime.columns import COLUMNS, Column, Fin, Seen
from tests.runtime.columns_subjects import STYLES, Conduct, Kind
from tests.runtime.columns_talk import ColumnTalk
from tests.runtime.columns_time import play
from tests.runtime.notation import Accept, Denied, X
from tests.runtime.scripted import Step


@dataclass(frozen=True)
class Stage:
    """A column and a style.

    Attributes:
        make: makes an application of a conduct.
    """

    column: Column
    style: str

    @property
    def make(self) -> Callable[..., Any]:
        return STYLES[self.style]

    def shows(self, *events: Seen) -> list[Seen]:
        """What a client sees of what an application means."""
        return self.column.shows(*events)

    @asynccontextmanager
    async def talk(
        self,
        kind: Kind,
        conduct: Conduct,
        *script: Step,
        opening: dict[str, Any] | None = None,
        **options: Any,
    ) -> AsyncIterator[ColumnTalk]:
        """A connection; when it has ended, what holds for every one is looked at."""
        app = self.make(kind, conduct, **options)
        async with ColumnTalk(app, *script, column=self.column, **(opening or {})) as talk:
            yield talk
        check(talk, conduct)
        if kind == "listener" or (self.style == "generated" and kind != "websocket"):
            assert conduct.steps.count("told") == conduct.steps.count("accepted"), conduct.steps

    async def run(self, kind: Kind, conduct: Conduct, *script: Step, **more: Any) -> list[Seen]:
        """Play a whole script; what the client has seen."""
        async with self.talk(kind, conduct, *script, **more) as talk:
            pass
        return talk.wire


def check(talk: ColumnTalk, conduct: Conduct) -> None:
    """What holds for every connection, besides the order of events."""
    conduct.check()
    ends = [each for each in talk.wire if isinstance(each, X | Denied | Fin)]
    assert len(ends) <= 1, talk.wire
    assert talk.wire[-1:] == ends or not ends, talk.wire
    assert sum(isinstance(each, Accept) for each in talk.wire) <= 1, talk.wire


STAGES = [Stage(column, style) for column in COLUMNS for style in STYLES]


def everywhere(scenario: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A scenario as a test on every stage, in time that stands still."""

    @functools.wraps(scenario)
    def test(stage: Stage, **more: Any) -> None:
        play(scenario(stage, **more))

    names = [f"{each.column.name}, {each.style}" for each in STAGES]
    marked: Callable[..., None] = pytest.mark.parametrize("stage", STAGES, ids=names)(test)
    return marked
