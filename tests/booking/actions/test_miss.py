"""Nobody came: what is given back, and how one objects."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from booking import actions
from booking.actions import miss
from booking.models import Booking, Change, NoShow, Notice, Policy
from booking.queries.wishes import points_of
from booking.refusals import Refused
from booking.rules.wishes import Code
from tests import factories
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
LATE = at(14.5)


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def charlie():
    return factories.manager()


@pytest.fixture
def laser():
    return factories.resource(cleanup_minutes=15)


@pytest.fixture
def booking(alice, laser):
    """14:00–16:00, then a quarter of clean-up."""
    return actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW)


@pytest.fixture
def missed(booking):
    Policy.objects.create(pk=1, points_per_miss=2, points_halve_days=30)
    miss.release(booking=booking, now=LATE)
    return NoShow.objects.get()


def refused(act, **named) -> list[Code]:
    with pytest.raises(Refused) as caught:
        act(**named)
    return [objection.code for objection in caught.value.objections]


def standing(booking: Booking) -> list[tuple]:
    return list(booking.claims.filter(standing=True).values_list("blocked_from", "blocked_until"))


@pytest.mark.parametrize("now", [at(13), at(14)])
def test_nothing_is_released_before_it_has_begun(booking, now):
    assert refused(miss.release, booking=booking, now=now) == [Code.TOO_LATE_TO_CANCEL]


@pytest.mark.parametrize("state", ["requested", "held", "checked_in", "done", "cancelled", "missed"])
def test_only_what_is_booked_and_not_begun_is_released(booking, state):
    Booking.objects.update(state=state, held_until=at(14))

    assert refused(miss.release, booking=booking, now=LATE) == [Code.TOO_LATE_TO_CANCEL]


def test_what_the_sweep_saw_may_have_changed_meanwhile(booking):
    stale = Booking.objects.get()
    actions.arrive(booking=booking, now=at(14.4))

    assert refused(miss.release, booking=stale, now=LATE) == [Code.TOO_LATE_TO_CANCEL]
    assert not NoShow.objects.exists()


def test_points_weigh_less_with_time(missed, alice):
    policy = Policy.current()

    assert points_of(alice, policy, now=LATE) == 2
    assert points_of(alice, policy, now=LATE + timedelta(days=30)) == 1


def test_from_the_limit_on_a_manager_approves(missed, alice, laser):
    wish = {"member": alice, "by": alice, "resources": [laser], "now": LATE}
    assert actions.book(span=span(10, 11, day=1), **wish).state == "booked"

    Policy.objects.update(points_limit=2)
    assert actions.book(span=span(12, 13, day=1), **wish).state == "requested"


def test_an_objection_is_heard_once_by_every_manager(missed, alice, charlie):
    factories.manager("dora")

    miss.contest(missed=missed, text="Le lecteur était éteint.", now=LATE)

    assert (missed.objection, missed.objected_at) == ("Le lecteur était éteint.", LATE)
    told = Notice.objects.filter(kind="objection")
    assert set(told.values_list("member__username", flat=True)) == {"charlie", "dora"}
    assert {notice.data["text"] for notice in told} == {"Le lecteur était éteint."}
    assert refused(miss.contest, missed=missed, text="Si !", now=LATE) == [Code.TOO_LATE_TO_CANCEL]


def test_what_was_decided_is_not_objected_to(missed, charlie):
    miss.uphold(missed=missed, by=charlie, now=LATE)

    assert refused(miss.contest, missed=missed, text="Si !", now=LATE) == [Code.TOO_LATE_TO_CANCEL]


def test_who_is_forgiven_has_the_time_again_if_it_is_free(missed, booking, alice, charlie):
    assert miss.forgive(missed=missed, by=charlie, now=at(14.6))

    booking.refresh_from_db()
    assert (booking.state, booking.span) == ("checked_in", span(14, 16))
    assert standing(booking) == [(at(14), at(16.25))]
    assert (missed.waived, missed.decided_by, missed.decided_at) == (True, charlie, at(14.6))
    assert points_of(alice, Policy.current(), now=LATE) == 0
    assert [change.what for change in Change.objects.all()] == ["released", "forgiven"]
    (answer,) = Notice.objects.filter(kind="objection", member=alice)
    assert (answer.data["waived"], answer.data["back"]) == (True, True)


def test_who_is_forgiven_too_late_missed_nothing_all_the_same(missed, booking, laser, charlie):
    bob = factories.member("bob")
    actions.book(member=bob, by=bob, resources=[laser], span=span(15, 15.5), now=LATE)

    assert not miss.forgive(missed=missed, by=charlie, now=at(14.6))

    booking.refresh_from_db()
    assert (booking.state, booking.span, standing(booking)) == (
        "done",
        span(14, 14.5),
        [(at(14), LATE)],
    )
    assert NoShow.objects.get().waived


def test_who_is_forgiven_when_the_time_is_over_missed_nothing(missed, booking, charlie):
    assert not miss.forgive(missed=missed, by=charlie, now=at(9, day=1))

    booking.refresh_from_db()
    assert (booking.state, standing(booking)) == ("done", [(at(14), LATE)])


def test_a_manager_may_leave_it_at_that(missed, booking, alice, charlie):
    miss.contest(missed=missed, text="Le train avait du retard.", now=LATE)

    miss.uphold(missed=missed, by=charlie, now=at(15))

    booking.refresh_from_db()
    assert (booking.state, missed.waived, missed.decided_by) == ("missed", False, charlie)
    assert points_of(alice, Policy.current(), now=LATE) == 2
    (answer,) = Notice.objects.filter(kind="objection", member=alice)
    assert answer.data["waived"] is False
    assert not Notice.objects.filter(kind="objection", read_at=None).exclude(member=alice).exists()


@pytest.mark.parametrize("act", [miss.forgive, miss.uphold])
def test_it_is_decided_once(missed, charlie, act):
    miss.forgive(missed=missed, by=charlie, now=LATE)

    assert refused(act, missed=missed, by=charlie, now=at(15)) == [Code.TOO_LATE_TO_CANCEL]
    assert Notice.objects.filter(kind="objection").count() == 1


def test_one_objects_within_a_fair_time(missed):
    late = LATE + NoShow.OBJECTIONS

    assert refused(miss.contest, missed=missed, text="J’étais là.", now=late) == [Code.TOO_LATE_TO_CANCEL]
    miss.contest(missed=missed, text="J’étais là.", now=late - timedelta(seconds=1))
    assert NoShow.objects.get().objection == "J’étais là."


def test_a_word_goes_with_the_answer_and_stays_with_the_booking(missed, booking, alice, charlie):
    miss.uphold(missed=missed, by=charlie, now=at(15), answer="Le lecteur t’attendait.")

    (answer,) = Notice.objects.filter(kind="objection", member=alice)
    assert (answer.data["reason"], NoShow.objects.get().answer) == ("Le lecteur t’attendait.",) * 2
    last = booking.changes.last()
    assert (last.what, last.by, last.reason) == ("upheld", charlie, "Le lecteur t’attendait.")


def test_managers_are_not_called_to_what_another_one_decided(missed, charlie):
    factories.manager("dora")
    miss.contest(missed=missed, text="J’étais là.", now=LATE)
    miss.forgive(missed=missed, by=charlie, now=at(15))

    asked = Notice.objects.filter(kind="objection").exclude(member=missed.member)
    assert set(asked.values_list("read_at", "mail_after")) == {(at(15), None)}


def test_what_was_heard_is_kept_for_whoever_decides(booking):
    miss.release(booking=booking, now=LATE, grace=timedelta(minutes=15), heard=span(14, 14.4))

    missed = NoShow.objects.get()
    assert (missed.grace_minutes, missed.heard_from, missed.heard_until) == (15, at(14), at(14.4))


@pytest.mark.parametrize(
    "wrong",
    [{"objection": "Si !"}, {"objected_at": NOW}, {"waived": True}, {"answer": "Non."}, {"heard_from": NOW}],
)
def test_the_database_keeps_an_absence_whole(missed, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        NoShow.objects.update(**wrong)
