"""Which tier answers which part of a span."""

from hypothesis import given
from hypothesis import strategies as st

from devices.rules.cover import HOUR, MINUTE, Cover, Tiers, by_bucket, cover, joined

DAY = 24 * HOUR
cells = st.lists(st.integers(0, 300).map(lambda n: n * MINUTE), max_size=6, unique=True).map(sorted)


def test_a_day_in_hours_is_read_from_hours():
    assert cover(0, DAY, HOUR, Tiers()) == Cover([(0, DAY)], [], [])


def test_the_edges_come_from_finer_tiers():
    assert cover(HOUR - MINUTE - 1, 2 * HOUR + 1, HOUR, Tiers()) == Cover(
        hours=[(HOUR, 2 * HOUR)],
        minutes=[(HOUR - MINUTE, HOUR)],
        raw=[(HOUR - MINUTE - 1, HOUR - MINUTE), (2 * HOUR, 2 * HOUR + 1)],
    )


def test_a_minute_that_an_edge_of_a_bucket_cuts_is_read_value_by_value():
    assert cover(0, 3 * MINUTE, 90 * 10**9, Tiers()) == Cover(
        [], [(0, MINUTE), (2 * MINUTE, 3 * MINUTE)], [(MINUTE, 2 * MINUTE)]
    )


def test_what_is_to_be_rolled_up_is_read_value_by_value():
    assert cover(0, 2 * HOUR, HOUR, Tiers(stale_minutes=[MINUTE])) == Cover(
        [(HOUR, 2 * HOUR)], [(0, MINUTE), (2 * MINUTE, HOUR)], [(MINUTE, 2 * MINUTE)]
    )


def test_what_was_let_go_is_told_by_the_tier_above_it():
    kept = Tiers(raw_since=3 * HOUR, minutes_since=HOUR, stale_minutes=[5 * MINUTE])

    assert cover(0, 4 * HOUR, 10 * 10**9, kept) == Cover(
        hours=[(0, HOUR)], minutes=[(HOUR, 3 * HOUR)], raw=[(3 * HOUR, 4 * HOUR), (5 * MINUTE, 6 * MINUTE)]
    )


@given(
    first=st.integers(0, 4 * HOUR),
    length=st.integers(1, 4 * HOUR),
    step=st.integers(10**9, 3 * HOUR),
    stale=cells,
    stale_hours=st.lists(st.integers(0, 5).map(lambda n: n * HOUR), max_size=2, unique=True),
)
def test_every_moment_is_read_once_and_from_a_cell_of_its_own_bucket(first, length, step, stale, stale_hours):
    found = cover(first, first + length, step, Tiers(stale_minutes=stale, stale_hours=stale_hours))

    assert joined(sorted([*found.hours, *found.minutes, *found.raw])) == [(first, first + length)]
    for size, ranges, unsure in ((HOUR, found.hours, stale_hours), (MINUTE, found.minutes, stale)):
        for start, end in ranges:
            assert start % size == end % size == 0
            assert all((at + size - 1) // step == at // step for at in range(start, end, size))
            assert not {*unsure} & {*range(start, end, size)}


@given(start=st.integers(0, 100), length=st.integers(1, 100), step=st.integers(1, 30))
def test_ranges_are_cut_at_the_edges_of_buckets(start, length, step):
    parts = list(by_bucket([(start, start + length)], step))

    assert joined(parts) == [(start, start + length)]
    assert all(low // step == (high - 1) // step for low, high in parts)
