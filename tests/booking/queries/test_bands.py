"""What a chart shows of alarms: the limits of its channel, and when one stood."""

from datetime import timedelta

import pytest

from booking.queries import bands
from devices.models import Alarm, AlarmRule
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def plug():
    return factories.device("plug-1", profile="tasmota")


def alarm(plug, first: int, until: int | None, key: str = "power") -> Alarm:
    start = NOW + first * MINUTE
    end = None if until is None else NOW + until * MINUTE
    return Alarm.objects.create(
        subject=f"plug-1/{key}/{first}", device=plug, key=key, severity="alarm",
        raised_at=start, noted_at=start, cleared_at=end,
    )  # fmt: skip


def test_limits_of_the_device_its_profile_and_all_are_drawn(plug):
    for place in ({"device": plug}, {"profile": "tasmota"}, {}):
        AlarmRule.objects.create(key="power", limit=500, clear=400, **place)

    assert [limit[1:] for limit in bands.limits(plug, "power")] == [(500, 400)] * 3


@pytest.mark.parametrize(
    "other",
    [
        {"enabled": False},
        {"key": "voltage"},
        {"profile": "shelly2"},
        {"condition": "rises"},
        {"condition": "absent", "limit": None},
    ],
)
def test_what_is_no_line_of_this_channel_is_not_drawn(plug, other):
    AlarmRule.objects.create(**({"key": "power", "limit": 500} | other))

    assert bands.limits(plug, "power") == []


@pytest.mark.parametrize("clear", [None, 500])
def test_a_limit_that_is_also_where_it_ends_is_one_line(plug, clear):
    AlarmRule.objects.create(key="power", limit=500, clear=clear)

    assert [limit.clears for limit in bands.limits(plug, "power")] == [None]


def test_alarms_stand_that_touch_the_time_shown(plug):
    alarm(plug, -90, -60)
    ended, lost, still = alarm(plug, -80, -30), alarm(plug, -20, -10, key=""), alarm(plug, -5, None)
    alarm(plug, -5, None, key="voltage")

    assert bands.stood(plug, "power", start=NOW - 60 * MINUTE, end=NOW) == [still, lost, ended]


def test_a_point_is_marked_while_an_alarm_stood(plug):
    row = alarm(plug, 0, 10)
    times = [-1, 0, 5, 10]

    assert [len(bands.during([row], at, at)) for at in (NOW + n * MINUTE for n in times)] == [0, 1, 1, 0]


def test_a_mean_is_marked_when_an_alarm_stood_in_a_part_of_it(plug):
    row = alarm(plug, 0, 10)
    spans = [(-5, 0), (-5, 1), (9, 20), (10, 20)]

    assert [len(bands.during([row], NOW + a * MINUTE, NOW + b * MINUTE)) for a, b in spans] == [0, 1, 1, 0]
