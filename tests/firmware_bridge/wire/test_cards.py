"""How long a card stays, and lines that never end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire.cards import MOST_PRESENT, Dwell, Garbage
from firmware_bridge.wire.lines import Lines
from tests.firmware_bridge.streams import SIZES, in_pieces, survives_anything


def test_a_card_that_stays_arrives_once():
    dwell = Dwell(1.0)

    assert [dwell.arrives("A", 0.05 * n) for n in range(100)] == [True] + [False] * 99


def test_a_card_that_was_away_arrives_again():
    dwell = Dwell(1.0)

    assert [dwell.arrives("A", at) for at in (0, 0.9, 1.8, 3.0, 3.7)] == [True, False, False, True, False]


def test_two_cards_that_are_read_in_turn_arrive_once_each():
    dwell = Dwell(1.0)

    assert [dwell.arrives("AB"[n % 2], 0.05 * n) for n in range(100)] == [True, True] + [False] * 98


def test_without_a_time_to_be_away_each_one_counts():
    dwell = Dwell(0.0)

    assert [dwell.arrives("A", 5.0) for _ in range(3)] == [True, True, True]


@given(st.lists(st.tuples(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), st.floats(0, 100)), max_size=60))
def test_only_so_many_are_remembered(cards):
    dwell = Dwell(1.0)
    for uid, at in cards:
        dwell.arrives(uid, at)

    assert len(dwell._seen) <= MOST_PRESENT


@pytest.mark.parametrize("size", SIZES)
def test_lines_are_cut_at_any_ending(size):
    assert in_pieces(Lines(16), b"one\r\ntwo\rthree\n\nfour", size) == [b"one", b"two", b"three"]


def test_a_line_without_an_end_is_given_up_once():
    lines = Lines(4)

    found = lines.feed(b"12345") + lines.feed(b"678") + lines.feed(b"9\nnext\n")

    assert found == [Garbage(b"1234", "a line of more than 4 bytes"), b"next"]


def _of_16():
    return Lines(16)


test_any_bytes_are_borne = survives_anything(_of_16, most=16)
