"""Waiting for a time: who may hope for it, and what becomes of an offer."""

from datetime import timedelta

import pytest

from booking import actions
from booking.actions import wait as waiting
from booking.models import Booking, Change, Claim, Notice, Policy, Wait
from booking.refusals import Refused
from booking.rules.wishes import Code
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def laser():
    return factories.resource()


def join(member, resource=None, *, window=None, minutes=60, now=NOW, **more) -> Wait:
    wanted = {"window": window or span(13, 18), "minutes": minutes, "now": now}
    return waiting.join(member=member, resource=resource, **wanted, **more)


def refused(act, *args, **named) -> list[Code]:
    with pytest.raises(Refused) as caught:
        act(*args, **named)
    return [objection.code for objection in caught.value.objections]


@pytest.fixture
def wait(alice, laser):
    """An hour between 13:00 and 18:00."""
    return join(alice, laser, purpose="Lampe")


@pytest.fixture
def offer(wait, laser):
    """14:00–15:00, for twenty minutes from ten o'clock."""
    return waiting.offer(wait=wait, resource=laser, span=span(14, 15), now=NOW)


def test_somebody_waits(wait, alice, laser):
    assert (wait.member, wait.resource, wait.kind, wait.window, wait.minutes, wait.purpose) == (
        alice,
        laser,
        "",
        span(13, 18),
        60,
        "Lampe",
    )
    assert (wait.state, wait.created_at, wait.offer) == ("waiting", NOW, None)


def test_one_may_wait_for_any_of_a_kind(alice, laser):
    wait = join(alice, kind="machine")

    assert (wait.resource, wait.kind) == (None, "machine")


def test_waiting_twice_for_the_same_keeps_the_first_place(wait, alice, laser):
    later = NOW + timedelta(minutes=5)

    assert join(alice, laser, now=later) == wait
    assert join(alice, laser, now=later, minutes=30) != wait
    assert list(Wait.objects.values_list("created_at", flat=True)) == [NOW, later]


def test_what_is_taken_may_be_waited_for(alice, laser):
    laser.outages.create(starts_at=at(8), ends_at=at(20))
    factories.booking(factories.member("bob"), laser, span(9, 20))

    assert join(alice, laser).pk


@pytest.mark.parametrize(
    ("window", "minutes", "code"),
    [
        (span(13, 14), 61, Code.BAD_SPAN),
        (span(13, 14), 0, Code.BAD_SPAN),
        (span(13, 14), -60, Code.BAD_SPAN),
        (span(0, 24 * 63), 60, Code.BAD_SPAN),
        (span(8, 10), 60, Code.IN_PAST),
        (span(8, 10.5), 60, Code.IN_PAST),  # no hour of it is left
    ],
)
def test_a_wait_makes_sense_or_is_refused(alice, laser, window, minutes, code):
    assert refused(join, alice, laser, window=window, minutes=minutes) == [code]
    assert not Wait.objects.exists()


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"role": "manager"}, [Code.NOT_ELIGIBLE]),
        ({"min_minutes": 90}, [Code.TOO_SHORT]),
        ({"max_minutes": 30}, [Code.TOO_LONG]),
        ({"horizon_days": 0}, [Code.TOO_FAR]),
        ({"min_minutes": 90, "role": "manager"}, [Code.TOO_SHORT, Code.NOT_ELIGIBLE]),
    ],
)
def test_nobody_waits_for_what_they_may_never_book(alice, fields, codes):
    assert refused(join, alice, factories.resource("cnc-1", **fields)) == codes


def test_nobody_waits_for_what_they_are_not_certified_for(alice):
    cnc = factories.resource("cnc-1", certification=factories.certification("cnc"))

    assert refused(join, alice, cnc) == [Code.NOT_CERTIFIED]


def test_nobody_waits_behind_closed_doors(alice):
    atelier = factories.zone("atelier", hours=(9, 12))

    assert refused(join, alice, factories.resource("saw", zone=atelier)) == [Code.CLOSED]
    assert join(alice, factories.resource("lathe", zone=atelier), window=span(11, 18)).pk


