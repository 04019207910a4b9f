"""Freed time is offered in order, and goes on to the next when nobody takes it."""

from datetime import timedelta

import pytest

from booking import actions, sweeps
from booking.actions import wait as waiting
from booking.models import Booking, Notice, Policy, Wait
from booking.sweeps import Offers, lapse_offers, offer_free_time
from lab.models import Quota
from lab.spans import Span
from tests import factories
from tests.booking.sweeps import ears
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def laser():
    return factories.resource()


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def bob():
    return factories.member("bob")


@pytest.fixture
def taken(laser):
    """Somebody has the laser from 13:00 to 18:00."""
    zoe = factories.member("zoe")
    return actions.book(member=zoe, by=zoe, resources=[laser], span=span(13, 18), now=NOW)


def join(member, resource=None, *, window=None, minutes=60, later=0, **more) -> Wait:
    return waiting.join(
        member=member,
        resource=resource,
        window=window or span(13, 18),
        minutes=minutes,
        now=NOW + timedelta(seconds=later),
        **more,
    )


def offers() -> list[tuple[str, str, Span]]:
    """Whom the sweep asked about what: name, resource, time."""
    held = Booking.objects.filter(state="held").order_by("pk")
    return [
        (row.member.username, row.claims.get(superseded=False).unit.resource.slug, row.span) for row in held
    ]


def test_nothing_is_offered_while_nothing_is_free(taken, alice, laser):
    join(alice, laser)

    assert offer_free_time(now=SOON) == 0


def cancelled(taken):
    actions.cancel(booking=taken, by=taken.member, now=SOON)
    return SOON


def moved(taken):
    actions.move(booking=taken, by=taken.member, span=span(20, 22), now=SOON)
    return SOON


def finished(taken):
    now = at(13) + timedelta(minutes=1)
    actions.finish(booking=taken, by=taken.member, now=now)
    return now


def released(taken):
    now = at(13.5)
    laser = taken.claims.get().unit.resource
    laser.grace_minutes = 15
    laser.save()
    ears.bridge(since=at(8), now=now)
    ears.reader_at(laser, since=at(8))
    sweeps.settle_begun(now=now)
    return now


@pytest.mark.parametrize(
    ("free", "when"),
    [
        (cancelled, span(13, 14)),
        (moved, span(13, 14)),
        (finished, Span(at(13) + timedelta(minutes=10), at(14) + timedelta(minutes=10))),
        (released, Span(at(13) + timedelta(minutes=35), at(14) + timedelta(minutes=35))),
    ],
)
def test_however_time_becomes_free_it_is_offered(taken, alice, laser, free, when):
    join(alice, laser)
    now = free(taken)

    assert [offer_free_time(now=now) for _ in range(2)] == [1, 0]
    assert offers() == [("alice", "laser-1", when)]


def test_the_first_to_come_is_the_first_to_be_asked(taken, alice, bob, laser):
    join(bob, laser, later=1, window=span(13, 14))
    join(alice, laser, window=span(13, 14))
    cancelled(taken)

    assert offer_free_time(now=SOON) == 1
    assert offers() == [("alice", "laser-1", span(13, 14))]


def test_what_the_first_one_leaves_the_next_ones_get(taken, alice, bob, laser):
    for later, member in enumerate((alice, bob)):
        join(member, laser, later=later)
    cancelled(taken)

    offer_free_time(now=SOON)

    assert offers() == [("alice", "laser-1", span(13, 14)), ("bob", "laser-1", span(14, 15))]


def test_one_for_whom_it_is_too_short_keeps_nobody_back(taken, alice, bob, laser):
    join(alice, laser, minutes=240)
    join(bob, laser, later=1)
    factories.booking(factories.member("eve"), factories.resource("cnc-1"), span(13, 18))
    actions.move(booking=taken, by=taken.member, span=span(15, 18), now=SOON)

    offer_free_time(now=SOON)

    assert offers() == [("bob", "laser-1", span(13, 14))]


def test_what_lapses_goes_to_the_next_and_the_first_is_out(taken, alice, bob, laser):
    for later, member in enumerate((alice, bob)):
        join(member, laser, later=later, window=span(13, 14))
    cancelled(taken)
    offer_free_time(now=SOON)
    late = SOON + timedelta(minutes=20)

    assert [lapse_offers(now=SOON), lapse_offers(now=late), lapse_offers(now=late)] == [0, 1, 0]
    assert offer_free_time(now=late) == 1
    assert offers() == [("bob", "laser-1", span(13, 14))]
    assert dict(Wait.objects.values_list("member__username", "state")) == {
        "alice": "expired",
        "bob": "offered",
    }


def test_what_is_declined_goes_to_the_next_and_is_not_offered_again(taken, alice, bob, laser):
    first = join(alice, laser)
    join(bob, laser, later=1)
    cancelled(taken)
    offer_free_time(now=SOON)
    first.refresh_from_db()

    waiting.decline(wait=first, by=alice, now=SOON)
    offer_free_time(now=SOON)

    assert offers() == [("bob", "laser-1", span(14, 15)), ("alice", "laser-1", span(15, 16))]


def test_nobody_is_offered_what_begins_before_they_can_answer(alice, laser):
    join(alice, laser, window=span(10, 11.5))

    offer_free_time(now=SOON)

    (row,) = Booking.objects.all()
    assert row.span == Span(at(10) + timedelta(minutes=10), at(11) + timedelta(minutes=10))
    assert row.held_until == row.starts_at  # sooner than in twenty minutes


