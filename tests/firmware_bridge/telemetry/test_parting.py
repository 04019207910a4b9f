"""What a device says on a channel that was split off is its part's, from then on, whoever decodes it."""

from contextlib import closing
from datetime import UTC

import pytest

from firmware_bridge.letters import Letters
from firmware_bridge.profiles.base import Deed, Reading, Seen, Status
from firmware_bridge.redo import redo
from firmware_bridge.sinks.embedded import Batch, Store
from firmware_bridge.sinks.rawlog import RawLog
from firmware_bridge.telemetry.decoding import Decoder
from firmware_bridge.telemetry.newest import Newest
from firmware_bridge.telemetry.parting import Parting
from tests.firmware_bridge.messages import ARRIVED, message

TOPIC = "fablab/v1/shelly-4/readings"
SAID = b'{"power":10,"power_2":20}'
PARTS = [("shelly-4", "power_2", "saw-meter", "power", ARRIVED)]


@pytest.fixture
def store(tmp_path):
    with closing(Store(tmp_path / "t.sqlite3")) as opened:
        yield opened


def decoder(store):
    return Decoder(newest=Newest(), letters=Letters(), receipts=store.receipts, zone=UTC, parts=store.parts())


def kept(decoded):
    return sorted((each.device, each.channel, each.value) for its in decoded.batch.readings for each in its)


def test_readings_go_to_the_part_from_the_moment_of_the_split(store):
    store.keep_parts(PARTS)
    taking = decoder(store)

    before = taking.decode([message(TOPIC, SAID, arrived=ARRIVED - 1)])
    after = taking.decode([message(TOPIC, SAID, arrived=ARRIVED)])

    assert kept(before) == [("shelly-4", "power", 10.0), ("shelly-4", "power_2", 20.0)]
    assert kept(after) == [("saw-meter", "power", 20.0), ("shelly-4", "power", 10.0)]
    assert {device: profile for _, device, profile, _ in after.told} == {
        "shelly-4": "native",
        "saw-meter": "native",
    }


def test_what_was_split_off_comes_back_with_the_next_message(store):
    store.keep_parts(PARTS)
    taking = decoder(store)
    taking.part([])

    assert kept(taking.decode([message(TOPIC, SAID)])) == [
        ("shelly-4", "power", 10.0),
        ("shelly-4", "power_2", 20.0),
    ]


def test_a_device_no_longer_declares_what_is_its_parts_and_comes_and_goes_by_itself():
    hello = Seen("shelly-4", "shelly2", "1.0", (("power", "W"), ("power_2", "W")))

    told = Parting(PARTS).told([hello, Status("shelly-4", False), Status("plug-1", True)], ARRIVED)

    assert told == [
        Seen("shelly-4", "shelly2", "1.0", (("power", "W"),)),
        Status("shelly-4", False),
        Status("plug-1", True),
    ]


def test_a_part_obeys_nothing(store):
    store.keep_parts(PARTS)
    taking = decoder(store)

    assert taking.controls("shelly-4", ["relay"]) != ()
    assert taking.controls("saw-meter", ["relay"]) == ()
    assert taking.encode("saw-meter", Deed("relay", True)) is None


def test_a_redelivered_message_of_a_part_is_kept_once(store):
    store.keep_parts(PARTS)
    taking = decoder(store)
    store.write(taking.decode([message(TOPIC, SAID, mid=7)]).batch)

    again = decoder(store).decode([message(TOPIC, SAID, mid=7, dup=True)])

    assert (kept(again), again.redelivered) == ([], 1)


def test_what_is_read_again_stays_where_it_was_said(tmp_path, store):
    """Messages from before the split are the whole's for ever."""
    store.keep_parts(PARTS)
    old = [
        Reading("shelly-4", key, value, unit, ARRIVED - 1, False)
        for key, value, unit in (("power", 10.0, "W"), ("power_2", 20.0, ""))
    ]
    raw = RawLog(tmp_path / "raw.sqlite3", most_bytes=1_000_000, days=7)
    store.write(Batch(ARRIVED - 1, readings=[old]))
    raw.note(ARRIVED - 1, TOPIC, SAID, False, old)
    raw.note(ARRIVED + 1, TOPIC, SAID, False, [])
    raw.close()

    done = redo(tmp_path / "t.sqlite3", tmp_path / "raw.sqlite3", zone=UTC, first=0, past=2**62)

    assert (done.read, done.changed, done.taken, done.added) == (2, 1, 0, 2)
    assert sorted(row[:2] for row in store.last()) == [
        ("saw-meter", "power"),
        ("shelly-4", "power"),
        ("shelly-4", "power_2"),
    ]
