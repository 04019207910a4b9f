"""Reminders are told once, due mail is handed over once; what was missed is made good, twice is nothing."""

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from booking import actions
from booking.mail.post import deliver
from booking.models import Mailbox, Notice, Policy
from booking.sweeps.mails import KEPT, enqueue_mails, forget_tasks, remind
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(seconds=20)


def reminders() -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind="reminder").order_by("pk")
    return [(row.member.username, row.key) for row in rows]


def tasks() -> list[list[int]]:
    return sorted(row.args_kwargs["args"] for row in DBTaskResult.objects.filter(status="READY"))


def test_a_booking_is_reminded_of_once_an_hour_before(alice, booking):
    for hour in (12.9, 13, 13.2, 13.9, 14, 15):
        remind(now=at(hour))

    assert reminders() == [("alice", f"reminder:{booking.pk}:0")]


def test_a_sweep_that_was_missed_is_made_good_until_the_start(alice, booking):
    remind(now=at(13.99))

    assert reminders() == [("alice", f"reminder:{booking.pk}:0")]


def test_whoever_was_told_a_moment_ago_is_not_reminded(alice, laser):
    actions.book(member=alice, by=alice, resources=[laser], span=span(10.5, 11), now=NOW)
    remind(now=NOW)

    assert reminders() == []


def test_a_moved_booking_is_reminded_of_at_its_new_time(alice, charlie, booking):
    remind(now=at(13))
    actions.move(booking=booking, span=span(18, 19), by=charlie, now=at(13.5))
    remind(now=at(13.6))
    remind(now=at(17))

    assert reminders() == [("alice", f"reminder:{booking.pk}:0"), ("alice", f"reminder:{booking.pk}:1")]


@pytest.mark.parametrize("state", ["requested", "checked_in", "done", "missed", "cancelled", "declined"])
def test_only_what_is_booked_and_not_begun_is_reminded_of(alice, laser, state):
    factories.booking(alice, laser, span(14, 16), state=state, standing=False)
    remind(now=at(13.5))

    assert reminders() == []


def test_a_lab_may_want_no_reminders(booking):
    Policy.objects.create(pk=1, reminder_minutes=0)
    remind(now=at(13.99))

    assert reminders() == []


def test_each_member_with_due_mail_has_one_task(alice, booking, laser):
    bob = factories.member("bob")
    actions.book(member=bob, by=bob, resources=[laser], span=span(17, 18), now=NOW)
    assert enqueue_mails(now=DUE - timedelta(seconds=1)) == 0

    assert [enqueue_mails(now=DUE) for _ in range(3)] == [2, 0, 0]
    assert tasks() == sorted([[alice.pk], [bob.pk]])


def test_nobody_is_handed_over_while_a_mailer_is_at_it(alice, booking):
    Mailbox.objects.create(member=alice, claimed_until=DUE + timedelta(seconds=60))

    assert [enqueue_mails(now=DUE + timedelta(seconds=late)) for late in (0, 59, 60)] == [0, 0, 1]


def test_a_task_that_died_with_its_process_is_made_again(alice, booking):
    enqueue_mails(now=DUE)
    DBTaskResult.objects.update(status="RUNNING", started_at=DUE)

    assert enqueue_mails(now=DUE) == 1


def test_what_was_mailed_is_not_handed_over_again(post, alice, booking):
    deliver(alice.pk, now=DUE)

    assert enqueue_mails(now=DUE) == 0


def test_finished_and_dead_tasks_are_forgotten_after_a_day(alice, booking):
    for _ in range(4):
        enqueue_mails(now=DUE)
        DBTaskResult.objects.update(status="RUNNING", started_at=DUE)
    DBTaskResult.objects.update(enqueued_at=DUE)
    ids = list(DBTaskResult.objects.values_list("pk", flat=True))
    DBTaskResult.objects.filter(pk=ids[0]).update(status="SUCCESSFUL", finished_at=DUE)
    DBTaskResult.objects.filter(pk=ids[1]).update(status="FAILED", finished_at=DUE + KEPT)
    DBTaskResult.objects.filter(pk=ids[2]).update(status="READY", started_at=None)
    forget_tasks(now=DUE + KEPT + timedelta(seconds=1))

    assert {row.pk for row in DBTaskResult.objects.all()} == {ids[1], ids[2]}
