"""Contested absences before managers: the facts of the day, yes or no with a word, once."""

from datetime import timedelta

import pytest

from booking import actions
from booking.actions import miss
from booking.models import AccessEvent, NoShow, Notice, Policy
from booking.queries.misses import absences
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import LONG_AGO, NOW, at, span

pytestmark = pytest.mark.django_db
LATE = at(14.5)


@pytest.fixture
def missed(alice, laser) -> NoShow:
    """14:00–16:00, released at 14:30 after a quarter of grace, and contested."""
    Policy.objects.create(pk=1, points_per_miss=2)
    booking = actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW)
    miss.release(booking=booking, now=LATE, grace=timedelta(minutes=15), heard=span(14, 14.4))
    return miss.contest(missed=NoShow.objects.get(), text="The reader stayed dark.", now=LATE)


def tap(who, what, when, *, name="reader-laser", granted=False, offline=False) -> AccessEvent:
    reader = factories.device(name, resource=what, profile="machine-reader", online=True, status_at=LONG_AGO)
    return AccessEvent.objects.create(
        device=reader, nonce=name, member=who, resource=what, reason="not_yours", granted=granted,
        offline=offline, tapped_at=when, decided_at=at(15),
    )  # fmt: skip


def words(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_an_objection_stands_beside_what_is_known_of_that_day(alice, charlie, laser, missed, clock):
    clock(at(15))
    theirs = tap(alice, laser, at(14.2), offline=True)
    tap(factories.member("bob"), laser, at(14.3), name="another")
    tap(alice, laser, at(14, day=-1), name="yesterday")
    stay = alice.presences.create(zone=laser.zone, since=at(13.5), until=at(17))
    alice.presences.create(zone=laser.zone, since=at(1, day=-1), until=at(2, day=-1))
    answer = sign_in(charlie).get("/manage/no-shows/")

    ((one, passages),) = answer.context["absences"]
    assert (one.missed, one.resources, one.would_end) == (missed, (laser,), at(16))
    assert (one.passages, one.stays) == ((theirs,), (stay,))
    assert [passage.event for passage in passages] == [theirs]
    page = answer.content.decode()
    for told in (
        "Alice Martin",
        "The reader stayed dark.",
        "today 14:30",
        "after 15\u00a0min of grace",
        "14:00–14:24, bridge and readers, without a break",
        "the reader was alone and told it today 15:00",
        "In Fablab from 13:30 to 17:00",
        "reader-laser",
    ):
        assert told in page


def test_what_was_not_noted_is_told_as_that(charlie, missed):
    NoShow.objects.update(grace_minutes=None, heard_from=None, heard_until=None)
    page = sign_in(charlie).get("/manage/no-shows/").content.decode()

    assert "not noted when it was given free" in page
    assert "No passage of theirs." in page


def test_facts_of_many_cost_as_much_as_those_of_one(
    alice, laser, missed, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(12) as one:
        absences(now=LATE)
    for number in range(4):
        other = factories.member(f"other-{number}")
        booking = factories.booking(other, laser, span(8 + number, 8.5 + number), state="missed")
        NoShow.objects.create(booking=booking, member=other, at=NOW, objection="No", objected_at=NOW)
    with django_assert_num_queries(len(one)):
        assert len(absences(now=LATE)) == 5


def test_yes_gives_the_time_back_while_it_runs_and_says_so_once(alice, charlie, missed, clock):
    clock(at(15))
    manager, path = sign_in(charlie), f"/manage/no-shows/{missed.pk}/accept/"
    answer = manager.post(path, {"answer": " Sorry,\0 the cable. "}, follow=True)
    assert words(answer) == ["Accepted: Alice Martin, laser-1. The booking is theirs again."]
    assert words(manager.post(path, follow=True)) == ["Another manager has decided about it already."]

    row = NoShow.objects.select_related("booking").get()
    assert (row.waived, row.answer, row.decided_by, row.decided_at) == (
        True, "Sorry, the cable.", charlie, at(15),
    )  # fmt: skip
    assert (row.booking.state, row.booking.span) == ("checked_in", span(14, 16))
    (told,) = Notice.objects.filter(member=alice, kind="objection")
    assert (told.data["back"], told.data["reason"]) == (True, "Sorry, the cable.")
    page = sign_in(alice).get(f"/bookings/{row.booking.pk}/").content.decode()
    assert "accepted the objection: the absence does not count." in page
    assert "The absence does not count" in page


def test_yes_when_the_time_is_over_only_takes_the_points(charlie, missed, clock):
    clock(at(9, day=1))
    answer = sign_in(charlie).post(f"/manage/no-shows/{missed.pk}/accept/", follow=True)

    assert words(answer) == ["Accepted: Alice Martin, laser-1. It does not count."]
    assert NoShow.objects.get().booking.state == "done"


def test_no_is_told_with_its_word(alice, charlie, missed):
    answer = sign_in(charlie).post(
        f"/manage/no-shows/{missed.pk}/reject/", {"answer": "It heard you leave."}, follow=True
    )

    assert words(answer) == ["The absence stays: Alice Martin, laser-1. They are told."]
    assert [row.pk for row in answer.context["decided"]] == [missed.pk]
    assert answer.context["absences"] == []
    (told,) = Notice.objects.filter(member=alice, kind="objection")
    assert (told.data["waived"], told.data["reason"]) == (False, "It heard you leave.")
    page = sign_in(alice).get(f"/bookings/{missed.booking_id}/").content.decode()
    assert ("The absence stays" in page, "It heard you leave." in page) == (True, True)


def test_objections_are_counted_on_the_board(charlie, missed):
    assert "1 absence is contested" in sign_in(charlie).get("/dashboard/").content.decode()


@pytest.mark.parametrize("deed", ["accept", "reject"])
def test_what_is_not_there_is_not_decided(charlie, deed):
    assert sign_in(charlie).post(f"/manage/no-shows/4711/{deed}/").status_code == 404
