"""Tags at a reader: now, before, as a file; and every single read for a while."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from devices import captures
from devices.models import Capture
from devices.templatetags.reads_ui import dbm
from firmware_bridge.profiles.base import Read
from firmware_bridge.sinks.embedded import Batch, Store
from tests import factories
from tests.callers import Caller

pytestmark = pytest.mark.django_db
SGTIN, OTHER = "3074257BF7194E4000001A85", "7EDA9038051002710002C0AE"
FORMULA = "3634257BF7194E56B10000000000000000000000000000000000"  # an SGTIN whose serial is -1
EARLIER = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
SPAN = (
    f"start={EARLIER - timedelta(hours=1):%Y-%m-%dT%H:%M}&end={EARLIER + timedelta(hours=1):%Y-%m-%dT%H:%M}"
)


def seen(epc, at, *, antenna=1, rssi=-52.0):
    return Read("gate", epc, antenna, rssi, 1, round(at.timestamp()) * 10**9, True)


@pytest.fixture
def state(tmp_path, settings):
    settings.CONFIG = replace(settings.CONFIG, state=tmp_path)
    settings.TIME_ZONE = "UTC"
    reads = [seen(SGTIN, EARLIER), seen(SGTIN, EARLIER + timedelta(seconds=1), rssi=-60.0)]
    reads += [
        seen(OTHER, EARLIER, antenna=2, rssi=None),
        seen(OTHER, timezone.now() + timedelta(minutes=5), antenna=2),
    ]
    store = Store(tmp_path / "telemetry.sqlite3")
    store.write(Batch(reads=reads))
    store.close()
    factories.device("gate", profile="zebra")
    return tmp_path


@pytest.fixture
def manager(state):
    return browser(factories.manager(language="en"))


def browser(who):
    client = Client()
    client.force_login(who)
    return client


def stays(answer):
    return [(stay.epc, stay.antenna) for stay in answer.context["stays"]]


def test_the_page_tells_what_a_tag_says_and_who_is_there_now(manager):
    answer = manager.get("/devices/gate/reads/")
    page = answer.content.decode()

    assert stays(answer) == [(OTHER, 2), (OTHER, 2), (SGTIN, 1)]
    assert "urn:epc:id:sgtin:0614141.812345.6789" in page
    assert "serial 6789" in page
    assert [(antenna, len(tags)) for antenna, tags in answer.context["antennas"].items()] == [(2, 1)]
    assert "Antenna 2" in manager.get("/devices/gate/reads/?now=1").content.decode()
    assert 'href="/devices/gate/reads/"' in manager.get("/devices/gate/").content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("epc=7bf7194e", [(SGTIN, 1)]),
        ("epc=3074 257B", [(SGTIN, 1)]),
        (f"antenna=2&{SPAN}", [(OTHER, 2)]),
        ("epc=7bf7194e&antenna=2", []),
        (SPAN, [(OTHER, 2), (SGTIN, 1)]),
        ("antenna=nonsense", [(OTHER, 2), (OTHER, 2), (SGTIN, 1)]),
    ],
)
def test_stays_are_looked_for_by_tag_antenna_and_time(manager, asked, found):
    assert stays(manager.get(f"/devices/gate/reads/?{asked}")) == found


def test_what_the_filter_shows_is_exported(manager):
    answer = manager.get("/devices/gate/reads.csv?epc=3074")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))

    assert [(row["epc"], row["company_prefix"], row["serial"], row["count"]) for row in rows] == [
        (SGTIN, "0614141", "6789", "2")
    ]
    assert (rows[0]["rssi_min"], rows[0]["rssi_mean"], rows[0]["rssi_max"]) == ("-60.0", "-56.0", "-52.0")


def test_what_a_tag_says_is_no_formula(manager, state):
    store = Store(state / "telemetry.sqlite3")
    store.write(Batch(reads=[seen(FORMULA, EARLIER)]))
    store.close()

    answer = manager.get(f"/devices/gate/reads.csv?epc={FORMULA}")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))

    assert [row["serial"] for row in rows] == ["'-1"]


def test_programs_get_what_a_tag_says_beside_the_window(state):
    call = Caller(factories.manager())
    span = f"from={EARLIER - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    items = call("GET", f"devices/gate/reads?{span}")[1]["items"]

    told = {item["epc"]: (item["uri"], item["company_prefix"], item["serial"]) for item in items}
    assert told == {
        SGTIN: ("urn:epc:id:sgtin:0614141.812345.6789", "0614141", "6789"),
        OTHER: (None, None, None),
    }


def test_a_manager_has_every_read_kept_for_a_while(manager, state):
    manager.post("/devices/gate/captures/", {"minutes": "5"})
    manager.post("/devices/gate/captures/", {"minutes": "600"})  # the same goes on
    row = Capture.objects.get()
    assert row.ends_at - row.started_at == timedelta(minutes=5)
    assert captures.running(now=timezone.now()) == {"gate": (row.pk, row.ends_at.timestamp())}
    assert "goes on" in manager.get("/devices/gate/reads/").content.decode()
    assert manager.get(f"/devices/gate/captures/{row.pk}/").status_code == 404  # nothing was read yet

    captures.folder().mkdir()
    captures.path_of(row.pk).write_text("time,epc\n")
    assert b"".join(manager.get(f"/devices/gate/captures/{row.pk}/").streaming_content) == b"time,epc\n"
    manager.post(f"/devices/gate/captures/{row.pk}/end/")
    assert captures.running(now=timezone.now() + timedelta(seconds=2)) == {}


@pytest.mark.parametrize(("said", "minutes"), [("0", 1), ("9999", 120), ("", 10), ("a", 10), ("-5", 10)])
def test_a_capture_is_never_endless(manager, said, minutes):
    manager.post("/devices/gate/captures/", {"minutes": said})
    row = Capture.objects.get()

    assert row.ends_at - row.started_at == timedelta(minutes=minutes)


def test_captures_are_for_managers(state):
    maker = browser(factories.member())

    assert maker.get("/devices/gate/reads/").status_code == 200
    assert maker.post("/devices/gate/captures/").status_code == 403
    assert maker.get("/devices/gate/captures/1/").status_code == 403


def test_the_reader_s_own_page_shows_its_newest_tags(manager):
    page = manager.get("/devices/gate/").content.decode()

    assert "Newest tags" in page
    assert SGTIN in page
    assert "No reading yet" not in page


def test_strengths_have_a_minus_sign():
    assert [dbm(-55.4), dbm(None)] == ["\N{MINUS SIGN}55\N{NO-BREAK SPACE}dBm", "–"]
