"""A card that nobody has becomes somebody's: a code at the reader, typed on the web, approved."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from booking.actions.enrol import Gone, TooManyTries, Wanted, WrongCode, accept, claim, claim_for, turn_down
from booking.models import AccessEvent, CodeTry, Enrolment, Notice, Policy
from booking.rules.cards import Card
from devices.models import ReaderPrint
from lab.models import Badge
from tests import factories
from tests.booking.taps import tap
from tests.factories import NOW

pytestmark = pytest.mark.django_db
CARD = Card("ab" * 32, sealed="cd" * 32)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def reader():
    return factories.device("door-1", door=factories.door())


@pytest.fixture
def alice():
    return factories.member("alice")


def code(card=CARD, *, nonce="n-1", now=NOW, device="door-1"):
    """The code that the reader shows for a card; None when it shows none."""
    decision = tap(device, nonce, card=card, now=now)
    assert (decision.do, decision.reason) == ("refuse", "unknown_badge")
    found = re.search(r"[0-9A-Z]{3} [0-9A-Z]{3}\Z", decision.text)
    return found.group() if found else None


def house(new_badges):
    Policy.objects.create(pk=1, new_badges=new_badges)


def told(kind):
    return list(Notice.objects.filter(kind=kind, read_at=None).values_list("member__username", flat=True))


def test_the_code_of_an_unknown_card_makes_it_somebody_s_once_a_manager_agrees(alice):
    boss = factories.manager()
    waiting = claim(member=alice, text=code().lower(), wanted=Wanted("fob", "clés"), now=NOW)

    assert (waiting.claimed_by, told("badge_asked")) == (alice, ["charlie"])
    assert tap("door-1", "n-2", card=CARD).text == "En attente d’accord"

    badge = accept(enrolment=waiting, by=boss, now=NOW)

    assert (badge.member, badge.kind, badge.label, badge.assurance) == (alice, "fob", "clés", "uid")
    assert ReaderPrint.objects.get(badge=badge).sealed == CARD.sealed
    assert (told("badge_asked"), told("badge_given")) == ([], ["alice"])
    assert tap("door-1", "n-3", card=CARD).reason == "welcome"
    assert not Enrolment.objects.exists()


def test_where_the_lab_trusts_its_members_it_opens_at_once(alice):
    house("automatic")

    badge = claim(member=alice, text=code(), wanted=Wanted(), now=NOW)

    assert (badge.member, tap("door-1", "n-2", card=CARD).reason) == (alice, "welcome")


def test_a_suspended_member_waits_for_a_manager_even_there():
    house("automatic")
    bob = factories.member("bob", suspended=True)

    assert isinstance(claim(member=bob, text=code(), wanted=Wanted(), now=NOW), Enrolment)


def test_where_badges_are_given_at_the_desk_no_reader_shows_a_code():
    house("desk")

    assert code() is None


def test_a_card_that_proved_itself_is_entered_as_secure_with_its_counter(alice):
    house("automatic")
    secure = Card("ab" * 32, sealed="cd" * 32, counter=7)

    badge = claim(member=alice, text=code(secure), wanted=Wanted(), now=NOW)

    assert (badge.assurance, badge.read_counter) == ("sun", 7)
    assert tap("door-1", "n-2", card=secure).reason == "replayed"


@pytest.mark.parametrize("card", [Card(None), Card("ab" * 32, forged=True)])
def test_what_is_no_card_or_a_forged_one_gets_no_code(card):
    assert code(card) is None


def test_a_second_tap_shows_the_same_code_until_it_is_too_old():
    first = code()

    assert code(nonce="n-2", now=NOW + 9 * MINUTE) == first
    assert code(nonce="n-3", now=NOW + 10 * MINUTE) != first


def test_a_code_is_good_once_and_for_minutes(alice):
    bob, mine = factories.member("bob"), code()

    with pytest.raises(WrongCode):
        claim(member=bob, text=mine, wanted=Wanted(), now=NOW + 10 * MINUTE)
    claim(member=alice, text=mine, wanted=Wanted(), now=NOW + 9 * MINUTE)
    with pytest.raises(WrongCode):
        claim(member=bob, text=mine, wanted=Wanted(), now=NOW + 9 * MINUTE)

    assert Enrolment.objects.get().claimed_by == alice


def test_of_two_who_type_the_same_code_at_once_one_wins(alice):
    """Bob's claim comes between alice's look and her write."""
    bob, mine, came = factories.member("bob"), code(), []

    def rival(execute, sql, params, many, context):
        if sql.startswith('UPDATE "booking_enrolment"') and not came:
            came.append(True)
            claim(member=bob, text=mine, wanted=Wanted(), now=NOW)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(rival), pytest.raises(WrongCode):
        claim(member=alice, text=mine, wanted=Wanted(), now=NOW)

    assert Enrolment.objects.get().claimed_by == bob


def test_who_guesses_is_not_listened_to_for_a_while(alice):
    mine = code()
    for _ in range(6):
        with pytest.raises(WrongCode):
            claim(member=alice, text="CCC CCC", wanted=Wanted(), now=NOW)

    with pytest.raises(TooManyTries):
        claim(member=alice, text=mine, wanted=Wanted(), now=NOW + 9 * MINUTE)
    later = NOW + 25 * MINUTE
    again = code(nonce="n-2", now=later)
    assert claim(member=alice, text=again, wanted=Wanted(), now=later).claimed_by == alice
    assert not CodeTry.objects.exists()


def test_a_reader_shows_so_many_codes_and_no_more():
    other = factories.device("door-2", door=factories.door("door-2"))
    cards = [Card(f"{number:064x}", sealed="cd" * 32) for number in range(12)]

    shown = [code(card, nonce=f"n-{number}") for number, card in enumerate(cards)]

    assert [bool(one) for one in shown] == [True] * 10 + [False] * 2
    assert code(cards[11], nonce="m", device=other.name)
    assert code(cards[11], nonce="later", now=NOW + 11 * MINUTE)


def test_a_declined_card_stays_nobody_s(alice):
    boss = factories.manager()
    waiting = claim(member=alice, text=code(), wanted=Wanted(), now=NOW)

    turn_down(enrolment=waiting, by=boss, reason="Passe à l’accueil", now=NOW)

    assert (told("badge_denied"), told("badge_asked")) == (["alice"], [])
    assert code(nonce="n-2", now=NOW + MINUTE)
    with pytest.raises(Gone):
        accept(enrolment=waiting, by=boss, now=NOW)
    with pytest.raises(Gone):
        turn_down(enrolment=waiting, by=boss, reason="", now=NOW)


def test_a_manager_enters_a_card_for_a_member_or_among_the_guest_badges(alice):
    boss = factories.manager()

    badge = claim_for(owner=alice, by=boss, text=code(), wanted=Wanted(), now=NOW)
    guests = claim_for(
        owner=None, by=boss, text=code(Card("ef" * 32, sealed="01" * 32), nonce="n-2"),
        wanted=Wanted("guest", "Invité 1"), now=NOW,
    )  # fmt: skip

    assert (badge.member, guests.member, guests.kind) == (alice, None, "guest")


def test_nothing_of_the_code_or_the_card_is_kept_in_clear(alice):
    mine = code()

    row = Enrolment.objects.values().get()
    assert mine.replace(" ", "") not in str(row)
    assert AccessEvent.objects.values_list("badge", "reason").get() == (None, "unknown_badge")


def test_a_card_that_somebody_else_got_meanwhile_is_gone(alice):
    waiting = claim(member=alice, text=code(), wanted=Wanted(), now=NOW)
    Badge.objects.create(member=factories.member("bob"), fingerprint=CARD.fingerprint)

    with pytest.raises(Gone):
        accept(enrolment=waiting, by=factories.manager(), now=NOW)
