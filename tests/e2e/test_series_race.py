"""Series that race with each other and with single bookings: each is had whole or not at all."""

from collections import Counter

from django.db.models import Count

from booking.models import Booking, Claim, Series
from tests.callers import wish
from tests.e2e.test_race import MAKERS, Lab, lab, left, race

__all__ = ["lab"]  # a fixture
WEEK = 6


def sizes() -> list[int]:
    """How many bookings each series has."""
    return [row["n"] for row in Series.objects.annotate(n=Count("bookings")).order_by("n").values("n")]


def fullest() -> int:
    """How many claims the fullest hour of a unit holds."""
    claims = Claim.objects.filter(standing=True).values("unit", "blocked_from").annotate(n=Count("pk"))
    return max(row["n"] for row in claims)


def single() -> int:
    return Booking.objects.filter(series=None).count()


def daily(start: float, **more) -> dict[str, object]:
    return wish("laser-1", start=start, end=start + 1, repeat=f"FREQ=DAILY;COUNT={WEEK}", **more)


def test_of_sixteen_series_for_the_same_hours_one_wins_whole(lab: Lab):
    before, (bookings, claims) = lab.site.do(sizes), lab.site.do(left)

    answers = race(lab, daily(5))

    assert Counter(status for status, _told in answers) == {201: 1, 409: MAKERS - 1}
    for told in (told for status, told in answers if status == 409):
        assert {one["code"] for one in told["objections"]} == {"taken"}
        assert len(told["occurrences"]) == WEEK
    assert lab.site.do(sizes) == [*before, WEEK]
    assert lab.site.do(left) == [bookings + WEEK, claims + WEEK]


def test_one_hour_in_the_middle_is_held_by_one_and_nothing_is_half_booked(lab: Lab):
    before, alone = lab.site.do(sizes), lab.site.do(single)

    for hour in (7, 8, 9):
        third = 2 * 24 + hour
        answers = race(lab, daily(hour), wish("laser-1", start=third, end=third + 1))
        won = [n % 2 for n, (status, _told) in enumerate(answers) if status == 201]

        assert {status for status, _told in answers} == {201, 409}
        assert len(won) == 1

    assert lab.site.do(fullest) == 1
    after = lab.site.do(sizes)
    assert set(after) == {WEEK}
    assert (len(after) - len(before)) + (lab.site.do(single) - alone) == 3


def test_one_series_sent_sixteen_times_at_once_under_one_key_is_one_series(lab: Lab):
    before = lab.site.do(sizes)

    answers = race(lab, daily(11), tokens=lab.tokens[:1] * MAKERS, Idempotency_Key="series")

    first = answers[0][1]
    assert {(status, told["id"], told["series"]["id"]) for status, told in answers} == {
        (201, first["id"], first["series"]["id"])
    }
    assert lab.site.do(sizes) == [*before, WEEK]
