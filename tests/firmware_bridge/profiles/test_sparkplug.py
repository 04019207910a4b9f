"""Sparkplug B: payloads recorded from a client built on Eclipse's protobuf definition."""

import gzip
import struct
import zlib

import pytest

from firmware_bridge.profiles.base import Ask, Reading, Seen, Status, Unread
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.clock import SECOND, Arrival
from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.protobuf import write
from firmware_bridge.wire.sparkplug import report
from tests.firmware_bridge.profiles.decoding import AT, decoded

NBIRTH = bytes.fromhex(
    "088cc0b7b1a03412120a056264536571188cc0b7b1a0342008580312210a144e6f646520436f6e74726f6c2f526562697274"
    "68188cc0b7b1a034200b700012330a1850726f706572746965732f4861726477617265204d616b651001188cc0b7b1a03420"
    "0c7a0c526173706265727279205069122a0a05506f7765721002188cc0b7b1a03420094a110a07656e67556e69741206080c"
    "42026b57650000c03f12210a124f7574707574732f4c4544732f477265656e1003188cc0b7b1a034200b70011800"
)
DBIRTH = bytes.fromhex(
    "088cc0b7b1a03412350a0b54656d7065726174757265100a188cc0b7b1a034200a4a120a07656e67556e69741207080c4203"
    "c2b046690000000000806a4012170a04496e7438100b188cc0b7b1a034200150fbffffff0f12160a05496e743136100c188c"
    "c0b7b1a034200250d4fd0312180a05496e743332100d188cc0b7b1a03420035090ddfbff0f121d0a05496e743634100e188c"
    "c0b7b1a034200458809ce8afedffffffff0112150a0555496e7438100f188cc0b7b1a034200550fa0112190a0655496e7433"
    "321010188cc0b7b1a034200750faffffff0f12180a05436f756e741011188cc0b7b1a03420085880b4c4c32112190a055369"
    "6e63651012188cc0b7b1a034200d588082e081a03412160a074e6f7468696e671013188cc0b7b1a034200a3801121b0a0553"
    "746174651014188cc0b7b1a034200e7a0772756e6e696e6712170a055461626c651015188cc0b7b1a03420108a0102080018"
    "01"
)
NDATA = bytes.fromhex("0880c4b7b1a034120e1002189cc3b7b1a03465000010401204100370001802")
DDATA = bytes.fromhex(
    "0880c4b7b1a0341212100a18b8c2b7b1a0346900000000000040401211100b188c889e88a034280150faffffff0f120b1014"
    "18b8c2b7b1a03438011803"
)
DDEATH = bytes.fromhex("0880c4b7b1a0341804")
NDEATH = bytes.fromhex("0880c4b7b1a03412120a056264536571188cc0b7b1a03420085803")
ODD = bytes.fromhex(
    "0880c4b7b1a03412121002188cc0b7b1a03469000000000000f87f120e1063188cc0b7b1a034650000803f12120a05506c61"
    "696e188cc0b7b1a034200350071809"
)
NODE, SCALE = "spBv1.0/Lab/{}/Edge_1", "spBv1.0/Lab/{}/Edge_1/scale-7"
BORN = 1_795_399_999_500_000_000


def reading(device, channel, value, unit="", at=BORN):
    return Reading(device, channel, value, unit, at, True)


@pytest.fixture
def memory():
    """A node and its device that were born."""
    memory = Memory()
    decoded(NODE.format("NBIRTH"), NBIRTH, memory=memory)
    decoded(SCALE.format("DBIRTH"), DBIRTH, memory=memory)
    return memory


def test_the_birth_of_a_node():
    assert decoded(NODE.format("NBIRTH"), NBIRTH) == [
        Status("edge-1", online=True),
        Seen(
            "edge-1",
            "sparkplug",
            "",
            (("properties_hardware_make", ""), ("power", "W"), ("outputs_leds_green", "")),
        ),
        reading("edge-1", "properties_hardware_make", "Raspberry Pi"),
        reading("edge-1", "power", 1500.0, "W"),
        reading("edge-1", "outputs_leds_green", 1.0),
    ]


