"""The outbox: one message knocks where nobody answers, the others wait; three days, then a page."""

from datetime import timedelta

import pytest

from lab.actions import hooks
from lab.hooks import outbox
from lab.hooks.http import Answer
from lab.models import Delivery
from tests.factories import NOW
from tests.lab.actions.test_hooks import hook, post

pytestmark = pytest.mark.django_db(databases=["default"])
SILENT, TAKEN = Answer(trouble="timeout"), Answer(204)
MINUTE = timedelta(minutes=1)


def claimed(now=NOW, **more):
    return [row for rows in outbox.claim(now=now, **more).values() for row in rows]


def test_what_is_claimed_is_nobody_elses_for_the_time_of_a_try():
    hook("device.online")
    post()

    assert [row.attempts for row in claimed()] == [1]
    assert claimed() == []
    assert [row.attempts for row in claimed(NOW + outbox.LEASE)] == [2]


def test_a_taken_message_is_over():
    hook("device.online")
    post()

    assert outbox.settle(claimed()[0], TAKEN, now=NOW) is None

    row = Delivery.objects.get()
    assert (row.state, row.status, row.error, row.next_at, row.tried_at) == ("sent", 204, "", None, NOW)


def test_where_nobody_answers_one_message_knocks_and_the_others_wait_behind_it():
    hook("device.online")
    for _ in range(3):
        post()
    first, *rest = claimed()
    outbox.settle(first, SILENT, now=NOW)
    outbox.put_back(rest, now=NOW)

    assert claimed(NOW) == []
    assert [row.pk for row in claimed(NOW + MINUTE)] == [first.pk]
    outbox.settle(Delivery.objects.select_related("hook").get(pk=first.pk), TAKEN, now=NOW + MINUTE)
    assert [(row.pk, row.attempts) for row in claimed(NOW + MINUTE)] == [(row.pk, 1) for row in rest]


def test_a_message_that_one_receiver_refuses_holds_no_others_up():
    hook("device.online")
    post()
    post()
    first, second = claimed()
    outbox.settle(first, Answer(422, "status: no"), now=NOW)
    outbox.put_back([second], now=NOW)

    assert [row.pk for row in claimed(NOW)] == [second.pk]


def test_one_hook_does_not_wait_for_another():
    slow, quick = hook("device.online"), hook("device.online")
    post()

    assert [row.hook for row in claimed(besides=[slow.pk])] == [quick]


def test_after_three_days_a_hook_is_paused_and_what_waits_is_given_up():
    row, now = hook("device.online"), NOW
    post()
    post()
    paused = []
    while not paused and now < NOW + timedelta(days=5):
        for one in claimed(now):
            paused += filter(None, [outbox.settle(one, SILENT, now=now)])
        now += timedelta(hours=1)

    assert paused == [row]
    assert timedelta(days=3) <= now - NOW <= timedelta(days=4)
    row.refresh_from_db()
    assert (row.enabled, row.paused_at is not None) == (False, True)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dead"}


def test_who_wants_nothing_any_more_is_paused_at_once():
    row = hook("device.online")
    post()

    assert outbox.settle(claimed()[0], Answer(410, "status"), now=NOW) == row


def test_given_up_messages_can_be_sent_once_more():
    row = hook("device.online")
    post()
    outbox.settle(claimed()[0], Answer(410, "status"), now=NOW)
    hooks.switch(hook=row, on=True, now=NOW)

    assert hooks.retry(row.deliveries.all(), now=NOW) == 1
    assert [one.attempts for one in claimed(NOW)] == [1]


def test_after_a_month_what_is_over_is_forgotten():
    row = hook("device.online")
    post()
    outbox.settle(claimed()[0], TAKEN, now=NOW)
    post()

    assert outbox.tidy(now=NOW + timedelta(days=29)) == 0
    assert outbox.tidy(now=NOW + timedelta(days=31)) == 1
    assert [one.state for one in row.deliveries.all()] == ["waiting"]


def test_failing_since_the_first_message_that_found_nobody():
    row, fine = hook("device.online"), hook("device.online")
    post()
    for one in claimed():
        outbox.settle(one, SILENT if one.hook == row else TAKEN, now=NOW + MINUTE)

    assert outbox.failing([row, fine]) == {row.pk: NOW}
