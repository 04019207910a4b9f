"""How often a channel speaks."""

import pytest

from devices.rules.rhythm import differs, rhythm

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("gaps", "seconds"),
    [
        ([], None),
        ([60.0] * 7, None),
        ([60.0] * 8, 60.0),
        ([60.0] * 30 + [7200.0], 60.0),  # an outage is no rhythm
        ([30.0] * 8 + [600.0] * 2, 600.0),  # but what comes again and again is
        ([0.5] * 50, 10.0),
        ([1e6] * 10, 86400.0),
    ],
)
def test_a_rhythm_is_what_nine_gaps_of_ten_keep(gaps, seconds):
    assert rhythm([round(gap * SECOND) for gap in gaps]) == seconds


@pytest.mark.parametrize(
    ("known", "learned", "worth"),
    [(None, 60.0, True), (None, None, False), (60.0, 70.0, False), (60.0, 90.0, True), (60.0, 40.0, True)],
)
def test_a_rhythm_is_written_down_when_it_is_another_one(known, learned, worth):
    assert differs(known, learned) is worth
