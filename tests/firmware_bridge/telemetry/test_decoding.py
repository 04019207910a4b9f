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

    reading = Reading("plug-1", "power", 5.0, "W", ARRIVED, True)
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


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
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


CONFIG = {
    "state_topic": "box/state",
    "unit_of_measurement": "kWh",
    "value_template": "{{ value_json.e }}",
    "device": {"identifiers": ["box-1"]},
}
EXPLAINS = "homeassistant/sensor/box/energy/config"


def again(store, **limits):
    """A decoder after a restart: it knows what the store knows."""
    return Decoder(
        newest=Newest(**limits),
        letters=Letters(),
        receipts=store.receipts,
        zone=UTC,
        names=store.names(),
        lessons=store.lessons(),
    )


def test_what_explains_others_is_kept_over_a_restart(store):
    store.write(decoder(store).decode([message(EXPLAINS, CONFIG, retain=True)]).batch)

    decoded = again(store).decode([message("box/state", {"e": 0.5})])

    assert decoded.batch.readings == [[Reading("box-1", "energy", 500.0, "Wh", ARRIVED, False)]]


def test_what_explains_others_is_forgotten_when_it_is_taken_away(store):
    decoders = decoder(store)
    store.write(decoders.decode([message(EXPLAINS, CONFIG)]).batch)
    store.write(decoders.decode([message(EXPLAINS, b"")]).batch)

    assert store.lessons() == []
    assert again(store).decode([message("box/state", {"e": 1})]).batch.readings == []


def test_names_are_kept_over_a_restart(store):
    said = b'{"ENERGY":{"Power":5}}'
    decoders = decoder(store)
    store.write(
        decoders.decode([message("tele/plug/SENSOR", said), message("home/tele/plug/SENSOR", said)]).batch
    )

    decoded = again(store).decode([message("home/tele/plug/SENSOR", said), message("tele/plug/SENSOR", said)])

    assert [device for _, device, _, _ in decoded.told] == ["home-plug", "plug"]


def test_a_foreign_device_does_not_slip_into_the_name_of_ours(store):
    decoders = decoder(store)
    decoders.decode([message("fablab/v1/lamp/hello", {"profile": "meter"})])

    decoded = decoders.decode([message("zigbee2mqtt/lamp", {"power": 5})])

    assert [device for _, device, _, _ in decoded.told] == ["zigbee2mqtt-lamp"]


def test_one_message_may_describe_many_devices(store):
    listed = [
        {"ieee_address": "0x1", "friendly_name": "a", "type": "Router"},
        {"ieee_address": "0x2", "friendly_name": "b", "type": "Router"},
    ]

    decoded = decoder(store).decode([message("zigbee2mqtt/bridge/devices", listed, retain=True)])

    assert [device for _, device, _, _ in decoded.told] == ["a", "b"]


def test_a_part_that_is_beyond_us_is_dead_while_the_rest_counts(store):
    odd = {"platform": "sensor", "state_topic": "y", "value_template": "{{ a if b else c }}"}
    fine = {"platform": "sensor", "state_topic": "x"}
    config = {"device": {"identifiers": "d"}, "components": {"odd": odd, "fine": fine}}

    decoded = decoder(store).decode([message("homeassistant/device/d/config", config)])

    assert [letter.reason for letter in decoded.batch.letters] == [
        "value_template is more than we read: {{ a if b else c }}"
    ]
    assert [(device, profile) for _, device, profile, _ in decoded.told] == [("d", "homeassistant")]


def test_a_rebirth_is_asked_for_but_not_by_what_is_retained(store):
    data = bytes.fromhex("0880c4b7b1a034120e1002189cc3b7b1a0346500001040")

    live = decoder(store).decode([message("spBv1.0/Lab/NDATA/edge", data)])
    retained = decoder(store).decode([message("spBv1.0/Lab/NDATA/edge", data, retain=True)])

    assert [ask.topic for ask in live.asks] == ["spBv1.0/Lab/NCMD/edge"]
    assert retained.asks == []


