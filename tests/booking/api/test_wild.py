"""Wild input: whatever is sent, the answer is a success or a problem, never a failure."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from booking.models import Booking, Claim, IdempotencyKey
from lab.models import ApiToken
from tests import factories
from tests.callers import PROBLEM, Caller, ahead, soon

pytestmark = pytest.mark.django_db
ODD = [
    0,
    -1,
    2**31,
    2**63,
    10**40,
    "",
    "\0",
    "é",
    "null",
    "-1",
    "1e400",
    "%00",
    "../..",
    "2026-02-30",
    "0001-01-01",
]
DEEDS = ("/extend", "/finish", "/undo", "/hand-over", "/check-in", "/approve", "/decline")
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
zones = st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(-timedelta(hours=12)), None])
wild_times = st.datetimes(timezones=zones).map(datetime.isoformat)
near_times = st.integers(-96, 800).map(lambda n: soon(n / 4).isoformat())
times = wild_times | near_times | json
rules = st.sampled_from(
    [
        "FREQ=DAILY;COUNT=3",
        "FREQ=WEEKLY;BYDAY=MO;COUNT=9\nEXDATE:20261224",
        "FREQ=YEARLY;UNTIL=99991231",
        "FREQ=",
    ]
)
slugs = st.sampled_from(["laser-1", "desk", "nothing", "\0"])
wishes = st.fixed_dictionaries(
    {"resources": st.lists(slugs, max_size=4) | json, "starts_at": times, "ends_at": times},
    optional={
        "purpose": st.text(max_size=250) | json,
        "member": st.sampled_from(["alice", "nobody", ""]) | json,
        "override": st.lists(st.sampled_from(["closed", "too_long", "taken", "x"]), max_size=3) | json,
        "reason": st.text(max_size=310) | json,
        "repeat": rules | json,
        "resolve": st.dictionaries(times.map(str), st.just("skip") | json, max_size=2) | json,
        "other": json,
    },
)
changes = st.dictionaries(
    st.sampled_from(
        ["starts_at", "ends_at", "purpose", "minutes", "resources", "override", "reason", "member", "x"]
    ),
    times | st.lists(slugs, max_size=21) | st.sampled_from(["alice", "nobody"]),
)
ASKED = "from to resource mine state member limit offset minutes kind around step channel before zone"
queries = st.dictionaries(
    st.sampled_from(ASKED.split()),
    (wild_times | near_times | st.text(max_size=8) | st.integers().map(str)).map(str),
)
paths = st.sampled_from(
    [
        "resources",
        "resources/laser-1",
        "resources/laser-1/availability",
        "availability",
        "bookings",
        "bookings/1",
        "sessions",
        "devices",
        "devices/plug-1",
        "devices/plug-1/readings",
        "access-events",
        "presence",
        "dead-letters",
    ]
)
keys = st.none() | st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=210)


def _standing() -> list[tuple[Any, ...]]:
    """Everything about bookings that a refusal must leave alone."""
    return [
        *Booking.objects.order_by("pk").values_list("pk", "state", "starts_at", "ends_at", "purpose"),
        *Claim.objects.order_by("pk").values_list("pk", "standing", "superseded"),
        *IdempotencyKey.objects.values_list("key"),
    ]


class Wild(TestCase):
    """Alice has a booking and is a manager, so that nothing is out of reach."""

    @classmethod
    def setUpTestData(cls) -> None:
        laser = factories.resource(daily_quota_minutes=240, max_minutes=600)
        factories.resource("desk", units=2, zone=factories.zone("rfid", hours=(9, 20)))
        factories.device("plug-1", resource=laser)
        alice = factories.manager("alice")
        cls.booking = factories.booking(alice, laser, ahead(8, 9)).pk
        cls.token = ApiToken.issue(alice)

    def setUp(self) -> None:
        self.standing = _standing()

    def check(self, response) -> None:
        assert response.status_code < 500, response.content
        if response.status_code >= 400:
            assert response["Content-Type"] == PROBLEM
            assert response.json()["code"]
            assert _standing() == self.standing  # nothing half-written

    @settings(max_examples=70, suppress_health_check=[HealthCheck.too_slow])
    @given(paths, queries)
    def test_reading(self, path, query):
        self.check(Caller(token=self.token).call("GET", f"{path}?{urlencode(query)}"))

    @settings(max_examples=70, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(["bookings", "bookings/check"]), wishes | json, keys)
    def test_wishing(self, path, wish, key):
        self.check(
            Caller(token=self.token).call(
                "POST", path, wish, **({"Idempotency_Key": key} if key is not None else {})
            )
        )

    @settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(["", *DEEDS]), changes | json)
    def test_changing(self, tail, change):
        self.check(
            Caller(token=self.token).call(
                "POST" if tail else "PATCH", f"bookings/{self.booking}{tail}", change
            )
        )

    @settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(["bookings", "bookings/check"]), st.binary(max_size=60))
    def test_noise(self, path, body):
        self.check(Caller(token=self.token).call("POST", path, body))
