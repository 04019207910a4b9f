"""Impinj IoT device interface: events as its readers send them."""

import pytest

from firmware_bridge.profiles.base import Read, Reading
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

FULL = (
    b'{"timestamp":"2026-11-23T02:13:19.277766184Z","hostname":"impinj-14-2f-f4","eventType":"tagInventory",'
    b'"tagInventoryEvent":{"epc":"4sRRo6UBH6APNUaT","epcHex":"E2C451A3A5011FA00F354693","tid":"4sRRoyAAJpN5qv0A",'
    b'"tidHex":"E2C451A32000269379AAFD00","pc":"NAA=","antennaPort":2,"antennaName":"MQTT","peakRssiCdbm":-5750,'
    b'"frequency":921625,"transmitPowerCdbm":1000,"lastSeenTime":"2026-11-23T02:13:19.225324Z","phaseAngle":208.82}}'
)
PLAIN = (
    b'{"timestamp":"2025-05-17T16:03:13.944189383Z","eventType":"tagInventory","tagInventoryEvent":'
    b'{"epc":"4oARkaUDAGXybMv_","antennaPort":1,"peakRssiCdbm":-7300,"frequency":919750,"transmitPowerCdbm":3000}}'
)
SHORT = b'{"tagInventoryEvent":{"epc":"MDT4sgABAAAAAAAB"}}'
NAMELESS = b'{"eventType":"tagInventory","tagInventoryEvent":{"antennaPort":1}}'

READ_FULL = Read(
    "impinj-14-2f-f4", "E2C451A3A5011FA00F354693", 2, -57.5, 1, 1_795_399_999_225_324_000, by_device=True
)
READ_PLAIN = Read("r700", "E2801191A5030065F26CCBFF", 1, -73.0, 1, AT.ns, by_device=False)
READ_SHORT = Read("r700", "3034F8B20001000000000001", 0, None, 1, AT.ns, by_device=False)


@pytest.mark.parametrize(
    ("payload", "reads"),
    [
        (FULL, [READ_FULL]),
        (PLAIN, [READ_PLAIN]),
        (SHORT, [READ_SHORT]),
        (NAMELESS, []),
        (b"[%s,%s]" % (PLAIN, SHORT), [READ_PLAIN, READ_SHORT]),
        (PLAIN + b"\r\n" + SHORT + b"\r\n\r\n", [READ_PLAIN, READ_SHORT]),
    ],
)
def test_reads_alone_in_arrays_and_in_lines(payload, reads):
    assert decoded("impinj/r700", payload) == reads


def test_readers_may_share_a_topic_but_not_a_name():
    memory = Memory()
    other = FULL.replace(b"impinj-14-2f-f4", b"impinj-14-46-36")

    said = [
        decoded("readers", FULL, memory=memory),
        decoded("readers", other, memory=memory),
        decoded("elsewhere", FULL, memory=memory),
        decoded("readers", FULL, memory=memory),
    ]

    assert [events[0].device for events in said] == [
        "impinj-14-2f-f4",
        "impinj-14-46-36",
        "elsewhere-impinj-14-2f-f4",
        "impinj-14-2f-f4",
    ]


@pytest.mark.parametrize(
    ("event", "meant"),
    [
        (b'"inventoryStatusEvent":{"inventoryStatus":"running"}', ("inventory", "running")),
        (b'"inventoryTerminatedEvent":{}', ("inventory", "terminated")),
        (b'"antennaConnectedEvent":{"antennaPort":3}', ("antenna_3", 1.0)),
        (b'"antennaDisconnectedEvent":{"antennaPort":3}', ("antenna_3", 0.0)),
        (b'"gpiTransitionEvent":{"gpi":1,"transition":"high-to-low"}', ("gpi_1", 0.0)),
        (b'"overflowEvent":{}', ("overflow", 1.0)),
    ],
)
def test_what_else_a_reader_tells(event, meant):
    channel, value = meant

    assert decoded("r700", b'{"timestamp":"x","eventType":"y",%s}' % event) == [
        Reading("r700", channel, value, "", AT.ns, False)
    ]


def test_a_tag_that_was_located_was_read():
    located = PLAIN.replace(b"tagInventoryEvent", b"tagLocationEntryEvent")

    assert decoded("impinj/r700", located) == [READ_PLAIN]


@pytest.mark.parametrize("word", [b"tagLocationExitEvent", b"diagnosticEvent"])
def test_what_is_heard_in_silence(word):
    payload = b'{"timestamp":"x","%s":{"epcHex":"E2801191A5030065F26CCBFF"}}' % word

    assert decoded("impinj/r700", payload) == []


@pytest.mark.parametrize(
    "payload",
    [
        PLAIN[:-1],
        PLAIN.replace(b'"4oARkaUDAGXybMv_"', b'"***"'),
        PLAIN.replace(b'"4oARkaUDAGXybMv_"', b"5"),
        PLAIN.replace(b"-7300", b'"weak"'),
        FULL.replace(b'"E2C451A3A5011FA00F354693"', b'"E2C"'),
        PLAIN.replace(b'"antennaPort":1', b'"antennaPort":1e300'),
        PLAIN.replace(b'"antennaPort":1', b'"antennaPort":-1'),
        b'{"eventType":"antennaConnected","antennaConnectedEvent":{"antennaPort":1e300}}',
        b'{"tagInventoryEvent":5}',
        b'["tagInventoryEvent"] {"tagInventoryEvent":[]}',
    ],
)
def test_a_broken_message_is_bad(payload):
    with pytest.raises(BadPayload):
        decoded("impinj/r700", payload)


@pytest.mark.parametrize("payload", [b'{"epcHex":"00"}', b"tagInventoryEvent", b"{}", b""])
def test_look_alikes_are_not_ours(payload):
    assert decoded("impinj/r700", payload) is None
