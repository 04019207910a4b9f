"""The list of notices: unread first, read by following one or all at once; which of it comes by mail."""

from datetime import timedelta

import pytest

from booking import actions
from booking.actions.tell import tell
from booking.models import Mailbox, Notice
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db
KIND = Notice.Kind.OFFER_OVER


@pytest.fixture
def booking(alice, laser):
    return actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW)


def unread(member) -> int:
    return Notice.objects.filter(member=member, read_at=None).count()


def titles(answer) -> list[str]:
    return [entry.title.partition(":")[0] for entry in answer.context["entries"]]


def test_what_was_not_read_comes_first(alice, charlie, booking, laser):
    actions.cancel(booking=booking, by=charlie, now=NOW)
    late = NOW + timedelta(hours=1)
    actions.book(member=alice, by=alice, resources=[laser], span=span(17, 18), now=late)

    assert titles(sign_in(alice).get("/me/notices/")) == ["Cancelled", "Booked", "Booked"]


def test_what_one_did_oneself_is_read_already(alice, booking):
    assert unread(alice) == 0


def test_the_header_counts_what_was_not_read(alice, charlie, booking):
    client = sign_in(alice)
    before = client.get("/planning/").content.decode()
    actions.cancel(booking=booking, by=charlie, now=NOW)

    assert "badge-count" not in before
    assert '<span class="badge-count">1<' in client.get("/planning/").content.decode()


def test_following_a_notice_reads_it(alice, charlie, booking):
    actions.cancel(booking=booking, by=charlie, now=NOW)
    notice = Notice.objects.get(member=alice, kind="cancelled")
    answer = sign_in(alice).get(f"/me/notices/{notice.pk}/")

    assert (answer.status_code, answer["Location"]) == (302, f"/bookings/{booking.pk}/")
    assert unread(alice) == 0


def test_all_that_was_shown_is_read_at_once_and_nothing_newer(alice):
    tell(alice, KIND, key="1", now=NOW)
    client = sign_in(alice)
    newest = client.get("/me/notices/").context["newest"]
    tell(alice, KIND, key="2", now=NOW)
    client.post("/me/notices/read/", {"until": newest})

    assert unread(alice) == 1


@pytest.mark.parametrize("until", ["", "x", "-1", "9" * 40, "²"])
def test_a_strange_number_reads_nothing(alice, until):
    tell(alice, KIND, key="1", now=NOW)

    assert sign_in(alice).post("/me/notices/read/", {"until": until}).status_code == 302
    assert unread(alice) == 1


def test_nobody_reads_what_is_not_theirs(alice):
    tell(alice, KIND, key="1", now=NOW)
    notice = Notice.objects.get()
    mallory = sign_in(factories.member("mallory"))
    mallory.post("/me/notices/read/", {"until": notice.pk})

    assert mallory.get(f"/me/notices/{notice.pk}/").status_code == 404
    assert unread(alice) == 1


def test_a_long_history_is_turned_over(alice):
    for number in range(35):
        tell(alice, KIND, key=str(number), now=NOW)
    client = sign_in(alice)

    assert [len(titles(client.get(f"/me/notices/?page={page}"))) for page in ("1", "2", "3", "x")] == [
        30,
        5,
        5,
        30,
    ]


def test_a_member_chooses_their_mails(alice):
    client = sign_in(alice)
    assert client.post("/me/notices/", {"mails": "important"}).status_code == 302
    assert client.post("/me/notices/", {"mails": "none at all"}).status_code == 422
    alice.refresh_from_db()

    assert alice.mails == "important"


def test_an_address_that_takes_no_mail_is_told_of(alice):
    Mailbox.objects.create(member=alice, refused_at=NOW)

    assert "Your address takes no mail" in sign_in(alice).get("/me/notices/").content.decode()


def test_my_lab_shows_the_newest_and_the_way_to_the_rest(alice, charlie, booking):
    actions.cancel(booking=booking, by=charlie, now=NOW)
    page = sign_in(alice).get("/me/").content.decode()

    assert "Cancelled: laser-1" in page
    assert 'href="/me/notices/"' in page
    assert 'href="/me/calendars/"' in page
