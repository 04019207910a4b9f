"""Which notices are mailed, and what goes along to calendars: none of what one did or of what is over."""

from datetime import timedelta

import pytest

from booking.mail.sorting import is_urgent, sort_out
from booking.models import Booking, Notice
from lab.models import Member
from tests.factories import NOW, at

ALICE = Member(pk=1, username="alice", email="alice@example.org", is_active=True)
BOB = Member(pk=2, username="bob", email="bob@example.org", is_active=True)
BY_ALICE, BY_BOB, BY_TIME = {"by": 1}, {"by": 2}, {}
INVITED, TAKEN_BACK = {7: "REQUEST"}, {7: "CANCEL"}


def booking(state: str = "booked", *, member: Member = ALICE, starts: float = 14) -> Booking:
    return Booking(pk=7, member=member, state=state, starts_at=at(starts), ends_at=at(starts + 2))


def notice(kind: str, data: dict, about: Booking | None, *, pk: int = 1) -> Notice:
    return Notice(pk=pk, member=ALICE, kind=kind, data=data, booking=about, created_at=NOW)


def mailed(*notices: Notice, member: Member = ALICE, sent: dict | None = None) -> list[str]:
    return [one.kind for one in sort_out(member, notices, sent=sent or {}, now=NOW).kept]


def invitations(*notices: Notice, sent: dict | None = None) -> dict[int, str]:
    return {
        key: str(how) for key, how in sort_out(ALICE, notices, sent=sent or {}, now=NOW).invitations.items()
    }


WORTH = [
    ("booked", BY_ALICE, "booked", True),
    ("booked", BY_BOB, "booked", True),
    ("requested", BY_ALICE, "requested", True),
    ("moved", BY_ALICE, "booked", False),
    ("moved", BY_BOB, "booked", True),
    ("cancelled", BY_ALICE, "cancelled", False),
    ("cancelled", BY_BOB, "cancelled", True),
    ("declined", BY_TIME, "declined", True),
    ("released", BY_TIME, "missed", True),
    ("booked", BY_BOB, "cancelled", False),
    ("moved", BY_BOB, "declined", False),
    ("reminder", BY_TIME, "booked", True),
    ("reminder", BY_TIME, "checked_in", False),
    ("reminder", BY_TIME, "cancelled", False),
    ("offer", BY_TIME, "held", True),
    ("offer", BY_TIME, "booked", False),
    ("offer", BY_TIME, "cancelled", False),
    ("to_approve", BY_BOB, "requested", True),
    ("to_approve", BY_BOB, "booked", False),
]


@pytest.mark.parametrize(("kind", "data", "state", "worth"), WORTH)
def test_only_what_is_so_and_what_others_or_time_did_is_mailed(kind, data, state, worth):
    assert mailed(notice(kind, data, booking(state))) == ([kind] if worth else [])


def test_a_reminder_that_was_late_calls_nobody_to_what_has_begun():
    assert mailed(notice("reminder", BY_TIME, booking(starts=9))) == []


def test_a_wait_that_ended_without_an_offer_has_no_booking():
    assert mailed(notice("offer_over", BY_TIME, None)) == ["offer_over"]


@pytest.mark.parametrize(
    ("kind", "data", "wanted"),
    [
        ("booked", BY_ALICE, False), ("requested", BY_ALICE, False), ("reminder", BY_TIME, False),
        ("offer_over", BY_TIME, False), ("cancelled", BY_BOB, True), ("offer", BY_TIME, True),
        ("released", BY_TIME, True), ("approved", BY_BOB, True),
    ],
)  # fmt: skip
def test_a_member_may_want_only_what_matters(kind, data, wanted):
    states = {"cancelled": "cancelled", "offer": "held", "released": "missed", "requested": "requested"}
    sparing = Member(pk=1, email="alice@example.org", is_active=True, mails="important")

    assert mailed(notice(kind, data, booking(states.get(kind, "booked"))), member=sparing) == [kind] * wanted


@pytest.mark.parametrize("changes", [{"email": ""}, {"is_active": False}])
def test_nobody_is_mailed_without_an_address_or_an_account(changes):
    fields = {"pk": 1, "email": "alice@example.org", "is_active": True} | changes
    found = sort_out(Member(**fields), [notice("cancelled", BY_BOB, booking("cancelled"))], sent={}, now=NOW)

    assert (found.kept, [one.kind for one in found.dropped]) == ([], ["cancelled"])


INVITING = [
    ("booked", BY_ALICE, "booked", False, "REQUEST"),
    ("approved", BY_BOB, "booked", False, "REQUEST"),
    ("requested", BY_ALICE, "requested", False, None),
    ("moved", BY_BOB, "booked", True, "REQUEST"),
    ("moved", BY_ALICE, "booked", True, "REQUEST"),
    ("moved", BY_ALICE, "requested", True, "REQUEST"),
    ("cancelled", BY_ALICE, "cancelled", True, "CANCEL"),
    ("cancelled", BY_BOB, "cancelled", False, None),
    ("declined", BY_BOB, "declined", True, "CANCEL"),
    ("released", BY_TIME, "missed", True, "CANCEL"),
    ("reminder", BY_TIME, "booked", True, None),
    ("offer", BY_TIME, "held", False, None),
]


@pytest.mark.parametrize(("kind", "data", "state", "known", "method"), INVITING)
def test_a_calendar_follows_what_it_was_told_of(kind, data, state, known, method):
    told = invitations(notice(kind, data, booking(state)), sent=INVITED if known else {})

    assert told == ({7: method} if method else {})


def test_what_came_back_after_it_was_taken_back_is_in_the_calendar_again():
    back = notice("moved", BY_ALICE, booking())
    cancelled_twice = notice("cancelled", BY_ALICE, booking("cancelled"))

    assert (invitations(back, sent=TAKEN_BACK), mailed(cancelled_twice, sent=TAKEN_BACK)) == (
        {7: "REQUEST"},
        [],
    )


def test_one_who_handed_a_booking_over_is_taken_off_it_and_the_other_is_invited():
    given = notice("handed_over", {"by": 1, "to": 2, "from": 1}, booking(member=BOB))
    got = notice("handed_over", {"by": 2, "to": 1, "from": 2}, booking(member=ALICE))

    assert (invitations(given, sent=INVITED), invitations(given), invitations(got)) == (
        {7: "CANCEL"},
        {},
        {7: "REQUEST"},
    )


def test_what_was_booked_and_cancelled_before_any_mail_left_makes_none():
    about = booking("cancelled")
    both = [notice("booked", BY_ALICE, about), notice("cancelled", BY_ALICE, about, pk=2)]

    assert (mailed(*both), invitations(*both)) == ([], {})


def test_urgent_is_what_others_or_time_did_not_what_one_did_oneself():
    told = [notice(kind, data, booking()) for kind, data in (("cancelled", BY_BOB), ("cancelled", BY_ALICE))]

    assert [is_urgent(one) for one in (*told, notice("booked", BY_ALICE, booking()))] == [True, False, False]


def test_everything_is_either_kept_or_let_go():
    many = [notice(kind, data, booking(state), pk=n) for n, (kind, data, state, _) in enumerate(WORTH)]
    found = sort_out(ALICE, many, sent={}, now=NOW + timedelta(hours=1))

    assert sorted(one.pk for one in (*found.kept, *found.dropped)) == list(range(len(WORTH)))
