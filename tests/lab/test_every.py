from datetime import UTC, datetime, timedelta

from lab.every import Every

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def asked(every: Every, *minutes: int) -> list[bool]:
    return [every.due(NOON + timedelta(minutes=each)) for each in minutes]


def test_it_is_time_at_first_and_after_each_pause():
    assert asked(Every(timedelta(minutes=10)), 0, 9, 10, 19, 35, 36) == [
        True,
        False,
        True,
        False,
        True,
        False,
    ]


def test_a_clock_that_is_set_back_does_not_make_it_wait_for_long():
    assert asked(Every(timedelta(minutes=10)), 0, -60, -55, -50) == [True, True, False, True]


def test_it_may_be_told_not_to_wait():
    every = Every(timedelta(minutes=10))
    found = asked(every, 0, 1)
    every.at_once()

    assert (found, asked(every, 2, 3)) == ([True, False], [True, False])
