"""Since when a process of ours hears devices without a break."""

from datetime import timedelta

import pytest

from devices import actions
from devices.models import Service
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def beat(*seconds: float, anew: float | None = None) -> tuple[float, float]:
    """After these beats: since when the process hears, and when it was seen, in seconds after NOW."""
    for after in seconds:
        actions.beat(name="doors", now=NOW + timedelta(seconds=after), anew=after == anew)
    service = Service.objects.get()
    return (service.since - NOW).total_seconds(), (service.seen_at - NOW).total_seconds()


@pytest.mark.parametrize(
    ("beats", "told"),
    [
        ([0], (0, 0)),
        ([0, 5, 10, 15], (0, 15)),
        ([0, 5, 24.9], (0, 24.9)),
        ([0, 5, 25], (25, 25)),  # nobody knows what went on in a gap
        ([0, 5, 25, 30], (25, 30)),
        ([10, 5], (5, 5)),  # a clock that was set back
    ],
)
def test_beats_that_follow_each_other_are_one_stretch(beats, told):
    assert beat(*beats) == told


def test_a_new_beginning_counts_from_itself_however_short_the_gap():
    assert beat(0, 5, 6, 11, anew=6) == (6, 11)


def test_each_process_has_its_own():
    actions.beat(name="doors", now=NOW)
    actions.beat(name="telemetry", now=NOW + timedelta(seconds=5))

    assert dict(Service.objects.values_list("name", "since")) == {
        "doors": NOW,
        "telemetry": NOW + timedelta(seconds=5),
    }