READ = {
    "type": "SIMPLE",
    "timestamp": "2026-11-23T02:13:18.250+0000",
    "data": {"antenna": 1, "eventNum": 1, "format": "epc", "idHex": "7EDA9038", "peakRssi": -52, "reads": 2},
}


def test_reads_of_tags_go_their_own_way_and_count_once(store):
    decoders = decoder(store)
    first = decoders.decode([message("zebra/gate/tevents", READ, mid=7)])
    store.write(first.batch)
    second = decoders.decode([message("zebra/gate/tevents", READ, mid=7, dup=True)])
    retained = decoders.decode([message("zebra/gate/tevents", READ, mid=8, retain=True)])

    assert [(read.device, read.epc, read.count) for read in first.batch.reads] == [("gate", "7EDA9038", 2)]
    assert (second.batch.reads, retained.batch.reads) == ([], [])


def test_retained_garbage_is_buried_once(store):
    decoders = decoder(store)

    buried = [
        letter.reason
        for _ in range(3)
        for letter in decoders.decode([message("x/y", b"?", retain=True)]).batch.letters
    ]

    assert buried == ["no family reads this topic (retained)"]


def test_an_empty_message_of_a_foreign_family_only_takes_a_retained_one_away(store):
    decoded = decoder(store).decode([message("tele/plug/LWT", b""), message("shellies/a/relay/0", b"")])

    assert (decoded.batch.letters, decoded.told) == ([], [])


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("tele/plug-{}/SENSOR", b'{"ENERGY":{"Power":1}}'),
        ("homeassistant/sensor/box-{}/config", b'{"state_topic":"box-{}","unit_of_measurement":"W"}'),
        ("homie/5/car-{}/$description", b'{"homie":"5.0","nodes":{}}'),
        ("spBv1.0/Lab/NDATA/edge-{}", bytes.fromhex("120310ff01")),
        ("zigbee2mqtt/lamp-{}", b'{"power":1}'),
        ("room-{}/sensor/t/state", b"21"),
    ],
)
def test_ten_thousand_strangers_of_a_family_are_held_off(store, topic, payload):
    decoders = decoder(store, burst=20, rate=0)
    known = decoders.decode([message("tele/known/SENSOR", b'{"ENERGY":{"Power":1}}')]).batch.names
    lessons = asks = devices = 0
    for part in range(10):
        decoded = decoders.decode(
            message(topic.replace("{}", f"{part}-{number}"), payload) for number in range(1_000)
        )
        lessons += len(decoded.batch.lessons)
        asks += len(decoded.asks)
        devices += len(decoded.batch.names)

    assert known == [("tasmota +/known", "known")]
    assert (devices, lessons <= 19, asks <= 19) == (19, True, True)
    assert decoders.decode([message("tele/known/SENSOR", b'{"ENERGY":{"Power":2}}')]).batch.readings


def test_messages_are_logged_as_they_came_with_what_they_made(store):
    said = [
        message(payload={"at": AT, "power": 5}),
        message("x/y", b"?"),
        message("zigbee2mqtt/bridge/devices", b"[]", retain=True),
        message(payload=b"{"),
    ]

    decoded = decoder(store).decode(said)

    reading = Reading("plug-1", "power", 5.0, "W", ARRIVED, True)
    assert decoded.raw == [(said[0], [reading]), (said[1], []), (said[2], []), (said[3], [])]


@pytest.mark.parametrize("what", ["tap", "ack", "log", "command", "allowlist"])
def test_what_doors_and_readers_tell_each_other_is_never_logged(store, what):
    assert decoder(store).decode([message(f"fablab/v1/door-1/{what}", b"04A1B2C3")]).raw == []


def test_a_redelivery_is_logged_once(store):
    said = {"payload": {"power": 5}, "mid": 7}

    decoded = decoder(store).decode([message(**said), message(**said, dup=True, arrived=ARRIVED + 9)])

    assert (len(decoded.raw), decoded.redelivered) == (1, 1)
