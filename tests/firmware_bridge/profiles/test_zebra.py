"""Zebra IoT Connector: payloads of its documentation and captured from readers."""

import pytest

from firmware_bridge.profiles.base import Read, Reading, Seen, Status
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

SIMPLE = (
    b'{"type":"SIMPLE","timestamp":"2026-11-23T02:13:18.250+0000","data":{"antenna":1,"eventNum":17,"format":"epc",'
    b'"idHex":"7EDA9038051002710002C0AE","peakRssi":-52,"reads":3}}'
)
CUSTOM = (
    b'{"data":{"eventNum":5938,"format":"epc","idHex":"000000000000000000000343"},'
    b'"timestamp":"2024-09-05T01:07:01.785-0600","type":"CUSTOM"}'
)
INVENTORY = (
    b'[{"data":{"CRC":"518e","PC":"3000","antenna":2,"channel":927.25,"eventNum":194,"format":"epc",'
    b'"idHex":"ad99160040aac99525000025","peakRssi":-54,"phase":0.0,"reads":9},'
    b'"timestamp":"2023-02-24T10:14:42.851+0000","type":"INVENTORY"}]'
)
METADATA = (
    b'{"data":{"CRC":"f3b3","PC":"3000","accessResults":["e280689420004001"],"antenna":1,"channel":908.25,'
    b'"eventNum":4828,"format":"epc","idHex":"e2806894000040017790e471","peakRssi":-37,'
    b'"phase":14.029969215393066,"reads":1},"timestamp":"2026-09-07T12:30:28.390+0000","type":"CUSTOM"}'
)
# Handheld readers (RFD40, RFD90): several tags an event, zebra.com "dataEVT".
HANDHELD = (
    b'{"type":"BALANCED_PERFORMANCE","timestamp":"2026-11-23T02:13:18Z","data":{"tagData":['
    b'{"EPCid":"E2003411B802011533ABCD12","EPC":"E2003411B802011533ABCD12","peakRssi":-52,"seenCount":14,'
    b'"eventNum":1,"channel":911.75,"phase":0},{"EPC":"3074257bf7194e4000001a85","eventNum":2},{"eventNum":3}]}}'
)
HEARTBEAT = (
    b'{"component":"RG","data":{"radio_control":{"antennas":{"1":"disconnected","4":"connected"},"cpu":0.1,'
    b'"numDataMessagesTxed":3062,"numErrors":7,"numRadioPacketsRxed":186903,"numTagReads":3062,'
    b'"numTagReadsPerAntenna":{"1":0,"4":3062},"numWarnings":0,"radioActivity":"inactive",'
    b'"radioConnection":"connected","ram":2.2,"status":"running","uptime":"05:19:28"},"reader_gateway":{"cpu":0.4,'
    b'"numErrors":7,"ram":2.9,"uptime":"5:19:29"},"system":{"GPI":{"1":"HIGH","2":"LOW"},"GPO":{"1":"LOW"},'
    b'"cpu":{"system":7,"user":2},"flash":null,"ntp":{"offset":-1,"reach":377},"powerSource":"DC",'
    b'"ram":{"free":108285952,"total":252334080,"used":144048128},"systemtime":"2023-03-01T13:57:20.135+0000",'
    b'"temperature":{"ambient":23,"pa":21},"uptime":"5:21:9"},"userapps":[]},"eventNum":328,'
    b'"timestamp":"2023-03-01T13:57:29.126+0000","type":"heartbeat"}'
)
GPO = (
    b'{"component":"RG","data":{"pin":1,"state":"HIGH"},"eventNum":9,'
    b'"timestamp":"2026-09-07T12:21:53.635+0000","type":"gpo"}'
)
VERSION = (
    b'{"command":"get_version","command_id":"16","response":"success","payload":{"readerApplication":"2.7.19.0",'
    b'"radioFirmware":"2.1.14.0","model":"FX7500","serialNumber":"84248dee5721"}}'
)
TOPIC = "zebra/fx9600-1/tevents"
ONE = Read("fx9600-1", "7EDA9038051002710002C0AE", 1, -52.0, 3, 1_795_399_998_250_000_000, by_device=True)


def arrived(epc, antenna=0, rssi=None, count=1, device="fx9600-1"):
    return Read(device, epc, antenna, rssi, count, AT.ns, by_device=False)


def readings(*meant):
    return [Reading("fx9600-1", channel, value, unit, AT.ns, False) for channel, value, unit in meant]


