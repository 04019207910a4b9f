"""How many alarms are open, for live pages: sent when it changed, and once in a while."""

import pytest

from booking.alarms.picture import AlarmPicture
from booking.queries.alarms import picture
from devices.models import Alarm, AlarmRule
from lab.hub import Audience
from tests.booking.alarms.air import moment

pytestmark = pytest.mark.django_db


def alarm(severity: str, subject: str = "", **facts) -> Alarm:
    rule = AlarmRule.objects.create(key="power", limit=9)
    times = {"raised_at": moment(0), "noted_at": moment(0)}
    return Alarm.objects.create(rule=rule, subject=subject, severity=severity, **times, **facts)


def test_the_worst_that_nobody_takes_care_of_gives_the_look():
    alarm("warning")
    alarm("alarm", acknowledged_at=moment(1))
    newest = alarm("info")
    alarm("alarm", cleared_at=moment(1))

    shown = picture(moment(2))
    assert (shown["open"], shown["waiting"], shown["worst"], shown["newest"]) == (3, 2, "warning", newest.pk)


def test_it_is_sent_when_it_changed_and_once_in_a_while():
    sent = AlarmPicture()
    told = [sent.publish(now=moment(0)), sent.publish(now=moment(0.1))]
    alarm("info")
    told += [sent.publish(now=moment(0.2)), sent.publish(now=moment(0.3)), sent.publish(now=moment(1.3))]

    assert told == [True, False, True, False, True]


@pytest.mark.parametrize(("manager", "sees"), [(True, True), (False, False)])
def test_only_managers_see_it(manager, sees):
    audience = Audience.asked("alarm/open", manager=manager)

    assert (audience.view("alarm/open", picture(moment(0))) is not None) is sees
