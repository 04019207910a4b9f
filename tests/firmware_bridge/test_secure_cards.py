"""A secure card at a reader proves itself once a reading; its UID alone is worth no more than a UID."""

import json
import logging
from datetime import UTC, datetime

import pytest

from firmware_bridge.doors.taps import Taps
from lab.models import Badge
from tests import factories
from tests.firmware_bridge.cards import MARKS
from tests.firmware_bridge.messages import message
from tests.firmware_bridge.ntag import sun

pytestmark = pytest.mark.django_db
UID, RANDOM = "04DE5F1EACC040", "08A1B2C3"
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


class Reader:
    """Taps at a door; the verdicts that come back."""

    def __init__(self):
        self.commands, self.met = [], []
        self.taps = Taps(send=self._send, marks=MARKS, meet=self.met.append)

    def _send(self, topic, payload):
        self.commands.append(json.loads(payload))
        return True

    def tap(self, said=None, *, uid=UID):
        told = {"uid": uid, "nonce": f"n-{len(self.commands)}", "at": NOW.timestamp()}
        told |= {"sun": said} if said else {}
        self.taps.on_tap("door-1", message("fablab/v1/door-1/tap", told), now=NOW)
        return self.commands[-1]["reason"]


@pytest.fixture
def badge(db):
    factories.device("door-1", door=factories.door())
    return factories.badge(factories.member("alice"), UID, assurance=Badge.Assurance.SUN)


def test_a_card_that_proves_itself_passes_whatever_uid_it_showed_to_the_reader(badge):
    reader = Reader()

    assert reader.tap(sun(UID, 1), uid=RANDOM) == "welcome"
    assert reader.met == [MARKS.card(UID, counter=1)]


def test_the_same_words_again_and_older_ones_are_replayed(badge):
    reader = Reader()

    heard = [reader.tap(sun(UID, counter)) for counter in (5, 5, 4, 6, 6)]

    assert heard == ["welcome", "replayed", "replayed", "goodbye", "replayed"]
    badge.refresh_from_db()
    assert badge.read_counter == 6


def test_the_same_tap_told_twice_is_answered_once(badge):
    reader, words = (
        Reader(),
        message(
            "fablab/v1/door-1/tap", {"uid": UID, "nonce": "n-0", "at": NOW.timestamp(), "sun": sun(UID, 9)}
        ),
    )

    for _ in range(2):
        reader.taps.on_tap("door-1", words, now=NOW)
    Taps(send=reader._send, marks=MARKS, meet=reader.met.append).on_tap("door-1", words, now=NOW)

    assert [command["reason"] for command in reader.commands] == ["welcome"]


def test_a_forged_word_is_refused_even_where_a_uid_would_do(badge):
    said = sun(UID, 1) | {"cmac": "00" * 8}

    assert Reader().tap(said) == "badge_too_weak"


def test_a_card_of_another_lab_is_nobody_s(badge):
    assert Reader().tap(sun(UID, 1, secret=b"the secret of another lab"), uid=RANDOM) == "unknown_badge"


@pytest.mark.parametrize("picc", ["00" * 4, "00" * 16, "ff" * 64])
def test_whatever_else_is_told_is_refused_with_a_reason(badge, picc):
    assert Reader().tap({"picc": picc, "cmac": "00" * 8}) == "badge_too_weak"


def test_nothing_of_a_secure_card_is_logged(badge, caplog):
    caplog.set_level(logging.DEBUG)
    reader, said = Reader(), sun(UID, 3)

    reader.tap(said)
    reader.tap(said | {"cmac": "00" * 8})

    logged = caplog.text.lower()
    assert not [secret for secret in (UID.lower(), said["picc"], said["cmac"]) if secret in logged]