@pytest.mark.parametrize(
    ("payload", "reads"),
    [
        (SIMPLE, [ONE]),
        (CUSTOM, [arrived("000000000000000000000343")]),
        (INVENTORY, [arrived("AD99160040AAC99525000025", 2, -54.0, 9)]),
        (METADATA, [arrived("E2806894000040017790E471", 1, -37.0)]),
    ],
)
def test_reads_of_every_mode(payload, reads):
    assert decoded(TOPIC, payload) == reads


@pytest.mark.parametrize(
    "payload",
    [SIMPLE + SIMPLE, SIMPLE + b"\n" + SIMPLE, b"[%s,%s]" % (SIMPLE, SIMPLE), b"[%s][%s]" % (SIMPLE, SIMPLE)],
)
def test_objects_may_arrive_glued_or_as_arrays(payload):
    assert decoded(TOPIC, payload) == [ONE, ONE]


def test_older_readers_count_milliseconds():
    payload = SIMPLE.replace(b'"2026-11-23T02:13:18.250+0000"', b"1795399998250")

    assert decoded(TOPIC, payload) == [ONE]


@pytest.mark.parametrize(
    ("topic", "device"),
    [
        ("zebra/fx9600-1/tevents", "fx9600-1"),
        ("fx9600-1/data-event", "fx9600-1"),
        ("lab/FX9600-1/d-evt", "fx9600-1"),
        ("rfid/fx9600-1", "fx9600-1"),
        ("fxr60-lab/mevents", "fxr60-lab"),
        ("gate", "gate"),
    ],
)
def test_a_reader_is_named_by_its_topic(topic, device):
    assert [event.device for event in decoded(topic, CUSTOM)] == [device]


def test_a_heartbeat():
    assert decoded("zebra/fx9600-1/mevents", HEARTBEAT) == [
        Status("fx9600-1", online=True),
        *readings(
            ("temperature", 23.0, "°C"),
            ("temperature_pa", 21.0, "°C"),
            ("cpu_user", 2.0, "%"),
            ("cpu_system", 7.0, "%"),
            ("ram_free", 108285952.0, "B"),
            ("tag_reads", 3062.0, ""),
            ("radio_errors", 7.0, ""),
            ("radio_warnings", 0.0, ""),
            ("radio", "inactive", ""),
            ("antenna_1", 0.0, ""),
            ("antenna_4", 1.0, ""),
            ("gpi_1", 1.0, ""),
            ("gpi_2", 0.0, ""),
            ("gpo_1", 0.0, ""),
        ),
    ]


def test_a_pin_in_an_odd_state_is_left_out_of_its_heartbeat():
    odd = decoded("zebra/fx9600-1/mevents", HEARTBEAT.replace(b'"2":"LOW"', b'"2":["LOW"]'))

    assert readings(("gpi_1", 1.0, ""))[0] in odd
    assert readings(("gpi_2", 0.0, ""))[0] not in odd


def test_pins_warnings_and_the_version():
    warning = b'{"component":"RC","data":{"cpu":97},"eventNum":1,"timestamp":"x","type":"warning"}'

    assert decoded("zebra/fx9600-1/mevents", GPO) == readings(("gpo_1", 1.0, ""))
    assert decoded("zebra/fx9600-1/mevents", warning) == readings(("warning", "cpu: 97", ""))
    assert decoded("zebra/fx9600-1/mrsp", VERSION) == [Seen("fx9600-1", "zebra", "2.7.19.0")]
    message = warning.replace(b'{"cpu":97}', b'{"message":"antenna 2 disconnected"}')
    nested = warning.replace(b'{"cpu":97}', b'{"cpu":{"user":90},"id":1}')
    assert decoded("zebra/fx9600-1/mevents", message) == readings(("warning", "antenna 2 disconnected", ""))
    assert decoded("zebra/fx9600-1/mevents", nested) == readings(("warning", "cpu.user: 90, id: 1", ""))
    assert decoded("zebra/fx9600-1/cmd", b'{"command":"start","command_id":"1","payload":{}}') == []


