"""Bookings that are hit: proposals, one press for one or for all, and who decided what."""

import pytest
from django.utils import translation

from booking import actions
from booking.models import Booking, Change, Hit, Notice
from booking.notices import told
from lab.models import Closure, Outage
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def bob(db):
    return factories.member("bob", first_name="Bob")


@pytest.fixture
def manager(charlie):
    return sign_in(charlie)


def book(who, what, when, **more) -> Booking:
    return actions.book(member=who, by=who, resources=[what], span=when, now=NOW, **more)


def down(what, end=None) -> Outage:
    return Outage.objects.create(resource=what, starts_at=NOW, ends_at=end, reason="Tube")


def groups(client) -> list[tuple[str, list[tuple[str, str]]]]:
    """Of each group its name, and of each booking who has it and where it could be."""
    return [
        (
            group.name.split("-")[0],
            [(row.booking.member.username, where(row.proposal)) for row in group.rows],
        )
        for group in client.get("/manage/hits/").context["groups"]
    ]


def where(proposal) -> str:
    if proposal is None:
        return ""
    start = proposal.span.start.astimezone(factories.PARIS)
    return f"{proposal.resources[0].slug} {start:%a %H:%M}"


def press(client, decision, *hits, **more):
    """Press a button as the page offers it, with the proposals that the page shows."""
    page = client.get("/manage/hits/").content.decode()
    to = dict(part.split('" value="')[:2] for part in page.split('name="to-')[1:])
    to = {f"to-{key}": value.split('"')[0].replace("&amp;", "&") for key, value in to.items()}
    asked = {"decision": decision, "hit": [hit.pk for hit in hits], **to, **more}
    return client.post("/manage/hits/decide/", asked, follow=True)


def words(answer) -> list[str]:
    return [str(message).replace("\u202f", " ") for message in answer.context["messages"]]


def heard(member) -> list[str]:
    return [one.title.split(":")[0] for one in told(Notice.objects.filter(member=member).order_by("pk"))]


def hit_of(booking) -> Hit:
    return Hit.objects.get(booking=booking)


def test_they_are_for_managers(client, alice):
    assert client.get("/manage/hits/").status_code == 302
    assert sign_in(alice).get("/manage/hits/").status_code == 403
    assert sign_in(alice).post("/manage/hits/decide/").status_code == 403


def test_each_has_a_proposal_a_sister_first_and_no_two_the_same(alice, bob, laser, manager):
    factories.resource("laser-2")
    book(alice, laser, span(14, 16))
    both = book(bob, laser, span(16, 18))
    actions.book(
        member=alice,
        by=alice,
        resources=[factories.resource("suits", kind="kit")],
        span=span(9, 10, day=1),
        now=NOW,
    )
    down(laser)
    Closure.objects.create(starts_at=at(0, day=1), ends_at=at(0, day=2), reason="Pont")

    assert groups(manager) == [
        ("outage", [("alice", "laser-2 Mon 14:00"), ("bob", "laser-2 Mon 16:00")]),
        ("closure", [("alice", "suits Wed 09:00")]),
    ]
    actions.cancel(booking=both, by=both.member, now=NOW)
    assert groups(manager)[0] == ("outage", [("alice", "laser-2 Mon 14:00")])


def test_of_two_for_whom_one_sister_is_free_one_is_proposed_another_time(alice, bob, manager):
    desk = factories.resource("desk-1", kind="desk", units=2)
    factories.resource("desk-2", kind="desk")
    book(alice, desk, span(14, 16))
    book(bob, desk, span(14, 16))
    down(desk)

    assert groups(manager) == [("outage", [("alice", "desk-2 Mon 14:00"), ("bob", "desk-2 Mon 12:00")])]


def test_a_move_is_kept_with_who_and_when_and_told_once(alice, laser, charlie, manager):
    factories.resource("laser-2")
    mine = book(alice, laser, span(14, 16))
    down(laser)
    manager.get("/manage/hits/")

    answer = press(manager, "move", hit_of(mine))

    mine.refresh_from_db()
    assert words(answer) == ["Alice Martin · Changed: laser-2, today 14:00–16:00."]
    assert [claim.unit.resource.slug for claim in mine.claims.filter(standing=True)] == ["laser-2"]
    hit = hit_of(mine)
    assert (hit.decision, hit.decided_by, hit.decided_at) == ("moved", charlie, NOW)
    assert heard(alice) == ["Booked", "Moved"]  # of what was decided before any mail left, one hears the end
    assert groups(manager) == []
    assert [one.pk for one in answer.context["decided"]] == [hit.pk]


def test_a_place_that_is_taken_meanwhile_leaves_the_hit_open(alice, bob, laser, manager):
    other = factories.resource("laser-2")
    mine = book(alice, laser, span(14, 16))
    down(laser)
    page = manager.get("/manage/hits/")
    (row,) = page.context["groups"][0].rows
    book(bob, other, span(15, 17))
    to = f"resource=laser-2&starts_at={at(14).isoformat()}&ends_at={at(16).isoformat()}".replace("+", "%2B")

    answer = manager.post(
        "/manage/hits/decide/", {"decision": "move", "hit": row.hit.pk, f"to-{row.hit.pk}": to}, follow=True
    )

    (said,) = words(answer)
    assert said.startswith("Alice Martin, laser-1, today 14:00–16:00 stays to be decided. Somebody has this")
    mine.refresh_from_db()
    assert (mine.span, hit_of(mine).decision) == (span(14, 16), "")


