"""Three phases make a machine's power and energy, unless the meter tells those itself."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.rules.running import Levels, State
from firmware_bridge.letters import Letters
from firmware_bridge.profiles.base import Reading
from firmware_bridge.redo import redo
from firmware_bridge.sinks.embedded import Store
from firmware_bridge.sinks.rawlog import RawLog
from firmware_bridge.telemetry.decoding import Decoder
from firmware_bridge.telemetry.known import Known
from firmware_bridge.telemetry.newest import Newest
from firmware_bridge.telemetry.phases import LASTS, Phases
from firmware_bridge.telemetry.working import Working
from tests.firmware_bridge.messages import ARRIVED, message

SECOND = 10**9
EM3 = "shellies/shellyem3-C45BBE6A8F1F/emeter"
PRO = "shellypro3em-2cbcbb0a1b2c"
EM = {
    "id": 0, "a_act_power": 951.2, "b_act_power": -951.1, "c_act_power": 716.2, "total_act_power": 716.3,
}  # fmt: skip
ROUND = [(f"{EM3}/{phase}/power", value) for phase, value in enumerate((b"340.31", b"0.00", b"-12.06"))]


@pytest.fixture
def store(tmp_path):
    with closing(Store(tmp_path / "t.sqlite3")) as opened:
        yield opened


def decoder(store, **options):
    return Decoder(newest=Newest(), letters=Letters(), receipts=store.receipts, zone=UTC, **options)


def heard(taking, said, *, channels=("power", "energy"), step=10, **options):
    """What messages that come 10 s apart make of these channels."""
    found = []
    for number, (topic, payload) in enumerate(said):
        at = ARRIVED + number * step * SECOND
        decoded = taking.decode([message(topic, payload, arrived=at, mid=number + 1, **options)])
        found += [each for its in decoded.batch.readings for each in its if each.channel in channels]
    return found


def test_phases_that_come_one_by_one_are_added_from_the_second_round_on(store):
    later = [(f"{EM3}/1/power", b"100.00")]

    assert heard(decoder(store), ROUND + later) == [
        Reading("shellyem3-c45bbe6a8f1f", "power", 428.25, "W", ARRIVED + 30 * SECOND, False)
    ]


def test_counters_of_phases_are_added_too(store):
    said = [(f"{EM3}/{phase}/total", b"1000.5") for phase in (0, 1, 2, 0)]

    found = heard(decoder(store), said)

    assert [(each.channel, each.value, each.unit) for each in found] == [("energy", 3001.5, "Wh")]


def test_the_vendors_own_total_is_the_one_that_counts(store):
    said = [(f"{PRO}/status/em:0", json.dumps(EM | {"a_act_power": watts}).encode()) for watts in (1, 2)]

    assert [each.value for each in heard(decoder(store), said)] == [716.3, 716.3]


def test_a_total_on_a_topic_of_its_own_ends_the_sums(store):
    said = [(topic.replace(EM3, "lab"), payload) for topic, payload in ROUND]
    native = [
        ("fablab/v1/meter/readings", f'{{"power_{"abc"[int(topic[4])]}":{payload.decode()}}}'.encode())
        for topic, payload in said
    ]
    total = [("fablab/v1/meter/readings", b'{"power":330}')]

    assert [each.value for each in heard(decoder(store), native + total + native + total)] == [330.0, 330.0]


def test_a_message_with_all_three_is_added_at_once_for_each_of_its_instants(store):
    at = ARRIVED / SECOND
    told = [{"at": at - s, "power_a": s, "power_b": 2, "power_c": 3} for s in (20, 10)]

    found = heard(decoder(store), [("fablab/v1/meter/readings", json.dumps(told).encode())])

    assert [(each.value, ARRIVED - each.at) for each in found] == [(25.0, 20 * SECOND), (15.0, 10 * SECOND)]


def test_two_clamps_are_no_phases(store):
    said = [(f"shellies/shellyem-B9E151/emeter/{clamp}/power", b"5") for clamp in (0, 1, 0)]

    assert [each.value for each in heard(decoder(store), said)] == [5.0, 5.0]


def test_a_phase_that_was_split_off_is_in_no_sum(store):
    parts = [("shellyem3-c45bbe6a8f1f", "power_c", "saw-meter", "power", ARRIVED)]

    found = heard(decoder(store, parts=parts), ROUND * 2)

    assert {each.device for each in found} == {"saw-meter"}


def test_a_phase_that_is_split_off_now_is_in_no_sum_from_now_on(store):
    taking = decoder(store)
    heard(taking, ROUND * 2)

    taking.part([("shellyem3-c45bbe6a8f1f", "power_c", "saw-meter", "power", ARRIVED)])

    assert {each.device for each in heard(taking, ROUND * 2)} == {"saw-meter"}


def test_a_sum_that_was_split_off_is_its_parts(store):
    parts = [("shellyem3-c45bbe6a8f1f", "power", "saw-meter", "power", ARRIVED)]

    found = heard(decoder(store, parts=parts), ROUND * 2)

    assert {each.device for each in found} == {"saw-meter"}


def test_a_phase_of_long_ago_is_in_no_sum(store):
    late = LASTS["power"] // SECOND + 1

    assert heard(decoder(store), ROUND + ROUND[:1], step=late) == []


def test_what_the_broker_kept_is_no_phase_of_now(store):
    taking = decoder(store)
    heard(taking, ROUND, retain=True)

    assert heard(taking, ROUND) == []


def test_a_message_that_comes_again_adds_nothing(store):
    """Also one with a time of its own, when other phases have spoken meanwhile."""
    taking, phases = decoder(store), []
    for number, phase in enumerate("abcabc"):
        said = {"at": ARRIVED / SECOND + number, f"power_{phase}": number}
        phases.append(("fablab/v1/meter/readings", json.dumps(said).encode()))
    first = heard(taking, phases, step=1)

    assert len(first) == 3
    assert heard(taking, phases, step=1, dup=True) == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(-9e4, 9e4)), max_size=30))
def test_a_sum_is_always_that_of_the_newest_phases(said):
    phases, newest, found, wanted = Phases(), {}, [], []
    for number, (phase, value) in enumerate(said):
        waited = len(newest) == 3
        newest[phase] = value
        event = Reading("meter", f"power_{phase}", value, "W", number * SECOND, True)
        found += phases.sums([event])
        wanted += [pytest.approx(sum(newest.values()), abs=1e-3)] if waited else []

    assert [each.value for each in found] == wanted
    assert all(one.at < other.at for one, other in pairwise(found))


def test_a_machine_works_by_the_sum_of_its_phases(store):
    known = Known(
        "shelly1", claimed=True, resource="cnc-1", resource_id=7, levels=Levels(50, 200), online=True
    )
    taking, working, changes = decoder(store), Working(), []
    watts = [10] * 6 + [90] * 60  # each phase alone is below what means busy
    for number, value in enumerate(watts):
        at = ARRIVED + number * SECOND
        said = message(f"{EM3}/{number % 3}/power", str(value).encode(), arrived=at, mid=number + 1)
        for _, _, _, events in taking.decode([said]).told:
            changes += working.hear(known, [e for e in events if type(e) is Reading], standing={})

    assert [change.state for change in changes] == [State.IDLE, State.BUSY]


def test_reading_again_from_the_middle_takes_no_sum_back(tmp_path, store):
    taking = decoder(store)
    raw = RawLog(tmp_path / "raw.sqlite3", most_bytes=1_000_000, days=7)
    for number, (topic, payload) in enumerate(ROUND * 3):
        decoded = taking.decode([message(topic, payload, arrived=ARRIVED + number, mid=number + 1)])
        store.write(replace(decoded.batch, arrived=ARRIVED + number))
        for said, readings in decoded.raw:
            raw.note(said.arrived, said.topic, said.payload, said.retain, list(readings))
    raw.close()

    done = redo(tmp_path / "t.sqlite3", tmp_path / "raw.sqlite3", zone=UTC, first=ARRIVED + 4, past=2**62)

    assert (done.read, done.changed, done.taken, done.added) == (5, 0, 0, 0)
