"""The pure machine: its whole table, and that no sequence of events ever leaves it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgen_runtime._state import (
    TRANSITIONS,
    Event,
    IllegalEvent,
    Machine,
    Phase,
    WebSocketState,
)

TABLE = """
              CONNECT     RECEIVE  DISCONNECT  ACCEPT  SEND    CLOSE
INITIAL       CONNECTING  -        GONE        -       -       -
CONNECTING    -           -        GONE        OPEN    -       CLOSED
OPEN          -           OPEN     GONE        -       OPEN    CLOSED
CLOSED        -           CLOSED   ENDED       -       -       -
GONE          -           -        GONE        -       -       -
ENDED         -           -        ENDED       -       -       -
"""

CONNECTING, CONNECTED, DISCONNECTED = WebSocketState
STATES = {
    Phase.INITIAL: (CONNECTING, CONNECTING),
    Phase.CONNECTING: (CONNECTING, CONNECTED),
    Phase.OPEN: (CONNECTED, CONNECTED),
    Phase.CLOSED: (DISCONNECTED, CONNECTED),
    Phase.GONE: (DISCONNECTED, DISCONNECTED),
    Phase.ENDED: (DISCONNECTED, DISCONNECTED),
}
TERMINAL = {Phase.GONE, Phase.ENDED}


def expected_table() -> dict[tuple[Phase, Event], Phase | None]:
    head, *rows = (line.split() for line in TABLE.strip().splitlines())
    return {
        (Phase[row[0]], Event[name]): None if cell == "-" else Phase[cell]
        for row in rows
        for name, cell in zip(head, row[1:], strict=True)
    }


EXPECTED = expected_table()


def test_the_table_is_complete() -> None:
    assert set(EXPECTED) == set(product(Phase, Event))
    allowed = {key: phase for key, phase in EXPECTED.items() if phase is not None}
    assert allowed == dict(TRANSITIONS)


@pytest.mark.parametrize(("phase", "event"), EXPECTED, ids=lambda each: each.name)
def test_a_step_follows_the_table_or_changes_nothing(phase: Phase, event: Event) -> None:
    machine = Machine()
    machine.phase = phase
    following = EXPECTED[phase, event]
    if following is None:
        with pytest.raises(IllegalEvent) as caught:
            machine.step(event)
        assert str(caught.value) == f"{event.value} while {phase.value}"
        assert (caught.value.phase, caught.value.event) == (phase, event)
        assert machine.phase is phase
    else:
        machine.step(event)
        assert machine.phase is following


@pytest.mark.parametrize("phase", Phase)
def test_what_the_application_sees_of_a_phase(phase: Phase) -> None:
    machine = Machine()
    machine.phase = phase
    assert (machine.connection_state, machine.client_state) == STATES[phase]


def test_the_first_word_about_the_end_stands() -> None:
    machine = Machine()
    machine.step(Event.CONNECT)
    machine.step(Event.ACCEPT)
    assert (machine.code, machine.by) == (None, None)
    machine.close(4000, "enough")
    machine.disconnect(1006, "lost")
    assert (machine.code, machine.reason, machine.by) == (4000, "enough", "server")
    assert machine.phase is Phase.ENDED


@pytest.mark.parametrize(
    ("given_code", "given_reason", "code", "reason"),
    [(None, None, 1005, ""), (4321, "bye", 4321, "bye"), (1000, None, 1000, "")],
)
def test_a_disconnect_without_code_or_reason(
    given_code: int | None, given_reason: str | None, code: int, reason: str
) -> None:
    machine = Machine()
    machine.disconnect(given_code, given_reason)
    assert (machine.code, machine.reason, machine.by) == (code, reason, "client")
    machine.disconnect(1006, "again")
    assert (machine.code, machine.reason, machine.by) == (code, reason, "client")


def take(machine: Machine, event: Event) -> None:
    if event is Event.CLOSE:
        machine.close(4000, "enough")
    elif event is Event.DISCONNECT:
        machine.disconnect(1001, "bye")
    else:
        machine.step(event)


@given(st.lists(st.sampled_from(Event), max_size=30))
def test_no_sequence_of_events_leaves_the_table(events: list[Event]) -> None:
    machine = Machine()
    taken: list[Event] = []
    for event in events:
        before = (machine.phase, machine.code, machine.reason, machine.by)
        try:
            take(machine, event)
        except IllegalEvent:
            assert EXPECTED[before[0], event] is None
            assert (machine.phase, machine.code, machine.reason, machine.by) == before
            continue
        assert machine.phase is EXPECTED[before[0], event]
        if before[3] is not None:
            assert (machine.code, machine.reason, machine.by) == before[1:]
        if before[0] in TERMINAL:
            assert machine.phase is before[0]
        taken.append(event)
    assert taken.count(Event.CLOSE) <= 1
    assert taken.count(Event.ACCEPT) <= 1
    assert taken.count(Event.CONNECT) <= 1
    sends = (Event.ACCEPT, Event.SEND, Event.CLOSE)
    for end in (Event.CLOSE, Event.DISCONNECT):
        if end in taken:
            assert not set(taken[taken.index(end) + 1 :]) & set(sends)
    if taken and taken[0] is not Event.CONNECT:
        assert set(taken) == {Event.DISCONNECT}
