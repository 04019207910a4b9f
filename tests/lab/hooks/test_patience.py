"""Failed messages are tried again, later each time, for some three days."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lab.hooks.patience import JITTER, LONGEST_ASKED, WAITS, wait


def test_all_tries_together_take_a_weekend():
    waits = [wait(attempts=n, dice=0) for n in range(1, len(WAITS) + 1)]

    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=4)
    assert wait(attempts=len(WAITS) + 1, dice=0) is None


@given(st.integers(1, len(WAITS)), st.floats(0, 1))
def test_the_dice_only_put_off(attempts, dice):
    usual = WAITS[attempts - 1]

    assert usual <= wait(attempts=attempts, dice=dice) <= usual * (1 + JITTER)


def test_a_receiver_may_ask_for_more_time_but_not_for_ever():
    assert wait(attempts=1, dice=0, asked=timedelta(minutes=7)) == timedelta(minutes=7)
    assert wait(attempts=1, dice=0, asked=timedelta(days=9)) == LONGEST_ASKED
    assert wait(attempts=4, dice=0, asked=timedelta(seconds=1)) == timedelta(hours=2)
