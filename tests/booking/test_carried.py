"""What a tap proves: a copied UID is worth no more than a UID, and a counter counts once."""

import pytest

from booking.carried import prove, recognised
from booking.rules.cards import Card, Proof
from devices.models import ReaderPrint, SerialPort
from lab.fingerprints import fingerprint, pepper_mark
from lab.models import Badge
from tests import factories
from tests.booking.taps import ALICES, tap
from tests.factories import PEPPER

pytestmark = pytest.mark.django_db
OLDER = b"the pepper of last year"
NEW, OLD = fingerprint(ALICES, pepper=PEPPER), fingerprint(ALICES, pepper=OLDER)


@pytest.fixture
def device():
    return factories.device("door-1", door=factories.door())


def badge(assurance="uid", **fields):
    return factories.badge(factories.member("alice"), ALICES, assurance=assurance, **fields)


def test_the_uid_of_a_secure_card_is_only_a_uid(device):
    assert prove(Card(NEW), badge("sun"), device=device) == Proof("uid")


def test_a_card_that_proved_itself_is_secure_however_it_was_entered(device):
    assert prove(Card(NEW, counter=0), badge("uid"), device=device) == Proof("sun")


@pytest.mark.parametrize(("counter", "replayed"), [(6, True), (7, True), (8, False), (2**24 - 1, False)])
def test_only_a_higher_counter_counts(device, counter, replayed):
    mine = badge(read_counter=7)

    assert prove(Card(NEW, counter=counter), mine, device=device) == Proof("sun", replayed=replayed)
    mine.refresh_from_db()
    assert mine.read_counter == max(counter, 7)


def test_a_card_that_nobody_has_proves_nothing_to_keep(device):
    assert prove(Card(NEW, counter=1), None, device=device).replayed


@pytest.mark.parametrize(("kind", "level"), [("osdp", "osdp"), ("rdm6300", "uid"), (None, "uid")])
def test_an_osdp_badge_is_one_on_a_line_of_ours_only(device, kind, level):
    if kind:
        SerialPort.objects.create(device=device, kind=kind, url="/dev/ttyUSB0", key_salt="00")

    assert prove(Card(NEW), badge("osdp"), device=device) == Proof(level)


def test_a_badge_known_by_the_older_pepper_is_known_by_the_new_one_from_its_next_tap_on(device, settings):
    mine = badge(pepper=pepper_mark(OLDER))
    Badge.objects.update(fingerprint=OLD)
    ReaderPrint.objects.create(badge=mine, sealed="00")

    decision = tap("door-1", card=Card(NEW, OLD, sealed="11"))

    assert decision.reason == "welcome"
    mine.refresh_from_db()
    assert (mine.fingerprint, mine.pepper) == (NEW, pepper_mark(settings.CONFIG.badge_pepper))
    assert mine.reader_print.sealed == "11"


def test_a_badge_entered_anew_goes_before_what_the_older_pepper_tells(device):
    mine = badge()
    Badge.objects.create(member=factories.member("bob"), fingerprint=OLD)

    assert recognised(Card(NEW, OLD)) == mine


def test_without_an_older_pepper_its_prints_tell_nothing(device):
    Badge.objects.create(member=factories.member("bob"), fingerprint=OLD)

    assert recognised(Card(NEW)) is None
