"""A reader's allow-list: who stands in it, what it tells nobody else, and that it can't be changed."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader.allowlist import BadList, opened
from reader.keyed import badge_print

from booking.rules.allowlist import (
    MOST_BYTES,
    Held,
    Life,
    Place,
    Right,
    content,
    entry_print,
    machine_spans,
    signed,
)
from booking.rules.taps import Reason
from lab.fingerprints import fingerprint, opened_print, sealed_print
from lab.spans import Span
from tests.factories import NOW, at, span

KEY, OTHER_KEY, SITE, PEPPER = b"k" * 32, b"o" * 32, b"s" * 32, b"a pepper of the tests"
HOUR = timedelta(hours=1)
LIFE = Life(NOW, NOW + 12 * HOUR, NOW + 72 * HOUR)
DOOR = Place("door", "fablab", 5, (Span(NOW, NOW + 10 * HOUR),))
MACHINE = Place(
    "machine", "fablab", 7200, (Span(NOW, NOW + 8 * HOUR),), Reason.NOT_CERTIFIED, Reason.NOT_BOOKED
)
ALICE = "04A1B2C3D4E5F6"


def known_by(uid: str) -> bytes:
    sealed = sealed_print(uid, site_key=SITE, pepper=PEPPER)
    return opened_print(sealed, fingerprint=fingerprint(uid, pepper=PEPPER), pepper=PEPPER)


def alices(*spans: Span, **more) -> Right:
    return Right(known_by(ALICE), spans or DOOR.opening, **more)


def message(place: Place, *rights: Right, version: int = 12, key: bytes = KEY) -> bytes:
    return signed(content(place, rights, LIFE, key=key), version, LIFE, key=key)


def decided(place: Place, *rights: Right, hours: float = 1, uid: str = ALICE, trusted: bool = True):
    """What the reader says, as (granted, reason, seconds)."""
    told = opened(message(place, *rights), KEY).decide(
        badge_print(uid, SITE, KEY), int((NOW + hours * HOUR).timestamp()), trusted
    )
    return told.granted, told.reason, told.seconds


def test_a_list_holds_what_the_protocol_says():
    told = json.loads(message(DOOR, alices(until=NOW + 2 * HOUR)))

    start = int(NOW.timestamp())
    assert len(told.pop("sig")) == 64
    assert told == {
        "version": 12,
        "issued": start,
        "stale": start + 12 * 3600,
        "expires": start + 72 * 3600,
        "for": "door",
        "zone": "fablab",
        "seconds": 5,
        "absent": "unknown_badge",
        "outside": "lab_closed",
        "windows": [[[start, start + 10 * 3600]]],
        "entries": [[badge_print(ALICE, SITE, KEY), 0, 0, start + 2 * 3600]],
    }


def test_a_list_tells_nothing_of_a_uid_and_is_another_for_each_reader():
    one, other = message(DOOR, alices()), message(DOOR, alices(), key=OTHER_KEY)
    told = [json.loads(raw)["entries"][0][0] for raw in (one, other)]

    assert ALICE not in one.decode().upper()
    assert told[0] != told[1]
    assert known_by(ALICE).hex()[:16] not in one.decode()


@given(st.binary(min_size=4, max_size=16), st.binary(min_size=32, max_size=32))
def test_server_and_reader_make_the_same_print(uid, key):
    assert entry_print(known_by(uid.hex()), key=key) == badge_print(uid.hex(), SITE, key)


@given(st.data())
def test_a_list_with_any_byte_changed_is_not_taken(data):
    good = bytearray(message(DOOR, alices()))
    at_byte = data.draw(st.integers(0, len(good) - 1))
    good[at_byte] ^= data.draw(st.integers(1, 255))

    # The case of the signature's digits is no change of it.
    same = bytes(good).decode("latin-1").lower() == message(DOOR, alices()).decode().lower()
    if not same or at_byte < len(good) - 66:
        with pytest.raises(BadList):
            opened(bytes(good), KEY)


@pytest.mark.parametrize("cut", [0, 1, 40, 73, 74])
def test_a_list_that_was_cut_is_not_taken(cut):
    with pytest.raises(BadList):
        opened(message(DOOR, alices())[:cut], KEY)


def test_another_reader_s_list_is_not_taken():
    with pytest.raises(BadList, match="bad signature"):
        opened(message(DOOR, alices(), key=OTHER_KEY), KEY)


@pytest.mark.parametrize(
    ("rights", "hours", "told"),
    [
        ([alices()], 1, (True, "welcome", 5)),
        ([], 1, (False, "unknown_badge", 0)),
        ([alices()], 10, (False, "lab_closed", 0)),
        ([alices(LIFE.span)], 10, (True, "welcome", 5)),
        ([alices(LIFE.span)], 71.9, (True, "welcome", 5)),
        ([alices(LIFE.span)], 72, (False, "internal_error", 0)),
        ([alices(LIFE.span)], -1, (False, "internal_error", 0)),
        ([alices(until=NOW + HOUR)], 1, (False, "badge_expired", 0)),
        ([alices(until=NOW + HOUR)], 0.9, (True, "welcome", 5)),
        ([alices(since=NOW + HOUR)], 0.9, (False, "badge_expired", 0)),
        ([alices(since=NOW + HOUR)], 1, (True, "welcome", 5)),
    ],
)
def test_a_door_opens_for_known_badges_until_the_list_expires(rights, hours, told):
    assert decided(DOOR, *rights, hours=hours) == told


@pytest.mark.parametrize(
    ("rights", "hours", "told"),
    [
        ([alices(Span(NOW, NOW + 3 * HOUR))], 1, (True, "welcome", 7200)),
        ([alices(Span(NOW, NOW + 3 * HOUR))], 2.5, (True, "welcome", 1800)),
        ([alices(Span(NOW, NOW + 3 * HOUR), until=NOW + 2 * HOUR)], 1.5, (True, "welcome", 1800)),
        ([alices(Span(NOW, NOW + 3 * HOUR))], 4, (False, "not_booked", 0)),
        ([alices(Span(NOW, NOW + 3 * HOUR))], 9, (False, "lab_closed", 0)),
        ([], 1, (False, "not_certified", 0)),
        ([alices(LIFE.span)], 11.9, (True, "welcome", 7200)),
        ([alices(LIFE.span)], 12, (False, "internal_error", 0)),
    ],
)
def test_a_machine_starts_within_the_windows_until_the_list_is_stale(rights, hours, told):
    assert decided(MACHINE, *rights, hours=hours) == told


def test_without_a_clock_only_doors_open_and_only_for_those_who_may_come_at_any_hour():
    assert decided(DOOR, alices(LIFE.span), trusted=False) == (True, "welcome", 5)
    assert decided(DOOR, alices(), trusted=False) == (False, "lab_closed", 0)
    assert decided(MACHINE, alices(LIFE.span), trusted=False) == (False, "internal_error", 0)


def test_of_too_many_badges_the_last_ones_are_left_out_and_counted():
    rights = [Right(number.to_bytes(32, "big"), DOOR.opening) for number in range(3_000)]

    made = content(DOOR, rights, LIFE, key=KEY)

    raw = signed(made, 1, LIFE, key=KEY)
    kept = opened(raw, KEY).entries
    assert MOST_BYTES * 0.95 < len(raw) < 64 * 1024
    assert made.entries + made.left_out == 3_000
    assert set(kept) == {entry_print(right.known_by, key=KEY) for right in rights[: made.entries]}


def test_the_order_of_the_entries_tells_nothing_of_their_owners():
    rights = [Right(bytes((number,)) * 32, DOOR.opening) for number in range(9)]

    assert message(DOOR, *rights) == message(DOOR, *reversed(rights))


def test_the_digest_is_of_what_is_said():
    made = content(DOOR, [alices()], LIFE, key=KEY)

    assert made.digest == content(DOOR, [alices()], LIFE, key=KEY).digest
    assert made.digest != content(DOOR, [alices()], LIFE, key=OTHER_KEY).digest
    assert made.digest != content(replace(DOOR, seconds=6), [alices()], LIFE, key=KEY).digest


@pytest.mark.parametrize(("hours", "due"), [(0, False), (5.9, False), (6, True), (80, True), (-1, True)])
def test_a_list_is_due_when_half_of_its_time_for_machines_is_over(hours, due):
    assert LIFE.is_due(NOW + hours * HOUR) is due


def spans(*held: Held, member: int = 1, units=(1,), walk_up: bool = True):
    return machine_spans([span(9, 20)], held, units=units, member=member, walk_up=walk_up)


HERS = Held(1, 2, span(9.75, 12.25), span(10, 12))
MINE = Held(1, 1, span(13.75, 15.25), span(14, 15))


def test_a_free_machine_may_be_used_whenever_it_is_open():
    assert spans() == (span(9, 20),)


def test_a_machine_is_not_free_while_others_have_claimed_it():
    assert spans(HERS, MINE) == (span(9, 9.75), span(12.25, 20))


def test_a_machine_that_needs_a_booking_is_used_within_one_s_own_and_a_little_before():
    early = Span(at(14) - timedelta(minutes=10), at(15))

    assert spans(HERS, MINE, walk_up=False) == (early,)
    assert spans(HERS, walk_up=False) == ()


def test_one_s_own_early_minutes_end_at_the_claim_before():
    before = Held(1, 2, span(12, 13.95), span(12, 13.9))

    assert spans(before, MINE, walk_up=False) == (Span(at(13.95), at(15)),)


def test_time_that_is_only_asked_for_is_not_promised():
    assert spans(replace(MINE, booked=None), walk_up=False) == ()


def test_one_of_several_units_is_enough():
    both = (HERS, replace(HERS, unit=2, blocked=span(11, 13)))

    assert spans(*both, units=(1, 2)) == (span(9, 11), span(12.25, 20))
    assert spans(*both, units=(1, 2, 3)) == (span(9, 20),)