def test_the_suspended_do_not_wait(alice, laser):
    alice.suspended = True

    assert refused(join, alice, laser) == [Code.SUSPENDED]


def test_a_kind_can_be_waited_for_when_one_of_it_may_be_booked(alice):
    factories.resource("laser-1", certification=factories.certification())
    assert refused(join, alice, kind="machine") == [Code.NOT_CERTIFIED]

    factories.resource("vinyl-1")
    assert join(alice, kind="machine").pk


def test_there_is_an_end_to_waiting_lists(alice, laser):
    for minutes in range(30, 30 + waiting.MOST_WAITS):
        join(alice, laser, minutes=minutes)

    assert refused(join, alice, laser) == [Code.TOO_MANY_WAITS]
    waiting.withdraw(wait=Wait.objects.first(), by=alice, now=NOW)
    assert join(alice, laser).pk


def test_an_offer_holds_the_time_and_is_told(offer, wait, alice):
    assert (offer.member, offer.state, offer.span, offer.purpose) == (alice, "held", span(14, 15), "Lampe")
    assert offer.held_until == NOW + timedelta(minutes=20)
    assert (wait.state, wait.offer) == ("offered", offer)
    assert Claim.objects.get().standing
    (notice,) = Notice.objects.all()
    assert (notice.kind, notice.member, notice.booking) == ("offer", alice, offer)
    assert (notice.data["wait"], notice.data["resources"]) == (wait.pk, ["laser-1"])
    assert notice.mail_after is not None


@pytest.mark.parametrize(("minutes", "until"), [(20, at(10, day=0) + timedelta(minutes=20)), (600, at(14))])
def test_nobody_is_asked_beyond_the_start(wait, laser, minutes, until):
    Policy.objects.create(pk=1, offer_minutes=minutes)

    assert waiting.offer(wait=wait, resource=laser, span=span(14, 15), now=NOW).held_until == until


def test_a_wait_gets_one_offer(offer, wait, laser):
    assert waiting.offer(wait=wait, resource=laser, span=span(16, 17), now=NOW) is None
    assert Booking.objects.count() == 1


def test_a_member_gets_one_offer_at_a_time(offer, alice, laser):
    other = join(alice, laser, minutes=30)

    assert waiting.offer(wait=other, resource=laser, span=span(16, 17), now=NOW) is None
    assert (other.state, Booking.objects.count()) == ("waiting", 1)


def test_time_that_somebody_took_is_not_offered(wait, laser):
    factories.booking(factories.member("bob"), laser, span(14, 15))

    assert waiting.offer(wait=wait, resource=laser, span=span(14, 15), now=NOW) is None
    assert (wait.state, Wait.objects.get().state, Notice.objects.count()) == ("waiting", "waiting", 0)


def test_an_offer_is_taken_in_one_go_and_taking_it_twice_is_taking_it_once(offer, wait):
    taken = [waiting.accept(wait=Wait.objects.get(), now=at(10.2)) for _ in range(2)]

    assert taken == [offer, offer]
    assert [(row.state, row.held_until) for row in taken] == [("booked", None)] * 2
    assert Wait.objects.get().state == "taken"
    assert list(Change.objects.values_list("what", flat=True)) == ["taken"]


def test_an_offer_is_over_at_its_deadline(offer, wait):
    assert refused(waiting.accept, wait=wait, now=at(10) + timedelta(minutes=20)) == [Code.TOO_LATE_TO_CANCEL]
    assert Wait.objects.get().state == "offered"


def test_nothing_is_taken_that_was_not_offered(wait):
    assert refused(waiting.accept, wait=wait, now=NOW) == [Code.TOO_LATE_TO_CANCEL]
    assert refused(waiting.decline, wait=wait, by=wait.member, now=NOW) == [Code.TOO_LATE_TO_CANCEL]


def test_who_was_suspended_meanwhile_takes_nothing(offer, wait, alice):
    alice.suspended = True
    alice.save()

    assert refused(waiting.accept, wait=wait, now=NOW) == [Code.SUSPENDED]
    assert Booking.objects.get().state == "held"