@pytest.mark.parametrize(
    "to", ["", "resource=laser-2", "resource=nothing&starts_at=2026-05-04T14:00Z&ends_at=x"]
)
def test_a_move_to_nowhere_changes_nothing(alice, laser, manager, to):
    mine = book(alice, laser, span(14, 16))
    down(laser)
    manager.get("/manage/hits/")
    hit = hit_of(mine)

    answer = manager.post("/manage/hits/decide/", {"decision": "move", "hit": hit.pk, f"to-{hit.pk}": to})

    assert answer.status_code == 302
    mine.refresh_from_db()
    assert (mine.span, hit_of(mine).decision) == (span(14, 16), "")


def test_a_cancellation_is_told_with_its_reason_and_can_be_taken_back(alice, laser, charlie, manager):
    mine = book(alice, laser, span(14, 16))
    down(laser)
    manager.get("/manage/hits/")
    Notice.objects.update(mailed_at=NOW)

    answer = press(manager, "cancel", hit_of(mine), reason="Come tomorrow")

    mine.refresh_from_db()
    assert (mine.state, hit_of(mine).decision) == ("cancelled", "cancelled")
    *_, last = told(Notice.objects.filter(member=alice).order_by("pk"))
    assert last.lines[1:] == [
        "laser-1 is out of order, nobody knows yet until when.",
        "Reason: Come tomorrow",
    ]
    assert f'action="/bookings/{mine.pk}/again/"' in answer.content.decode()

    manager.post(f"/bookings/{mine.pk}/again/")
    assert groups(manager) == [("outage", [("alice", "")])]


def test_a_request_is_declined(alice, manager):
    studio = factories.resource("studio", approval=True)
    asked = book(alice, studio, span(14, 16))
    down(studio)
    manager.get("/manage/hits/")
    press(manager, "cancel", hit_of(asked))

    asked.refresh_from_db()
    assert (asked.state, hit_of(asked).decision) == ("declined", "cancelled")
    assert heard(alice) == ["Requested", "Declined"]


def test_what_is_kept_stays_with_its_line_and_a_word_to_its_member(alice, laser, charlie, manager):
    mine = book(alice, laser, span(14, 16))
    down(laser)
    manager.get("/manage/hits/")
    Notice.objects.update(mailed_at=NOW)

    answer = press(manager, "keep", hit_of(mine), reason="Cardboard only")

    assert words(answer) == ["Alice Martin · Stays: laser-1, today 14:00–16:00."]
    change = Change.objects.get(booking=mine, what="overridden")
    assert (change.by, change.before, change.reason) == (charlie, {"codes": ["outage"]}, "Cardboard only")
    assert heard(alice) == ["Booked", "May not take place", "Takes place"]
    assert groups(manager) == []


def test_all_of_a_group_move_each_for_itself_and_what_became_of_each_is_shown(alice, bob, manager):
    desk = factories.resource("desk-1", kind="desk", units=3)
    factories.resource("desk-2", kind="desk")
    rows = [book(who, desk, span(14, 16)) for who in (alice, bob)]
    down(desk)
    manager.get("/manage/hits/")
    hits = [hit_of(row) for row in rows]
    Booking.objects.filter(pk=rows[1].pk).update(member=factories.member("eve", suspended=True))

    answer = press(manager, "move", *hits)

    assert [done for done, _words in answer.context["results"]] == [True, False]
    assert [hit_of(row).decision for row in rows] == ["moved", ""]
    assert manager.get("/manage/hits/").context["results"] == []


def test_all_are_cancelled_or_kept_and_what_was_decided_meanwhile_stays_so(alice, bob, laser, manager):
    rows = [book(alice, laser, span(14, 16)), book(bob, laser, span(16, 18))]
    down(laser)
    manager.get("/manage/hits/")
    hits = [hit_of(row) for row in rows]
    press(manager, "keep", hits[0])

    answer = press(manager, "cancel", *hits)

    assert [done for done, _words in answer.context["results"]] == [True, False]
    assert [hit_of(row).decision for row in rows] == ["kept", "cancelled"]


def test_what_has_begun_is_kept_or_cancelled(alice, laser, manager):
    factories.booking(alice, laser, span(9, 12), state="checked_in")
    factories.resource("laser-2")
    down(laser)

    assert groups(manager) == [("outage", [("alice", "")])]


@pytest.mark.parametrize(
    "sent", [{}, {"decision": "burn"}, {"decision": "keep", "hit": ["x", "9" * 30, "-1"]}]
)
def test_nonsense_decides_nothing(alice, laser, manager, sent):
    book(alice, laser, span(14, 16))
    down(laser)
    manager.get("/manage/hits/")

    assert manager.post("/manage/hits/decide/", sent).status_code == 302
    assert Hit.objects.get().decision == ""
