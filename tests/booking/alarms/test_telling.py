"""Who is told of alarms, when, and how often."""

from datetime import timedelta

import pytest
from django.utils import translation

from booking.actions.alarms import acknowledge, mute, unmute
from booking.alarms.telling import tell_due
from booking.models import Notice
from booking.notices import told
from devices.models import Alarm, AlarmRule
from lab import times
from lab.models import Delivery, Hook
from lab.times import NBSP
from tests import factories
from tests.booking.alarms.air import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def carol():
    return factories.manager("carol", language="en")


def rule(**facts):
    return AlarmRule.objects.create(**({"key": "temperature", "limit": 30.0, "label": "Hot"} | facts))


def alarm(of, *, at=0.0, until=None, subject="", severity="warning", **data):
    known = {"condition": "above", "limit": 30.0, "unit": "°C", "value": 31.5, "about": "Air"}
    return Alarm.objects.create(
        rule=of,
        subject=subject,
        severity=severity,
        key="temperature",
        raised_at=moment(at),
        noted_at=moment(at),
        cleared_at=None if until is None else moment(until),
        data=known | data,
    )


def notices():
    """What was told, in words, the oldest first."""
    rows = Notice.objects.filter(kind__in=["alarm", "alarm_over"]).order_by("created_at", "pk")
    with translation.override("en"):
        return [tuple(said.replace(NBSP, " ") for said in (one.title, *one.lines)) for one in told(rows)]


def test_an_alarm_is_told_once_and_once_more_when_it_is_over(carol):
    row = alarm(rule())
    counts = [tell_due(now=moment(0)), tell_due(now=moment(1))]
    Alarm.objects.filter(pk=row.pk).update(cleared_at=moment(5))
    counts += [tell_due(now=moment(5.5)), tell_due(now=moment(6)), tell_due(now=moment(7))]

    assert counts == [1, 0, 0, 1, 0]
    assert notices() == [
        (
            "Warning: Temperature above 30 °C, Air",
            f"Since {_day()} at 10:00.",
            "Measured: 31.5 °C.",
        ),
        (
            "Over: Temperature above 30 °C, Air",
            f"From {_day()} at 10:00 to {_day()} at 10:05.",
            "Measured: 31.5 °C.",
        ),
    ]


def _day():
    with translation.override("en"):
        return times.day(moment(0))


def test_many_at_once_are_one_notice_and_the_worst_stand_first(carol):
    hot = rule()
    for n in range(25):
        alarm(hot, subject=f"s{n}", severity="alarm" if n == 24 else "info", about=f"Air {n}")

    assert tell_due(now=moment(0)) == 25
    (said,) = notices()
    assert said[0] == "25 alarms"
    assert said[1] == "Alarm: Temperature above 30 °C, Air 24 (10:00)"
    assert (len(said), said[-1]) == (22, "and 5 more")


def test_so_many_notices_in_an_hour_wait_unless_they_are_serious(carol):
    hot = rule()
    for n in range(12):
        alarm(hot, subject=f"s{n}", at=n)
        tell_due(now=moment(n))
    alarm(hot, subject="fire", at=12, severity="alarm")
    tell_due(now=moment(12))

    assert Notice.objects.count() == 7
    assert not Alarm.objects.filter(told_at=None).exists()  # the serious one took the others along
    assert notices()[-1][1].startswith("Alarm: ")


def test_nobody_is_told_of_what_is_muted_until_it_no_longer_is(carol):
    hot = rule()
    until = moment(60)
    alarm(hot)
    mute(rule=hot, until=until, by=carol, now=moment(0), reason="being repaired")

    assert [tell_due(now=moment(minute)) for minute in (1, 59, 60)] == [0, 0, 1]


def test_a_mute_can_be_taken_back_and_another_takes_its_place(carol):
    hot = rule()
    first = mute(rule=hot, until=moment(60), by=carol, now=moment(0))
    second = mute(rule=hot, until=moment(480), by=carol, now=moment(1))
    alarm(hot)
    unmute(mute=second, now=moment(2))
    first.refresh_from_db()

    assert first.until == moment(1)
    assert tell_due(now=moment(2)) == 1


def test_a_muted_device_mutes_its_alarms_only(carol):
    quiet, other = factories.device("quiet"), factories.device("other")
    hot = rule()
    for device in (quiet, other):
        row = alarm(hot, subject=device.name)
        Alarm.objects.filter(pk=row.pk).update(device=device)
    mute(device=quiet, until=moment(60), by=carol, now=moment(0))

    assert tell_due(now=moment(1)) == 1


@pytest.mark.parametrize(
    ("wish", "mailed"),
    [
        ("all", [True] * 3),
        ("warning", [False, True, True]),
        ("alarm", [False, False, True]),
        ("none", [False] * 3),
    ],
)
def test_a_manager_chooses_what_comes_by_mail(wish, mailed):
    factories.manager("carol", alarms=wish)
    for minute, severity in enumerate(["info", "warning", "alarm"]):
        alarm(rule(), severity=severity, at=minute)
        tell_due(now=moment(minute))

    rows = Notice.objects.order_by("created_at")
    assert [row.mail_after is not None for row in rows] == mailed


def test_makers_are_told_nothing(carol):
    factories.member("alice")
    alarm(rule())
    tell_due(now=moment(0))

    assert [row.member for row in Notice.objects.all()] == [carol]


def test_what_was_over_before_anybody_could_be_told_is_one_notice(carol):
    alarm(rule(), at=-5, until=-2)

    assert [tell_due(now=moment(0)), tell_due(now=moment(2))] == [1, 0]


def test_what_is_long_past_is_kept_and_not_told(carol):
    alarm(rule(), at=-300, until=-200)

    assert tell_due(now=moment(0)) == 0


def test_only_the_first_takes_care_of_an_alarm(carol):
    row, dave = alarm(rule()), factories.manager("dave")
    Hook.objects.create(
        label="pager",
        url="https://example.org/",
        events=["alarm.acknowledged"],
        secret="s",
        since=moment(-1),
        created_at=moment(-1),
    )
    done = [
        acknowledge(alarm=row, by=carol, now=moment(1), note="on my way"),
        acknowledge(alarm=row, by=dave, now=moment(2)),
    ]
    row.refresh_from_db()

    assert done == [True, False]
    assert (row.acknowledged_by, row.acknowledged_at, row.note) == (carol, moment(1), "on my way")
    assert [sent.event for sent in Delivery.objects.all()] == ["alarm.acknowledged"]
    assert "carol" not in Delivery.objects.get().payload
    assert timedelta(0) < moment(2) - row.acknowledged_at
