"""Can a reader be trusted to decide alone?"""

from datetime import timedelta

import pytest

from devices.rules.lists import clock_is_off, list_state
from tests.factories import NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"held": 12}, "list_current"),
        ({"held": 11}, "list_sent"),
        ({"held": None}, "list_unknown"),
        ({"held": 11, "refusal": "bad signature"}, "list_refused"),
        ({"held": 12, "expires_at": NOW}, "list_expired"),
        ({"held": None, "expires_at": NOW}, "list_unknown"),
    ],
)
def test_a_list_is_judged_by_what_the_reader_told(told, state):
    facts = {"version": 12, "refusal": "", "expires_at": NOW + HOUR, "now": NOW}

    assert list_state(**{**facts, **told}) == state


@pytest.mark.parametrize(
    ("error", "off"), [(None, False), (0.0, False), (-5.0, False), (5.1, True), (-9.0, True)]
)
def test_a_clock_is_off_when_taps_would_soon_be_stale(error, off):
    assert clock_is_off(error) is off
