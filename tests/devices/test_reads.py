"""Which tags a reader saw, from the store and over the API."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from devices import history
from firmware_bridge.profiles.base import Read
from firmware_bridge.sinks.embedded import Batch, Store
from tests import factories
from tests.callers import Caller

START = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
EPC = "7EDA9038051002710002C0AE"


def seen(second, epc=EPC, *, antenna=1, rssi=-52.0, device="gate"):
    at = int(START.timestamp()) * 10**9 + round(second * 10**9)
    return Read(device, epc, antenna, rssi, 1, at, True)


@pytest.fixture
def path(tmp_path, settings):
    settings.CONFIG = replace(settings.CONFIG, state=tmp_path)
    store = Store(tmp_path / "telemetry.sqlite3")
    store.write(
        Batch(reads=[seen(0), seen(1, rssi=-60.0), seen(60), seen(0, antenna=2), seen(0, device="x")])
    )
    store.close()
    return tmp_path / "telemetry.sqlite3"


def test_before_the_first_reader_there_is_nothing(tmp_path):
    assert history.reads(tmp_path / "none.sqlite3", device="gate") == []


def test_stays_that_touch_the_span_the_newest_first(path):
    found = history.reads(path, device="gate", start=START, end=START + timedelta(seconds=60))

    assert [(dwell.antenna, dwell.first_seen, dwell.count) for dwell in found] == [
        (2, START, 1),
        (1, START, 2),
    ]
    assert (found[1].rssi_min, found[1].rssi, found[1].rssi_max) == (-60.0, -56.0, -52.0)
    assert len(history.reads(path, device="gate", start=START + timedelta(seconds=1))) == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("path")
def test_the_api_tells_stays_page_by_page():
    factories.device("gate")
    call = Caller(factories.manager())
    span = "from=2026-11-23T03:30:00Z&to=2026-11-23T04:30:00Z"

    status, first = call("GET", f"devices/gate/reads?{span}&limit=2")
    _, rest = call("GET", first["next"].partition("/api/v1/")[2])

    assert status == 200
    assert [item["first_seen"] for item in first["items"]] == [
        "2026-11-23T04:30:00+01:00",
        "2026-11-23T04:31:00+01:00",
    ]
    assert rest == {
        "items": [
            {
                "epc": EPC,
                "antenna": 1,
                "first_seen": "2026-11-23T04:30:00+01:00",
                "last_seen": "2026-11-23T04:30:01+01:00",
                "count": 2,
                "rssi": -56.0,
                "rssi_min": -60.0,
                "rssi_max": -52.0,
                "uri": None,
                "scheme": None,
                "company_prefix": None,
                "serial": None,
            }
        ],
        "next": None,
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("path")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=2026-11-23T03:30:00Z&to=2026-11-23T03:30:00Z", 422),
        ("from=yesterday", 422),
        ("limit=x", 422),
        ("before=-1", 422),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(query, status):
    factories.device("gate")

    assert Caller(factories.manager()).call("GET", f"devices/gate/reads?{query}").status_code == status


@pytest.mark.django_db
@pytest.mark.usefixtures("path")
def test_an_unclaimed_reader_is_for_every_member_and_for_nobody_else():
    factories.device("gate", claimed=False)

    assert Caller(factories.member()).call("GET", "devices/gate/reads").status_code == 200
    assert Caller().call("GET", "devices/gate/reads").status_code == 401
