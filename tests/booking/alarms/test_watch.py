"""The watch: what it raises and clears, after whatever restart, and what it does not look at."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions.alarms import mute, unmute
from booking.alarms.telling import tell_due
from devices.models import Alarm, AlarmRule, AlarmState, Channel, Device
from lab.models import Delivery, Hook
from tests import factories
from tests.booking.alarms.air import moment, rule

pytestmark = pytest.mark.django_db


def test_a_spike_between_two_rounds_is_raised_and_cleared_at_its_own_times(air):
    rule(air.device)
    air.look(0)
    air.says((0.01, 20.0), (0.02, 99.0), (0.03, 20.0))

    assert air.look(0.1) == [(0.02, 0.03)]


def test_the_timer_of_a_rule_survives_a_restart(air):
    rule(air.device, hold_seconds=300)
    air.look(0)
    air.says((1, 31.0))
    assert air.look(2) == []
    air.restart()
    air.says((3, 31.0), (5, 31.0))
    air.listen(0, 6)

    assert air.look(6) == [(6.0, None)]


def test_a_restart_raises_nothing_twice(air):
    rule(air.device)
    air.look(0)
    air.says((1, 31.0), (2, 20.0), (4, 31.0))
    seen = [air.look(5)]
    for minutes in (6, 7):
        air.restart()
        seen.append(air.look(minutes))

    assert seen == [[(1.0, 2.0), (4.0, None)]] * 3


def test_what_was_read_while_nobody_looked_is_judged_by_its_own_times(air):
    rule(air.device, hold_seconds=120)
    air.look(0)
    air.restart()
    air.says(*((minute, 31.0 if 10 <= minute < 20 else 20.0) for minute in range(1, 60)))
    air.listen(0, 60)

    assert air.look(60) == [(12.0, 20.0)]


def test_more_readings_than_a_round_takes_are_judged_in_the_next(air, monkeypatch):
    monkeypatch.setattr("booking.alarms.watch.AT_ONCE", 10)
    rule(air.device)
    air.look(0)
    air.says(*((n / 100, 31.0 if n == 42 else 20.0) for n in range(1, 100)))

    seen = [air.look(2) for _ in range(12)]
    assert (seen[0], seen[-1]) == ([], [(0.42, 0.43)])


def test_a_late_reading_does_not_raise_the_past(air):
    rule(air.device)
    air.look(0)
    air.says((5, 20.0))
    air.look(5)
    air.says((3, 99.0))

    assert air.look(6) == []


def test_silence_is_raised_from_the_last_reading_on(air):
    rule(air.device, condition="absent", limit=None, hold_seconds=600)
    air.look(0)
    air.says((1, 20.0))
    air.listen(0, 20)

    assert air.look(20) == [(11.0, None)]
    air.says((21, 20.0))
    assert air.look(22) == [(11.0, 21.0)]


def test_silence_is_no_alarm_while_the_bridge_is_away(air):
    rule(air.device, condition="absent", limit=None, hold_seconds=600)
    air.look(0)
    air.says((1, 20.0))
    air.listen(0, 5)
    assert air.look(60) == []
    air.listen(60, 65)

    assert air.look(65) == []


def test_a_rule_of_a_profile_watches_each_of_its_devices_and_a_new_one_soon(air):
    Device.objects.update(profile="room-sensor")
    rule(profile="room-sensor")
    air.look(0)
    second = factories.device("room-2", profile="room-sensor")
    Channel.objects.create(device=second, key="temperature", unit="°C")
    air.look(0.5)
    air.says((1, 31.0))
    air.says((2, 31.0), device="room-2")

    assert air.look(3) == [(1.0, None), (2.0, None)]


def test_a_rule_of_a_kind_watches_the_devices_of_its_resources_only(air):
    Device.objects.update(resource=factories.resource("laser-1", kind="machine"))
    rule(kind="machine", limit=10.0)
    rule(kind="room", limit=10.0)
    air.look(0)
    air.says((1, 31.0))

    air.look(2)
    assert [alarm.rule.kind for alarm in Alarm.objects.filter(rule__house=None)] == ["machine"]


@pytest.mark.parametrize("how", ["off", "removed", "unclaimed"])
def test_what_no_rule_asks_for_any_more_is_over(air, how):
    made = rule(air.device)
    air.look(0)
    air.says((1, 31.0))
    air.look(2)
    if how == "off":
        AlarmRule.objects.filter(pk=made.pk).update(enabled=False)
    elif how == "removed":
        made.delete()
    else:
        Device.objects.update(claimed_at=None)

    assert air.look(3) == [(1.0, 3.0)]
    assert not AlarmState.objects.filter(rule__house=None).exists()


def test_another_limit_is_judged_from_then_on(air):
    made = rule(air.device)
    air.look(0)
    air.says((1, 31.0))
    air.look(2)
    AlarmRule.objects.filter(pk=made.pk).update(limit=40.0)
    air.says((3, 35.0))

    assert air.look(4) == [(1.0, 3.0)]


def test_what_comes_back_within_a_minute_is_the_same_alarm(air):
    rule(air.device)
    air.look(0)
    air.says(*((n / 10, 31.0 if n % 2 else 20.0) for n in range(1, 12)))

    assert air.look(2) == [(0.1, None)]
    assert Alarm.objects.get(rule__house=None).data["times"] == 6


def test_a_new_rule_begins_with_the_value_that_still_speaks(air):
    air.says((0, 31.0))
    rule(air.device, hold_seconds=120)
    air.look(1)
    air.listen(0, 3)

    assert air.look(3) == [(2.0, None)]


def test_a_machine_at_work_while_the_lab_is_closed_is_an_alarm(air):
    place = factories.zone("night", hours=(9, 18))
    laser = factories.resource("laser-1", zone=place)
    rule(condition="resource", key="", limit=None, resource=laser, word="closed", only_closed=True)
    air.look(0)
    evening = 9 * 60  # NOW is ten in the morning

    assert air.look(5) == []
    assert air.look(evening) == [(evening, None)]


def test_a_silent_device_is_an_alarm_after_its_time(air):
    rule(air.device, condition="unheard", key="", limit=None, hold_seconds=60)
    air.says((0, 20.0))
    Device.objects.update(online=False)
    air.listen(0, 0)
    air.look(0)
    air.listen(0.25, 2)

    assert air.look(2) == [(1.0, None)]


def test_channels_without_a_rule_cost_no_question(air):
    def asked(minutes):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            air.look(minutes)
        return len(queries)

    rule(air.device)
    air.look(0)
    before = asked(0.02)
    for n in range(20):
        one = factories.device(f"plug-{n}")
        Channel.objects.create(device=one, key="power", unit="W")
        air.says((0.03, 1.0), device=one.name, channel="power")

    assert asked(0.04) <= before + 1


@pytest.fixture
def heard():
    """What other programs were told, in order."""
    events = ["alarm.raised", "alarm.cleared"]
    Hook.objects.create(url="https://example.org/x", events=events, created_at=moment(0), since=moment(0))
    return lambda: [each.event.removeprefix("alarm.") for each in Delivery.objects.order_by("pk")]


def test_other_programs_hear_of_what_was_raised_while_muted_when_it_no_longer_is(air, heard):
    carol = factories.manager("carol")
    muted = mute(rule=rule(air.device), until=moment(60), by=carol, now=moment(0))
    air.look(0)
    air.says((1, 99.0), (2, 20.0), (5, 99.0))
    air.hears(6)
    air.look(6)
    tell_due(now=moment(6))
    assert heard() == []

    unmute(mute=muted, now=moment(7))
    for minutes in (7, 8):
        tell_due(now=moment(minutes))
    air.says((9, 20.0))
    air.hears(9)
    air.look(9)

    assert heard() == ["raised", "cleared"]


def test_other_programs_hear_of_an_alarm_that_comes_back_at_once(air, heard):
    rule(air.device)
    air.look(0)
    air.says((1, 99.0), (1.1, 20.0), (1.2, 99.0))
    air.look(2)

    assert (heard(), Alarm.objects.count()) == (["raised", "cleared", "raised"], 1)
