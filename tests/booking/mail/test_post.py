"""One member's mail on a real mail server: one letter, once, and again for as long as the server is away."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from booking import actions
from booking.actions.tell import tell
from booking.mail.post import AFTER_REFUSAL, LEASE, LONGEST, PAUSE, deliver
from booking.models import Mailbox, Notice
from lab.models import Member
from tests import factories
from tests.factories import NOW, span
from tests.mail_servers import part, subject

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
DUE = NOW + timedelta(seconds=20)


def told(member, kind: str = "offer_over", *, key: str = "1", **data) -> Notice:
    tell(member, Notice.Kind(kind), key=key, now=NOW, data=data)
    return Notice.objects.latest("pk")


def mailed() -> list[bool]:
    return [one.mailed_at is not None for one in Notice.objects.order_by("pk")]


def waits_for(notice: Notice) -> timedelta | None:
    notice.refresh_from_db()
    return notice.mail_after and notice.mail_after - DUE


def test_what_is_due_leaves_as_a_letter_and_counts_as_mailed(post, alice, booking):
    assert deliver(alice.pk, now=DUE)
    (letter,) = post.letters

    assert (letter["From"], letter["To"]) == ("Établi <lab@example.org>", "alice@example.org")
    assert subject(letter).startswith("Établi · Booked: Laser cutter, ")
    assert "Hello Alice," in part(letter, "text/plain")
    assert "Purpose: Lampe" in part(letter, "text/plain")
    assert f"http://127.0.0.1:8000/bookings/{booking.pk}/" in part(letter, "text/plain")
    assert f'href="http://127.0.0.1:8000/bookings/{booking.pk}/"' in part(letter, "text/html")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert Notice.objects.get().mailed_at == DUE
    assert not deliver(alice.pk, now=DUE + SECOND)
    assert len(post.letters) == 1


def test_nothing_leaves_before_it_is_due(post, alice, booking):
    assert not deliver(alice.pk, now=DUE - SECOND)
    assert post.letters == []


def test_a_letter_speaks_its_readers_language(post, alice, booking):
    Member.objects.filter(pk=alice.pk).update(language="fr")
    deliver(alice.pk, now=DUE)
    (letter,) = post.letters

    assert "Découpe laser" in subject(letter)
    assert "14\u00a0h\u00a0–" in part(letter, "text/plain")
    assert '<html lang="fr">' in part(letter, "text/html")


def test_what_comes_together_makes_one_digest(post, alice, booking, laser):
    actions.book(member=alice, by=alice, resources=[laser], span=span(17, 18), now=NOW)
    deliver(alice.pk, now=DUE)
    (letter,) = post.letters

    assert subject(letter) == "Établi · 2 pieces of news"
    assert part(letter, "text/plain").count("Booked: Laser cutter") == 2
    assert mailed() == [True, True]


def test_soon_after_a_mail_the_next_one_gathers_unless_it_is_urgent(post, alice, booking, charlie, laser):
    deliver(alice.pk, now=DUE)
    later = DUE + timedelta(minutes=1)
    actions.book(member=alice, by=alice, resources=[laser], span=span(17, 18), now=later)
    assert not deliver(alice.pk, now=later + timedelta(seconds=30))
    assert [one.mail_after for one in Notice.objects.filter(mailed_at=None)] == [DUE + PAUSE]

    actions.cancel(booking=booking, by=charlie, now=later)
    assert deliver(alice.pk, now=later + timedelta(seconds=40))
    assert subject(post.letters[1]).startswith("Établi · Cancelled: Laser cutter")
    assert deliver(alice.pk, now=DUE + PAUSE * 2)
    assert subject(post.letters[2]).startswith("Établi · Booked: Laser cutter")


def test_a_server_that_is_away_delays_and_loses_nothing(post, alice, booking):
    post.close()
    now, waits = DUE, []
    for _ in range(8):
        assert not deliver(alice.pk, now=now)
        after = Notice.objects.get().mail_after
        waits.append((after - now).total_seconds())
        now = after
    post.open()
    assert deliver(alice.pk, now=now)

    assert waits == [30, 60, 120, 240, 480, 600, 600, LONGEST.total_seconds()]
    assert (len(post.letters), Notice.objects.get().tries, mailed()) == (1, 8, [True])


@pytest.mark.parametrize("answer", ["recipient", "data"])
def test_a_server_that_says_later_is_asked_later(post, alice, booking, answer):
    setattr(post, answer, "451 4.3.0 try again later")
    assert not deliver(alice.pk, now=DUE)
    assert waits_for(Notice.objects.get()) == timedelta(seconds=30)

    setattr(post, answer, "250 OK")
    assert deliver(alice.pk, now=DUE + timedelta(seconds=30))
    assert mailed() == [True]


@pytest.mark.parametrize("answer", ["recipient", "data"])
def test_a_refusal_is_asked_again_over_a_day_and_then_accepted(post, alice, booking, answer):
    setattr(post, answer, "550 5.1.1 no such person")
    now, waits = DUE, []
    while Notice.objects.get().mail_after:
        assert not deliver(alice.pk, now=now)
        after = Notice.objects.get().mail_after
        waits.append(after and after - now)
        now = after or now

    assert waits == [*AFTER_REFUSAL, None]
    assert (post.letters, mailed(), Mailbox.objects.get().refused_at) == ([], [False], now)


def test_an_address_that_works_again_is_no_longer_refused(post, alice, booking):
    post.recipient = "550 no"
    deliver(alice.pk, now=DUE)
    post.recipient = "250 OK"

    assert deliver(alice.pk, now=DUE + AFTER_REFUSAL[0])
    assert Mailbox.objects.get().refused_at is None


def test_an_address_that_no_mail_can_be_written_to_stops_nobody(post, alice, booking):
    bob = factories.member("bob", language="en")
    told(bob)
    Member.objects.filter(pk=alice.pk).update(email="alice@example.org\nBcc: all@example.org")

    assert [deliver(one.pk, now=DUE) for one in (alice, bob)] == [False, True]
    assert [letter["To"] for letter in post.letters] == ["bob@example.org"]


def test_a_mailbox_that_somebody_is_at_is_left_alone_until_the_lease_ends(post, alice, booking):
    Mailbox.objects.create(member=alice, claimed_until=DUE + LEASE)

    assert not deliver(alice.pk, now=DUE + LEASE - SECOND)
    assert deliver(alice.pk, now=DUE + LEASE)
    assert Mailbox.objects.get().claimed_until is None


def test_nobody_is_mailed_who_is_no_longer_there(post, db):
    assert not deliver(4711, now=DUE)


def test_what_is_not_worth_a_mail_is_not_looked_at_again(post, alice, booking):
    actions.cancel(booking=booking, by=alice, now=NOW)

    assert not deliver(alice.pk, now=DUE)
    assert [one.mail_after for one in Notice.objects.all()] == [None, None]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_send_one_letter(post, alice, booking):
    post.slow = "DATA"
    sent = []

    def work():
        sent.append(deliver(alice.pk, now=DUE))
        connection.close()

    first, second = threading.Thread(target=work), threading.Thread(target=work)
    first.start()
    assert post.asked.wait(60)
    second.start()
    second.join(60)
    post.slow = ""
    first.join(60)

    assert (sorted(sent), len(post.letters)) == ([False, True], 1)
