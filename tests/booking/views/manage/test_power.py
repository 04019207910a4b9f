"""A machine's power before managers: the last week, what to make of it, what is taken over."""

import dataclasses
import random
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from booking.models import UsageSession
from booking.templatetags.power_ui import energy
from booking.views.manage.power_chart import days, histogram
from devices.models import MachineState
from devices.queries import store as store_path
from devices.rules.levels import Minute
from devices.rules.running import Levels, State
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.keeping import Terms
from lab.models import Resource
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PAGE = "/manage/rules/resources/laser-1/power/"


@pytest.fixture
def laser():
    return factories.resource("laser-1")


@pytest.fixture
def store(settings, tmp_path):
    settings.CONFIG = dataclasses.replace(settings.CONFIG, state=tmp_path)
    store = Store(store_path())
    yield store
    store.close()


@pytest.fixture
def page(client, charlie):
    client.force_login(charlie)
    return client


def measured(store, laser, *, hours=24):
    """A day in which every third hour is worked, until two hours ago."""
    factories.device("meter-1", resource=laser)
    rng, now = random.Random(1), timezone.now().replace(second=0, microsecond=0)
    readings = []
    for minute in range(hours * 60):
        at = now - 2 * HOUR - timedelta(minutes=minute)
        watts = (650.0 if minute // 60 % 3 == 0 else 46.0) * rng.uniform(0.97, 1.03)
        readings.append(Reading("meter-1", "power", watts, "W", round(at.timestamp()) * 10**9, True))
    store.write(Batch(readings=[readings]))
    store.tidy(round(now.timestamp()) * 10**9, terms=Terms(0, 0, 0), budget=60)


def test_without_a_meter_it_says_what_to_do(page, laser):
    told = page.get(PAGE).content.decode()

    assert "No meter speaks for it" in told
    assert '<svg class="power-bars"' not in told


def test_a_day_is_drawn_with_a_suggestion_that_one_click_takes_over(page, laser, store):
    measured(store, laser)
    shown = page.get(PAGE)
    fields = dict(re.findall(r'type="hidden" name="(\w+_[ws])" value="([^"]*)"', shown.content.decode()))

    answer = page.post(PAGE, fields)

    assert (shown.context["now_is"], shown.context["suggested"].past.sessions) == (None, 8)
    assert answer.status_code == 302
    row = Resource.objects.get()
    assert 50 < row.idle_below_w < row.busy_above_w < 600
    assert page.get(PAGE).context["now_is"].levels == Levels(row.idle_below_w, row.busy_above_w)


def test_what_is_typed_can_be_tried_without_being_kept(page, laser, store):
    measured(store, laser)

    shown = page.post(PAGE, {"idle_below_w": "700", "busy_above_w": "800", "try": "1"})

    assert (shown.status_code, shown.context["tried"].past.sessions) == (200, 0)
    assert Resource.objects.get().idle_below_w is None


def test_half_a_day_is_too_little(page, laser, store):
    measured(store, laser, hours=6)

    assert "half a day of readings is needed" in page.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"idle_below_w": "20"}, ["busy_above_w"]),
        ({"busy_above_w": "20"}, ["idle_below_w"]),
        ({"idle_below_w": "20", "busy_above_w": "10"}, ["busy_above_w"]),
        ({"off_below_w": "30", "idle_below_w": "20", "busy_above_w": "40"}, ["off_below_w"]),
        ({"idle_below_w": "-1", "busy_above_w": "nan"}, ["idle_below_w", "busy_above_w"]),
        ({"busy_after_s": "3601"}, ["busy_after_s"]),
    ],
)
def test_thresholds_have_to_be_in_order(page, laser, typed, wrong):
    refused = page.post(PAGE, typed)

    assert refused.status_code == 422
    assert sorted(refused.context["form"].errors) == sorted(wrong)


def test_thresholds_can_be_taken_away(page, laser):
    Resource.objects.update(idle_below_w=20, busy_above_w=40.5, idle_after_s=60)
    shown = page.get(PAGE).context["form"]
    assert [shown[name].value() for name in ("idle_below_w", "busy_above_w")] == ["20", "40.5"]

    assert page.post(PAGE, {}).status_code == 302
    row = Resource.objects.get()
    assert (row.idle_below_w, row.busy_above_w, row.idle_after_s) == (None, None, None)


def test_days_and_sessions_are_told(page, laser, alice):
    now = timezone.now()
    MachineState.objects.create(
        resource=laser, state="busy", since=now - 2 * HOUR, until=now - HOUR, heard_at=now - HOUR
    )
    UsageSession.objects.create(
        resource=laser, member=alice, started_at=now - 2 * HOUR, ended_at=now - HOUR, energy_wh=1234.5,
        busy_seconds=3600,
    )  # fmt: skip

    shown = page.get(PAGE)

    assert sum((day.busy for day in shown.context["days"]), timedelta()) == HOUR
    assert re.search("1[.,]2\u202fkWh", shown.content.decode())


def test_bars_are_where_power_was_and_as_high_as_its_time():
    watts = [1.0] * 240 + [100.0] * 60
    minutes = [Minute(n * 60 * 10**9, each, each, each) for n, each in enumerate(watts)]

    drawn = histogram(minutes)

    assert [(bar.x, round(bar.height / drawn.bars[0].height, 2)) for bar in drawn.bars] == [
        (16.63, 1),
        (83.3, 0.5),
    ]
    assert [tick.value for tick in drawn.watts] == [1, 10, 100]
    strip = drawn.strip(Levels(10, 31.6, 1))
    assert [(part.code, round(part.x), round(part.width)) for part in strip.parts] == [
        ("off", 0, 17),
        ("idle", 17, 33),
        ("busy", 67, 33),
    ]
    assert histogram([]) is None


def test_a_day_is_split_into_parts_of_24_hours():
    monday = timezone.localdate()
    (day,) = days([monday], [{State.BUSY: 6 * HOUR, State.OFF: 12 * HOUR}])

    assert [(bar.code, bar.x, bar.width) for bar in day.bars] == [("busy", 0, 25), ("off", 25, 50)]
    assert days([monday], [{}]) == []


@pytest.mark.parametrize(
    ("wh", "words"), [(None, ""), (0.4, "0\u202fWh"), (345.6, "346\u202fWh"), (1250, "1.2\u202fkWh")]
)
def test_small_energies_are_watt_hours(wh, words):
    with override("en"):
        assert energy(wh) == words
