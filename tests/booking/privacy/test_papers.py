"""Whoever asks gets everything that is kept about them, and nothing that opens a door."""

import json

import pytest

from booking.privacy import papers
from booking.privacy.fates import OWN, SIGNED, relations
from booking.privacy.papers import counts
from booking.privacy_words import KEPT
from lab.models import ApiToken, Badge
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_every_kind_of_row_that_names_a_member_has_a_fate():
    labels = {relation.label for relation in relations()}

    assert labels == OWN.keys() | SIGNED.keys()
    assert KEPT.keys() == OWN.keys()


def test_they_hold_a_part_for_each_kind(alice, traces):
    told = papers(alice, now=NOW)

    assert told["account"]["username"] == "alice"
    assert [row["purpose"] for row in told["booking.Booking"]] == ["a gift"]
    assert [row["reason"] for row in told["booking.AccessEvent"]] == ["welcome"]
    assert [row["text"] for row in told["booking.FaultReport"]] == ["it smokes"]
    assert [row["by"] for row in told["lab.Look"]] == ["charlie"]
    assert json.loads(json.dumps(told)) == told


def test_they_hold_no_secret(alice, traces):
    told = json.dumps(papers(alice, now=NOW))

    for secret in (alice.password, Badge.objects.get().fingerprint, ApiToken.objects.get().digest):
        assert secret not in told


def test_counts_are_of_what_is_there(alice, charlie, traces):
    assert counts(alice)["booking.AccessEvent.member"] == 1
    assert "booking.Wait.member" not in counts(alice)
    assert counts(charlie) == {}
