"""Orders to devices: given once, sent once, closed once."""

from datetime import timedelta

import pytest

from devices import orders
from devices.models import Control, Order
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def relay():
    return Control.objects.create(device=factories.device("plug-1"), key="relay")


def place(control, *, on=True, now=NOW, by=None):
    return orders.place(control=control, on=on, by=by, now=now)


def state(order):
    order.refresh_from_db()
    return order.state, order.failure


def test_what_a_device_obeys_is_noted_once_and_nobody_may_order_it():
    plug = factories.device("plug-1")
    for _ in range(2):
        orders.declare(device=plug, controls=[("relay", False), ("restart", True)])

    found = plug.controls.values_list("key", "press", "who", "confirm")
    assert list(found) == [("relay", False, "nobody", False), ("restart", True, "nobody", True)]


def test_the_same_wish_twice_is_one_order(relay):
    assert place(relay).pk == place(relay, now=NOW + SECOND).pk


def test_a_newer_wish_takes_the_place_of_what_is_open(relay):
    first, second = place(relay), place(relay, on=False, now=NOW + SECOND)

    assert state(first) == ("failed", "superseded")
    assert [each.number for each in orders.waiting()] == [second.pk]


def test_another_switch_of_the_device_is_another_matter(relay):
    other = Control.objects.create(device=relay.device, key="relay_2")
    place(relay)
    place(other, on=False)

    assert [(each.key, each.on) for each in orders.waiting()] == [("relay", True), ("relay_2", False)]


def test_an_order_is_sent_by_one_and_done_when_the_device_says_so(relay):
    order = place(relay)

    assert not orders.finish(order.pk, at=NOW)  # nobody sent it yet
    assert [orders.claim(order.pk, now=NOW) for _ in range(2)] == [True, False]
    assert [orders.finish(order.pk, at=NOW + SECOND) for _ in range(2)] == [True, False]
    assert not orders.fail(order.pk, Order.Failure.REFUSED, at=NOW + 2 * SECOND)
    assert state(order) == ("done", "")


def test_what_is_over_is_never_sent(relay):
    order = place(relay)

    assert not orders.claim(order.pk, now=order.expires_at)


def test_what_was_not_sent_and_what_was_not_reported_fail_each_with_its_reason(relay):
    press = Control.objects.create(device=relay.device, key="restart", press=True)
    unsent, sent = place(relay), place(press)
    orders.claim(sent.pk, now=NOW)
    orders.expire(now=unsent.expires_at)
    assert state(sent) == ("sent", "")  # a restart takes longer
    orders.expire(now=sent.expires_at)

    assert (state(unsent), state(sent)) == (("failed", "late"), ("failed", "no_answer"))


def test_a_device_that_refuses_says_so(relay):
    order = place(relay)
    orders.claim(order.pk, now=NOW)
    orders.fail(order.pk, Order.Failure.REFUSED, at=NOW, answer="unsupported")

    assert state(order) == ("failed", "refused")
    assert order.answer == "unsupported"
