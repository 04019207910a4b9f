"""Time off, idle and busy, with the silences between."""

from datetime import timedelta

import pytest

from devices import machine_time
from devices.machine_time import Standing, by_day, current, state_time
from devices.models import MachineState
from devices.rules.running import SILENT, State
from tests import factories
from tests.factories import at, span

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def laser():
    return factories.resource()


def heard(laser, moment):
    MachineState.objects.filter(resource=laser, until=None).update(heard_at=moment)


def rows():
    return [(row.state, row.since, row.until) for row in MachineState.objects.all()]


def test_one_state_ends_where_the_next_begins(laser):
    machine_time.note(resource_id=laser.pk, state=State.IDLE, at=at(9))
    heard(laser, at(10))
    machine_time.note(resource_id=laser.pk, state=State.BUSY, at=at(10))
    machine_time.note(resource_id=laser.pk, state=State.BUSY, at=at(10) + MINUTE)

    assert rows() == [("idle", at(9), at(10)), ("busy", at(10), None)]


def test_a_state_that_lasted_no_time_is_forgotten(laser):
    machine_time.note(resource_id=laser.pk, state=State.IDLE, at=at(9))
    machine_time.note(resource_id=laser.pk, state=State.BUSY, at=at(8.9))

    assert rows() == [("busy", at(9), None)]


def test_what_nobody_heard_is_in_no_state(laser):
    machine_time.note(resource_id=laser.pk, state=State.BUSY, at=at(9))
    machine_time.hear(resource_ids=[laser.pk], at=at(9) + 4 * MINUTE)
    machine_time.hear(resource_ids=[laser.pk], at=at(12))
    machine_time.hear(resource_ids=[laser.pk], at=at(12) + 4 * MINUTE)

    assert rows() == [("busy", at(9), at(9) + 4 * MINUTE), ("busy", at(12), None)]
    now = at(12) + 5 * MINUTE
    assert state_time([laser.pk], span(0, 24), now=now) == {laser.pk: {State.BUSY: 9 * MINUTE}}


def test_a_change_after_a_silence_begins_when_it_was_told(laser):
    machine_time.note(resource_id=laser.pk, state=State.BUSY, at=at(9))
    heard(laser, at(9.5))
    machine_time.note(resource_id=laser.pk, state=State.OFF, at=at(11))

    assert rows() == [("busy", at(9), at(9.5)), ("off", at(11), None)]


def test_time_in_each_state_is_cut_to_the_span_and_ends_where_it_was_last_heard(laser):
    for state, start, end in (("off", 7, 9), ("idle", 9, 10), ("busy", 10, 12)):
        MachineState.objects.create(
            resource=laser, state=state, since=at(start), until=at(end), heard_at=at(end)
        )
    MachineState.objects.create(resource=laser, state="idle", since=at(12), heard_at=at(12.5))

    assert state_time([laser.pk], span(8, 24), now=at(15)) == {
        laser.pk: {State.OFF: HOUR, State.IDLE: 1.5 * HOUR, State.BUSY: 2 * HOUR}
    }


def test_a_state_goes_over_midnight_and_counts_on_both_days(laser):
    MachineState.objects.create(resource=laser, state="busy", since=at(22), until=at(26), heard_at=at(26))
    days = [span(0, 24), span(0, 24, day=1), span(0, 24, day=2)]

    assert by_day(laser.pk, days, now=at(50)) == [{State.BUSY: 2 * HOUR}, {State.BUSY: 2 * HOUR}, {}]


def test_the_current_state_says_whether_it_was_heard_lately(laser):
    machine_time.note(resource_id=laser.pk, state=State.IDLE, at=at(9))

    assert current([laser.pk], now=at(9) + SILENT) == {laser.pk: Standing(State.IDLE, at(9), heard=True)}
    assert current(None, now=at(10)) == {laser.pk: Standing(State.IDLE, at(9), heard=False)}