def test_who_has_an_offer_open_is_asked_about_nothing_else(alice, laser):
    cnc = factories.resource("cnc-1")
    first, second = join(alice, laser), join(alice, cnc, later=1)

    assert [offer_free_time(now=SOON) for _ in range(2)] == [1, 0]
    first.refresh_from_db()
    waiting.accept(wait=first, now=SOON)
    assert offer_free_time(now=SOON) == 1
    second.refresh_from_db()
    assert second.state == "offered"


def test_any_of_a_kind_is_the_one_that_is_free_first(taken, alice):
    other = factories.resource("laser-2")
    factories.booking(factories.member("eve"), other, span(8, 15))
    factories.resource("hidden", listed=False)
    join(alice, kind="machine")

    offer_free_time(now=SOON)

    assert offers() == [("alice", "laser-2", span(15, 16))]


def test_of_a_kind_only_what_the_member_may_book(taken, alice):
    factories.resource("cnc-1", certification=factories.certification("cnc"))
    join(alice, kind="machine")

    assert offer_free_time(now=SOON) == 0


def test_rights_are_asked_for_when_time_is_free(alice, bob, laser):
    join(alice, laser, window=span(13, 14))
    join(bob, laser, later=1, window=span(13, 14))
    alice.suspended = True
    alice.save()

    offer_free_time(now=SOON)

    assert offers() == [("bob", "laser-1", span(13, 14))]


def test_a_quota_that_is_used_up_by_now_offers_nothing(alice, laser):
    Quota.objects.create(resource=laser, most=60, period="day")
    join(alice, laser)
    factories.booking(alice, laser, span(10, 11))

    assert offer_free_time(now=SOON) == 0


def test_who_left_the_lab_for_good_is_not_asked(alice, laser):
    join(alice, laser)
    alice.is_active = False
    alice.save()

    assert offer_free_time(now=SOON) == 0


def test_a_member_is_told_once_an_offer(taken, alice, laser):
    join(alice, laser)
    cancelled(taken)
    for _ in range(3):
        offer_free_time(now=SOON)

    assert Notice.objects.filter(kind="offer").count() == 1


def test_a_walk_in_can_not_have_what_is_on_offer(alice, bob, laser):
    join(alice, laser, window=span(13, 14))
    offer_free_time(now=SOON)

    against = actions.check(member=bob, resources=[laser], span=span(13, 14), now=SOON)

    assert against is not None
    assert against.only_taken


@pytest.mark.parametrize(("state", "after"), [("booked", "taken"), ("cancelled", "withdrawn")])
def test_an_offer_decided_elsewhere_is_followed(alice, laser, state, after):
    wait = join(alice, laser)
    offer_free_time(now=SOON)
    Booking.objects.update(state=state)

    assert [lapse_offers(now=SOON) for _ in range(2)] == [1, 0]
    wait.refresh_from_db()
    assert wait.state == after


def test_a_wait_whose_window_is_over_ends(taken, alice, laser):
    wait = join(alice, laser)

    assert [lapse_offers(now=now) for now in (at(17.9), at(18), at(18))] == [0, 1, 0]
    wait.refresh_from_db()
    assert wait.state == "expired"


class Looks:
    """The worker's looks, each so many seconds after the one before."""

    def __init__(self) -> None:
        self.offers, self.now = Offers(), SOON

    def after(self, seconds: float) -> int:
        self.now += timedelta(seconds=seconds)
        return self.offers.sweep(now=self.now)


def test_a_change_is_looked_at_at_once(taken, alice, laser):
    looks = Looks()
    join(alice, laser)
    assert [looks.after(0.5), looks.after(0.5)] == [0, 0]

    cancelled(taken)
    assert looks.after(0.5) == 1


def test_whoever_comes_is_looked_after_at_once(alice, bob, laser):
    looks = Looks()
    join(alice, laser)
    assert looks.after(0.5) == 1
    join(bob, laser)
    assert looks.after(0.5) == 1


def test_a_new_rule_is_looked_at_at_once(alice, laser):
    looks = Looks()
    quota = Quota.objects.create(resource=laser, most=0, period="day")
    join(alice, laser)
    assert looks.after(0.5) == 0

    quota.delete()
    assert looks.after(0.5) == 1


def test_what_no_sign_tells_is_found_within_half_a_minute(taken, alice, laser):
    looks = Looks()
    join(alice, laser)
    looks.after(0.5)
    taken.claims.update(standing=False)

    assert [looks.after(10), looks.after(19), looks.after(2)] == [0, 0, 1]


def test_while_nothing_changes_a_thousand_waits_cost_three_questions(taken, laser, django_assert_num_queries):
    people = [factories.member(f"maker-{n}") for n in range(20)]
    Wait.objects.bulk_create(
        Wait(
            member=people[n % 20],
            resource=laser,
            starts_at=at(13),
            ends_at=at(18),
            minutes=60 + n // 20,
            created_at=NOW,
        )
        for n in range(1000)
    )
    looks = Looks()
    looks.after(0.5)

    with django_assert_num_queries(3):
        assert looks.after(0.5) == 0


def test_nobody_waits_costs_one_question(taken, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert Offers().sweep(now=SOON) == 0


def test_a_close_look_costs_the_same_for_all_for_whom_nothing_is_free(
    taken, laser, django_assert_max_num_queries
):
    for number in range(30):
        join(factories.member(f"maker-{number}"), laser, later=number)
    offer_free_time(now=SOON)

    with django_assert_max_num_queries(12):
        assert offer_free_time(now=SOON) == 0


def test_the_deadline_is_the_lab_s(alice, laser):
    Policy.objects.create(pk=1, offer_minutes=45)
    join(alice, laser)

    offer_free_time(now=SOON)

    assert Booking.objects.get().held_until == SOON + timedelta(minutes=45)