def test_the_birth_of_a_device_with_signed_numbers_in_unsigned_fields():
    memory = Memory()
    decoded(NODE.format("NBIRTH"), NBIRTH, memory=memory)

    events = decoded(SCALE.format("DBIRTH"), DBIRTH, memory=memory)

    assert events[0] == Status("scale-7", online=True)
    assert events[2:] == [
        reading("scale-7", "temperature", 100.0, "°C"),
        reading("scale-7", "int8", -5.0),
        reading("scale-7", "int16", -300.0),
        reading("scale-7", "int32", -70000.0),
        reading("scale-7", "int64", -5_000_000_000.0),
        reading("scale-7", "uint8", 250.0),
        reading("scale-7", "uint32", 4_294_967_290.0),
        reading("scale-7", "count", 9_000_000_000.0),
        reading("scale-7", "since", 1_795_300_000.0),
        reading("scale-7", "state", "running"),
    ]


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_payload_may_be_compressed(pack):
    packed = write(4, b"SPBV1.0_COMPRESSED") + write(5, pack(NBIRTH))

    assert decoded(NODE.format("NBIRTH"), packed) == decoded(NODE.format("NBIRTH"), NBIRTH)


@pytest.mark.parametrize("body", [b"nothing", gzip.compress(NBIRTH)[:-9], gzip.compress(b" " * 10_000_000)])
def test_a_broken_or_huge_compressed_payload_is_bad(body):
    with pytest.raises(BadPayload):
        decoded(NODE.format("NBIRTH"), write(4, b"SPBV1.0_COMPRESSED") + write(5, body))


def test_data_tell_aliases_times_nulls_and_history(memory):
    assert decoded(NODE.format("NDATA"), NDATA, memory=memory) == [
        reading("edge-1", "power", 2250.0, "W", BORN + 400_000_000),
        reading("edge-1", "outputs_leds_green", 0.0, "", BORN + 500_000_000),
    ]
    assert decoded(SCALE.format("DDATA"), DDATA, memory=memory) == [
        reading("scale-7", "temperature", 0.0, "°C", BORN + 300_000_000),
        reading("scale-7", "int8", -6.0, "", BORN - 86_400 * SECOND),
    ]


def test_a_gap_in_the_sequence_asks_for_a_rebirth_once(memory):
    events = decoded(SCALE.format("DDATA"), DDATA, memory=memory)
    again = decoded(SCALE.format("DDATA"), DDATA, memory=memory)
    later = Arrival(AT.ns + 31 * SECOND, AT.zone)

    asked = [event for event in events if isinstance(event, Ask)]
    assert [ask.topic for ask in asked] == ["spBv1.0/Lab/NCMD/Edge_1"]
    assert [(metric.name, metric.value()) for metric in report(asked[0].payload).metrics] == [
        ("Node Control/Rebirth", 1.0)
    ]
    assert len([event for event in events if isinstance(event, Reading)]) == 2
    assert not any(isinstance(event, Ask) for event in again)
    assert any(isinstance(event, Ask) for event in decoded(NODE.format("NDATA"), NDATA, later, memory=memory))


def test_data_of_a_node_that_nobody_saw_born_ask_too():
    events = decoded(NODE.format("NDATA"), NDATA)

    assert [type(event) for event in events] == [Status, Ask, Unread]
    assert events[-1].reason == "2 metrics with an alias that no birth has told"


def test_a_metric_may_be_not_a_number_unknown_or_plain(memory):
    events = decoded(NODE.format("NDATA"), ODD, memory=memory)

    assert [event for event in events if not isinstance(event, Status | Ask)] == [
        reading("edge-1", "plain", 7.0),
        Unread("1 metrics with an alias that no birth has told"),
    ]


# A template's instance (UDT) with two members, as the protobuf of Sparkplug 3.0 writes it; fixed64 by hand.
def double(number, value):
    return bytes([number << 3 | 1]) + struct.pack("<d", value)


def metric(name, *told):
    return write(2, write(1, name) + b"".join(told))


MOTOR = metric(
    b"Motor 1",
    write(2, 77),
    write(4, 19),
    write(18, metric(b"Speed", write(4, 10), double(13, 1480.5)) + metric(b"On", write(4, 11), write(14, 1))),
)
TYPE = metric(
    b"_types_/Motor", write(4, 19), write(18, metric(b"Speed", write(4, 10), double(13, 0.0)) + write(5, 1))
)


