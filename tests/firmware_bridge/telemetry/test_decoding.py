"""A batch of anything: what is kept, what is told, what is dead."""

from datetime import UTC

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware_bridge.letters import Letters
from firmware_bridge.profiles.base import Reading
from firmware_bridge.sinks.embedded import Store
from firmware_bridge.telemetry.decoding import Decoder
from firmware_bridge.telemetry.newest import Newest
from tests.firmware_bridge.messages import ARRIVED, message

AT = ARRIVED / 1e9


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "t.sqlite3")
    yield opened
    opened.close()


def decoder(store, **limits):
    return Decoder(newest=Newest(**limits), letters=Letters(), receipts=store.receipts, zone=UTC)


def test_readings_are_kept_and_told(store):
    decoded = decoder(store).decode([message(payload={"at": AT, "power": 5})])

    reading = Reading("plug-1", "power", 5.0, "", ARRIVED, True)
    assert decoded.batch.readings == [[reading]]
    assert decoded.told == [(False, "plug-1", "native", [reading])]
    assert decoded.batch.letters == []


def test_garbage_is_dead_with_its_reason_and_its_neighbours_live(store):
    decoded = decoder(store).decode(
        [
            message(payload=b"{"),
            message("x/y", b"1"),
            message("tele/plug-9/SENSOR", b"?"),
            message("fablab/v1/UP/readings", b"{}"),
            message(payload={"power": 5}),
        ]
    )

    assert [(letter.topic, letter.reason, letter.decoder) for letter in decoded.batch.letters] == [
        ("fablab/v1/plug-1/readings", "not JSON", "native"),
        ("x/y", "no family reads this topic", ""),
        ("tele/plug-9/SENSOR", "not JSON", "tasmota"),
        ("fablab/v1/UP/readings", "the topic holds no device name", "native"),
    ]
    assert len(decoded.batch.readings) == 1


@pytest.mark.parametrize("what", ["tap", "ack", "log", "command", "allowlist"])
def test_what_the_doors_hear_is_left_to_them(store, what):
    decoded = decoder(store).decode([message(f"fablab/v1/door-1/{what}", b"garbage")])

    assert (decoded.batch.letters, decoded.told) == ([], [])


@pytest.mark.parametrize("topic", ["x/y", "fablab/v1/plug-1/status"])
def test_taking_a_retained_message_away_is_no_garbage(store, topic):
    decoded = decoder(store).decode([message(topic, b"", retain=topic == "x/y")])

    assert decoded.batch.letters == []


def test_a_retained_reading_names_its_channels_but_is_not_new(store):
    decoded = decoder(store).decode([message(payload={"power": 5}, retain=True)])

    assert decoded.batch.readings == []
    assert [(retained, device) for retained, device, _, _ in decoded.told] == [(True, "plug-1")]


def test_declared_units_are_kept(store):
    hello = {"profile": "meter", "channels": [{"key": "power", "unit": "W"}]}

    decoded = decoder(store).decode([message("fablab/v1/plug-1/hello", hello)])

    assert decoded.batch.declared == [("plug-1", "power", "W")]


def test_a_redelivery_without_a_time_of_its_own_is_not_a_new_reading(store):
    decoders = decoder(store)
    first = decoders.decode([message(payload={"power": 5}, mid=7)])
    store.write(first.batch)
    again = message(payload={"power": 5}, mid=7, dup=True, arrived=ARRIVED + 9)

    assert decoders.decode([again]).batch.readings == []
    assert decoder(store).decode([again]).batch.readings == []


def test_a_redelivery_in_the_same_batch_is_seen_too(store):
    said = {"payload": {"power": 5}, "mid": 7}

    decoded = decoder(store).decode([message(**said), message(**said, dup=True, arrived=ARRIVED + 9)])

    assert len(decoded.batch.readings) == 1


def test_equal_messages_that_are_no_redelivery_are_both_kept(store):
    said = {"payload": {"power": 5}}

    decoded = decoder(store).decode([message(**said, mid=7), message(**said, mid=8, arrived=ARRIVED + 9)])

    assert len(decoded.batch.readings) == 2


def test_a_hundred_thousand_topics_make_no_hundred_thousand_devices(store):
    decoders = decoder(store, burst=20, rate=0)
    kept = letters = 0
    for part in range(100):
        decoded = decoders.decode(
            message(f"fablab/v1/d-{part}-{number}/readings", {"a": 1}) for number in range(1_000)
        )
        kept += len(decoded.batch.readings)
        letters += len(decoded.batch.letters)

    assert kept == 20
    assert 2_000 <= letters < 10_000


def test_a_device_has_an_end_to_its_channels(store):
    decoders = decoder(store)
    for part in range(4):
        decoded = decoders.decode([message(payload={f"c-{part}-{number}": 1 for number in range(100)})])
        for _, device, _, events in decoded.told:
            decoders._newest.mention(device, ((each.channel, "") for each in events))

    assert [letter.reason for letter in decoded.batch.letters] == ["a device has at most 256 channels"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batch=st.lists(
        st.builds(
            message,
            st.sampled_from(
                ["fablab/v1/plug-1/readings", "tele/p/SENSOR", "octoPrint/mqtt", "fablab/v1/a/hello"]
            )
            | st.text(max_size=20),
            st.binary(max_size=60),
            retain=st.booleans(),
            dup=st.booleans(),
            mid=st.integers(0, 65_535),
        ),
        max_size=8,
    )
)
def test_any_batch_can_be_stored(store, batch):
    store.write(decoder(store).decode(batch).batch)
