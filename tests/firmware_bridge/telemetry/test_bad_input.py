"""Whatever comes is kept as what it is, or dead with a reason that a page explains; nothing is unbounded."""

import sqlite3
from datetime import UTC

import pytest

from devices.rules.reasons import CODES
from devices.templatetags.letters_ui import CODE_MEANINGS, CODE_NAMES
from firmware_bridge.letters import Letters
from firmware_bridge.profiles import OWNED
from firmware_bridge.profiles.mapping import compiled
from firmware_bridge.sinks.embedded import Store
from firmware_bridge.sinks.rawlog import RawLog
from firmware_bridge.telemetry.decoding import Decoder
from firmware_bridge.telemetry.newest import Newest
from tests.firmware_bridge.messages import ARRIVED, message

OURS = "fablab/v1/plug-1/readings"
SENSOR = "tele/plug-1/SENSOR"
MAPPED = "workshop/oven/state"
MAPPING = {"topic": "workshop/{device}/state", "channels": [{"key": "power", "path": "power", "unit": "W"}]}
HUGE = b"1" + b"0" * 400


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "t.sqlite3")
    yield opened
    opened.close()


def decoder(store, **limits):
    mappings = (compiled(MAPPING, owned=OWNED),)
    newest = Newest(**limits)
    return Decoder(newest=newest, letters=Letters(), receipts=store.receipts, zone=UTC, mappings=mappings)


def take(store, *messages):
    """The readings that are kept as (channel, value, type), and the codes of the dead letters."""
    decoded = decoder(store).decode(messages)
    store.write(decoded.batch)
    path = store._db.execute("PRAGMA database_list").fetchone()[2]
    with sqlite3.connect(path) as db:
        rows = db.execute(
            "SELECT key, value, typeof(value) FROM reading JOIN channel ON id = channel ORDER BY key, at"
        ).fetchall()
    return rows, [letter.code for _, letter in store.letters()]


@pytest.mark.parametrize("topic", [OURS, SENSOR, MAPPED, "fablab/v1/door-1/tap", "who/knows"])
def test_of_what_was_far_too_large_the_size_is_kept_and_nothing_is_read(store, topic):
    spoilt = message(topic, b'{"power":1}', size=10_000_000)

    assert take(store, spoilt) == ([], ["large"])
    assert [letter.size for _, letter in store.letters()] == [10_000_000]
    assert decoder(store).decode([spoilt]).raw == []


def test_whom_the_broker_cut_off_is_told_once_and_then_counted(store):
    came = b"New client connected from 127.0.0.1:1 as abc (p2, c1, k60, u'plug-1')."
    cut = b"Client abc disconnected due to oversize packet."
    log = "$SYS/broker/log/N"

    decoded = decoder(store).decode([message(log, came), message(log, cut), message(log, cut)])

    assert [(one.device, one.code, one.payload) for one in decoded.batch.letters] == [("plug-1", "cut", cut)]
    assert (decoded.batch.suppressed, decoded.raw) == ({"cut": 1}, [])


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    [
        (OURS, b'{"power":NaN}', "json"),
        (OURS, b'{"power":Infinity}', "json"),
        (OURS, b'{"power":1e400}', "number"),
        (OURS, b'{"power":%s}' % HUGE, "number"),
        (OURS, b'{"power":{"a":1}}', "value"),
        (OURS, b'{"":1}', "value"),
        (OURS, b'{"a\\u0000b":1}', "value"),
        (OURS, b"", "json"),
        (OURS, b"\xff\xfe", "json"),
        (OURS, b"[" * 50_000, "json"),
        (OURS, b" " * 10_000_000, "large"),
        ("fablab/v1/plug-1/reading", b"{}", "name"),
        ("fablab/v1/Plug\U0001f525/readings", b'{"power":1}', "name"),
        ("fablab/v1/plug/1/readings", b'{"power":1}', "name"),
        ("fablab/v1", b"{}", "unknown"),
        (SENSOR, b'{"ENERGY":{"Power":"hot"}}', "number"),
        (SENSOR, b'{"ENERGY":{"Power":%s}}' % HUGE, "number"),
        (SENSOR, b" " * 10_000_000, "large"),
        ("spBv1.0/Lab/NBIRTH/edge", b"\x08\x80\xc4\xb7\xb1\xa0", "binary"),
        (MAPPED, b'{"power":%s}' % HUGE, "number"),
        (MAPPED, b'{"power":"NaN"}', "number"),
        (MAPPED, b'{"watts":1}', "paths"),
        ("anybody/\U0001f525/é", b"\x00", "unknown"),
    ],
)
def test_what_can_not_be_read_is_dead_with_a_code_that_is_explained(store, topic, payload, code):
    assert take(store, message(topic, payload)) == ([], [code])
    assert code in CODE_NAMES
    assert code in CODE_MEANINGS