def test_a_template_has_members_and_its_definition_has_none():
    memory = Memory()
    born = decoded(NODE.format("NBIRTH"), write(3, 0) + TYPE + MOTOR, memory=memory)
    changed = write(2, write(2, 77) + write(18, metric(b"Speed", double(13, 900.0)))) + write(3, 1)

    assert next(each for each in born if isinstance(each, Seen)).channels == (
        ("motor_1_speed", ""),
        ("motor_1_on", ""),
    )
    assert [(each.channel, each.value) for each in born if isinstance(each, Reading)] == [
        ("motor_1_speed", 1480.5),
        ("motor_1_on", 1.0),
    ]
    assert [(each.channel, each.value) for each in decoded(NODE.format("NDATA"), changed, memory=memory)] == [
        ("motor_1_speed", 900.0)
    ]


@pytest.mark.parametrize(("quality", "values"), [(192, [5.0]), (0, []), (500, [])])
def test_a_value_that_its_owner_calls_bad_or_stale_is_none(quality, values):
    properties = write(1, b"Quality") + write(2, write(1, 3) + write(3, quality))
    told = metric(b"Flow", write(4, 10), write(9, properties), double(13, 5.0)) + write(3, 0)

    events = decoded(NODE.format("NBIRTH"), told)

    assert [event.value for event in events if isinstance(event, Reading)] == values


def test_templates_that_nest_for_ever_are_bad():
    nested = write(4, 10)
    for _ in range(6):
        nested = write(18, metric(b"x", nested))

    with pytest.raises(BadPayload):
        decoded(NODE.format("NBIRTH"), metric(b"x", nested) + write(3, 0))


def test_deaths(memory):
    other = NDEATH.replace(b"\x58\x03", b"\x58\x02")

    assert decoded(NODE.format("NDEATH"), other, memory=memory) == []  # of an earlier session
    assert decoded(NODE.format("NDEATH"), NDEATH, memory=memory) == [
        Status("edge-1", online=False),
        Status("scale-7", online=False),
    ]
    assert Status("scale-7", online=False) in decoded(SCALE.format("DDEATH"), DDEATH, memory=memory)


def test_a_node_that_is_born_again_knows_new_aliases_only(memory):
    decoded(NODE.format("NBIRTH"), NBIRTH.replace(b"\x10\x02", b"\x10\x07"), memory=memory)

    assert decoded(NODE.format("NDATA"), NDATA.replace(b"\x18\x02", b"\x18\x01"), memory=memory) == [
        reading("edge-1", "outputs_leds_green", 0.0, "", BORN + 500_000_000),
        Unread("1 metrics with an alias that no birth has told"),
    ]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("spBv1.0/STATE/scada", b'{"online":true,"timestamp":1}'),
        ("STATE/scada", b"ONLINE"),
        (NODE.format("NCMD"), b"\x00"),
        (SCALE.format("DCMD"), b"\x00"),
    ],
)
def test_what_is_heard_in_silence(topic, payload):
    assert decoded(topic, payload) == []


@pytest.mark.parametrize("cut", range(1, len(NBIRTH) - 2))
def test_a_birth_that_is_cut_off_is_bad_or_shorter(cut):
    try:
        events = decoded(NODE.format("NBIRTH"), NBIRTH[:cut])
    except BadPayload:
        return
    assert all(isinstance(event, Status | Seen | Reading) for event in events)


@pytest.mark.parametrize(
    "payload",
    [b"{}", b"\xff" * 30, b"\x12\x05\x0a\x03abc\x12", b"\x12\x02\x10\x05", b"\x18\x80\x10", b" " * 600_000],
)
def test_a_broken_message_is_bad(payload):
    with pytest.raises(BadPayload):
        decoded(NODE.format("NBIRTH"), payload)


@pytest.mark.parametrize(
    "topic",
    ["spBv1.0/Lab/NBIRTH", "spBv1.0/Lab/EAT/x", "spBv1.0/Lab/DDATA/x", "spAv1.0/Lab/NDATA/x", "STATE/x"],
)
def test_look_alikes_are_not_ours(topic):
    assert decoded(topic, NBIRTH) is None