def test_where_a_manager_approves_a_taken_offer_becomes_a_request(alice):
    studio = factories.resource("studio", approval=True)
    charlie = factories.manager()
    wait = join(alice, studio)
    waiting.offer(wait=wait, resource=studio, span=span(14, 15), now=NOW)

    booking = waiting.accept(wait=wait, now=NOW)

    assert (booking.state, Claim.objects.get().standing, Wait.objects.get().state) == (
        "requested",
        False,
        "taken",
    )
    assert set(Notice.objects.exclude(kind="offer").values_list("kind", "member")) == {
        ("requested", alice.pk),
        ("to_approve", charlie.pk),
    }
    assert actions.approve(booking=booking, by=charlie, now=NOW).state == "booked"


def test_a_held_time_is_not_moved_about(offer, alice):
    move = {"booking": offer, "by": alice, "now": NOW}

    assert refused(actions.move, span=span(15, 16), **move) == [Code.TOO_LATE_TO_CANCEL]
    assert refused(actions.extend, minutes=30, **move) == [Code.TOO_LATE_TO_CANCEL]


def test_who_declines_goes_on_waiting_for_another_time(offer, wait, alice):
    waiting.decline(wait=wait, by=alice, now=at(10.1))

    offer.refresh_from_db()
    assert (wait.state, wait.offer, wait.created_at) == ("waiting", None, NOW)
    assert (offer.state, Claim.objects.get().standing) == ("cancelled", False)
    assert Change.objects.get().what == "lapsed"


def test_who_declines_all_there_can_be_waits_no_more(alice, laser):
    wait = join(alice, laser, window=span(14, 15))
    waiting.offer(wait=wait, resource=laser, span=span(14, 15), now=NOW)

    waiting.decline(wait=wait, by=alice, now=NOW)

    assert Wait.objects.get().state == "withdrawn"


def test_to_withdraw_gives_the_offer_back(offer, wait, alice):
    waiting.withdraw(wait=wait, by=alice, now=NOW)

    assert (Wait.objects.get().state, Booking.objects.get().state) == ("withdrawn", "cancelled")
    assert not Claim.objects.filter(standing=True).exists()
    assert refused(waiting.withdraw, wait=wait, by=alice, now=NOW) == [Code.TOO_LATE_TO_CANCEL]


def test_an_offer_that_nobody_takes_lapses_once_and_is_told(offer, wait):
    deadline = at(10) + timedelta(minutes=20)
    early, late = deadline - timedelta(seconds=1), deadline

    lapsed = [waiting.lapse(booking=offer, now=now) for now in (early, late, late)]

    assert lapsed == [False, True, False]
    assert (Wait.objects.get().state, Booking.objects.get().state) == ("expired", "cancelled")
    assert Notice.objects.filter(kind="offer_over").count() == 1


def test_a_held_time_that_nobody_waited_for_lapses_too(alice, laser):
    until = NOW + timedelta(minutes=5)
    held = actions.book(
        member=alice, by=alice, resources=[laser], span=span(14, 15), now=NOW, hold_until=until
    )

    assert waiting.lapse(booking=held, now=until)
    assert held.state == "cancelled"


def test_an_offer_that_was_taken_in_time_does_not_lapse(offer, wait):
    stale = Booking.objects.get()
    waiting.accept(wait=wait, now=NOW)

    assert not waiting.lapse(booking=stale, now=at(12))
    assert Booking.objects.get().state == "booked"


def test_a_wait_ends_with_its_window(wait):
    assert [waiting.give_up(wait=wait, now=at(18)) for _ in range(2)] == [True, False]
    assert Wait.objects.get().state == "expired"
    (notice,) = Notice.objects.all()
    assert (notice.kind, notice.mail_after) == ("offer_over", None)


@pytest.mark.parametrize(
    ("state", "after"), [("booked", "taken"), ("checked_in", "taken"), ("cancelled", "withdrawn")]
)
def test_a_wait_follows_an_offer_that_was_decided_elsewhere(offer, wait, state, after):
    assert not waiting.settle(wait=wait)
    Booking.objects.update(state=state)

    assert [waiting.settle(wait=wait) for _ in range(2)] == [True, False]
    assert Wait.objects.get().state == after