@pytest.mark.parametrize(("topic", "wrap"), [(OURS, b"%s"), (SENSOR, b'{"ENERGY":%s}'), (MAPPED, b"%s")])
def test_null_is_no_value_and_no_garbage(store, topic, wrap):
    payload = wrap % (b'{"Power":null}' if topic == SENSOR else b'{"power":null}')

    assert take(store, message(topic, payload)) == ([], [])


@pytest.mark.parametrize("topic", [OURS, MAPPED])
def test_an_integer_after_a_float_is_the_same_kind_of_number(store, topic):
    said = [message(topic, b'{"power":5.5}'), message(topic, b'{"power":5}', arrived=ARRIVED + 1)]

    assert take(store, *said) == ([("power", 5.5, "real"), ("power", 5.0, "real")], [])


@pytest.mark.parametrize(
    ("topic", "device"),
    [
        ("zigbee2mqtt/Lampe \U0001f525 bureau", "lampe-bureau"),
        ("zigbee2mqtt/salle/lampe", "salle-lampe"),
        ("tele/Prise Étau/SENSOR", "prise-etau"),
        ("workshop/\U0001f525/state", "mapping-e2fc2e0f"),
    ],
)
def test_a_name_that_is_no_name_of_ours_becomes_one(store, topic, device):
    payload = b'{"power":1,"ENERGY":{"Power":1}}'

    told = decoder(store).decode([message(topic, payload)]).told

    assert [named for _, named, _, _ in told] == [device]


@pytest.mark.parametrize("pattern", ["x/{}/y", "workshop/d{}/state"])
def test_a_hundred_thousand_topics_leave_bounded_traces(store, tmp_path, pattern):
    taking, raw = (
        decoder(store, burst=20, rate=0),
        RawLog(tmp_path / "raw.sqlite3", most_bytes=50_000, days=1),
    )
    devices, letters, suppressed = set(), 0, 0
    for part in range(20):
        decoded = taking.decode(
            message(pattern.format(f"{part}-{number}"), b'{"power":1}', arrived=ARRIVED + number)
            for number in range(5_000)
        )
        devices |= {device for _, device, _, _ in decoded.told}
        letters += len(decoded.batch.letters)
        suppressed += sum(decoded.batch.suppressed.values())
        for each, readings in decoded.raw:
            raw.note(each.arrived, each.topic, each.payload, each.retain, readings)
        raw.tick()
    raw.close()

    assert len(devices) <= 20
    assert letters + suppressed >= 99_980
    assert letters < 20_000
    with sqlite3.connect(tmp_path / "raw.sqlite3") as db:
        assert db.execute("SELECT sum(size) FROM pack").fetchone()[0] <= 50_000


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("tele/d{}/SENSOR", b'{"ENERGY":{"Power":1}}'),
        ("zigbee2mqtt/d{}", b'{"power":1}'),
        ("shellies/d{}/relay/0/power", b"1"),
        ("d{}/status/switch:0", b'{"id":0,"apower":1}'),
        ("d{}/sensor/t/state", b"1"),
        ("homeassistant/sensor/d{}/config", b'{"state_topic":"a/{}","unique_id":"u{}","name":"n"}'),
        ("homie/5/d{}/$description", b'{"homie":"5.0","version":1,"nodes":{}}'),
        ("spBv1.0/g/NDATA/e{}", b"\x08\x01"),
        ("fablab/v1/d{}/readings", b'{"n":1}'),
        ("fablab/v1/one/readings", b'{"k{}":1}'),
    ],
)
def test_no_family_fills_the_store_with_ever_new_topics(store, topic, payload):
    taking, most = decoder(store, burst=20, rate=0), 3_000

    for part in range(3):
        numbers = [str(part * 1_000 + number) for number in range(1_000)]
        said = [message(topic.format(n), payload.replace(b"{}", n.encode())) for n in numbers]
        store.write(taking.decode(said).batch)

    tables = ("channel", "last", "name", "lesson", "reading")
    held = {table: store._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
    letters = sum(store._db.execute("SELECT sum(kept), sum(suppressed) FROM letter_count").fetchone())
    assert max(held.values()) <= 256
    assert letters >= most - 256


def test_every_code_has_its_words():
    assert set(CODES) <= set(CODE_NAMES)
    assert set(CODE_NAMES) == set(CODE_MEANINGS)
