"""Means from roll-ups are the means of the readings, whatever was rolled up, came late or was let go."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from devices import tiers
from devices.rules.cover import HOUR, MINUTE
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.keeping import Terms

T0 = 1_790_000_000 * 10**9 // HOUR * HOUR
SPAN = 5 * HOUR
DAY = 24 * HOUR
FOR_EVER = Terms(0, 0, 0)

moments = st.one_of(
    st.integers(0, SPAN - 1), st.integers(0, 5 * 60 - 1).map(lambda minute: minute * MINUTE)
).map(lambda at: T0 + at)
values = st.one_of(st.integers(-1000, 1000).map(float), st.sampled_from(["busy", "idle"]))
batches = st.lists(st.tuples(moments, values), max_size=12)
steps = st.sampled_from([7, 60, 90, 300, 599, 2592, 3600, 7200, 5432, 10800]).map(lambda s: s * 10**9)


def kept(store, points):
    store.write(Batch(readings=[[Reading("plug-1", "power", value, "W", at, True)] for at, value in points]))


def naive(points, first, past, step):
    """Bucket → (how many numbers, their sum), or its newest texts."""
    found = {}
    for at, value in points:
        if first <= at < past:
            found.setdefault(at // step, []).append((at, value))
    return {number: _told(held) for number, held in found.items()}


def _told(held):
    numbers = [value for _, value in held if isinstance(value, float)]
    newest = max(at for at, _ in held)
    return (len(numbers), sum(numbers)) if numbers else {value for at, value in held if at == newest}


def told(path, first, past, step):
    with closing(sqlite3.connect(path)) as db:
        found = tiers.buckets(db, 1, first, past, step)
    return {number: (b.count, b.sum) if b.count else {b.text} for number, b in found.items()}


def alike(found, wanted):
    return found.keys() == wanted.keys() and all(
        found[key] <= wanted[key] if isinstance(wanted[key], set) else found[key] == wanted[key]
        for key in wanted
    )


@settings(max_examples=40, deadline=None)
@given(
    deeds=st.lists(st.one_of(batches, st.integers(0, 6 * 60).map(lambda m: T0 + m * MINUTE)), max_size=6),
    span=st.tuples(moments, moments).map(sorted),
    step=steps,
)
def test_buckets_are_those_of_the_readings_whenever_they_came_and_were_rolled_up(deeds, span, step):
    known = set()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "telemetry.sqlite3"
        store = Store(path)
        kept(store, [(T0, 0.0)])
        known.add((T0, 0.0))
        for deed in deeds:
            if isinstance(deed, int):
                store.tidy(deed, terms=FOR_EVER, budget=10)
            else:
                kept(store, deed)
                known.update(deed)
        store.close()

        assert alike(told(path, *span, step), naive(known, *span, step))


@settings(max_examples=40, deadline=None)
@given(
    deeds=st.lists(
        st.tuples(
            st.sets(st.tuples(moments, values), max_size=12),
            st.integers(0, 60),
            st.sampled_from([0.5, 2, 40]),
        ),
        min_size=1,
        max_size=5,
    ),
    step=st.sampled_from([3600, 7200, 3 * 3600]).map(lambda s: s * 10**9),
)
def test_what_was_let_go_is_still_counted_and_what_comes_too_late_for_its_tier_is_added(deeds, step):
    known, now = set(), T0 + SPAN
    with TemporaryDirectory() as folder:
        path = Path(folder) / "telemetry.sqlite3"
        store = Store(path)
        kept(store, [(T0, 0.0)])
        known.add((T0, 0.0))
        for points, days, kept_days in deeds:
            now += days * DAY
            kept(store, points - known)  # the same reading twice, a month apart, is not known again
            known |= points
            store.tidy(now, terms=Terms(kept_days, kept_days * 2, 0), budget=10)
        store.close()

        assert alike(told(path, T0, T0 + SPAN, step), naive(known, T0, T0 + SPAN, step))