@pytest.mark.parametrize(
    "payload",
    [
        SIMPLE[:-1],
        SIMPLE + b"x",
        b"[1," + SIMPLE + b"]",
        SIMPLE.replace(b'"7EDA', b'"7EDZ'),
        SIMPLE.replace(b"-52", b'"loud"'),
        SIMPLE.replace(b'"antenna":1', b'"antenna":1e400'),
        SIMPLE.replace(b'"antenna":1', b'"antenna":9223372036854775808'),
        GPO.replace(b'"pin":1', b'"pin":' + b"9" * 90),
        SIMPLE.replace(b'"7EDA9038051002710002C0AE"', b"null"),
        GPO.replace(b'"HIGH"', b'"ODD"'),
        SIMPLE + b" " * 600_000,
    ],
)
def test_a_broken_message_is_bad(payload):
    with pytest.raises(BadPayload):
        decoded(TOPIC, payload)


@pytest.mark.parametrize(
    "payload", [b'{"idHex":"00"}', b'{"data":{"eventNum":1}}', b'"idHex" "eventNum"', b"{}"]
)
def test_look_alikes_are_not_ours(payload):
    assert decoded(TOPIC, payload) is None


def test_a_handheld_reader_tells_several_tags_at_once():
    found = decoded("plant/DATA/clients/data1event/RFD40-7", HANDHELD)

    assert [(each.device, each.epc, each.antenna, each.rssi, each.count) for each in found] == [
        ("rfd40-7", "E2003411B802011533ABCD12", 0, -52.0, 14),
        ("rfd40-7", "3074257BF7194E4000001A85", 0, None, 1),
    ]


UPDATE = (
    b'{"component":"RG","eventNum":3,"timestamp":"x","type":"firmwareUpdateProgress","data":{"status":"started",'
    b'"imageDownloadProgress":100,"overallUpdateProgress":40,"updateProgressDetails":null}}'
)
USERAPP = (
    b'{"component":"RG","eventNum":4,"timestamp":"x","type":"userapp","data":{"event":"lamp 4 was lit"}}'
)
STATUS = (
    b'{"command":"get_status","command_id":"7","response":"success","payload":{"cpu":{"system":5,"user":10},'
    b'"ram":{"free":2,"total":3,"used":1},"temperature":40,"radioConnection":"connected",'
    b'"antennas":{"1":"connected","2":"disconnected"},"radioActivity":"active","powerSource":"DC"}}'
)
# Handheld readers, "heartbeatEVT".
BEAT = (
    b'{"eventName":"heartbeat","timestamp":"2019-08-24T14:15:22Z","eventNumber":120,"data":{"inventoryStatus":'
    b'{"rfidStatus":"INPROGRESS","tagCount":45,"scanCount":128},"batteryAlert":{"status":"HIGH",'
    b'"stateOfHealth":"FULL","chargePercentage":85}}}'
)
# FXR90, a phone or beacon that is nobody's business.
BEACON = (
    b'{"data":{"Address":"CF:C7:E6:45:DE:F7","AddressType":"random","RSSI":-66,"beaconType":"GENERIC_BLE"},'
    b'"eventNum":1900,"timestamp":"2026-09-07T12:53:07.484+00:00","type":"BLE_DATA"}'
)


def test_more_of_what_a_reader_tells_of_itself():
    assert decoded("zebra/fx9600-1/mevents", UPDATE) == readings(("update_progress", 40.0, "%"))
    assert decoded("zebra/fx9600-1/mevents", USERAPP) == readings(("userapp", "lamp 4 was lit", ""))
    assert decoded("zebra/fx9600-1/mrsp", STATUS) == readings(
        ("temperature", 40.0, "°C"),
        ("cpu_user", 10.0, "%"),
        ("cpu_system", 5.0, "%"),
        ("ram_free", 2.0, "B"),
        ("radio", "active", ""),
        ("antenna_1", 1.0, ""),
        ("antenna_2", 0.0, ""),
    )
    assert decoded("zebra/fx9600-1/mevents", BEAT) == [
        Status("fx9600-1", online=True),
        *readings(("tag_reads", 45.0, ""), ("battery", 85.0, "%"), ("radio", "INPROGRESS", "")),
    ]


def test_who_carries_a_phone_is_not_kept():
    assert decoded("zebra/fxr90-1/tevents", BEACON) == []


@pytest.mark.parametrize("records", [b"[1]", b'[{"EPC":7,"eventNum":1}]', b'[{"EPC":"xyz"}]'])
def test_a_spoilt_record_of_a_handheld_reader_is_refused(records):
    with pytest.raises(BadPayload):
        decoded("gate/tags", b'{"type":"X","eventNum":1,"data":{"tagData":%s}}' % records)
