"""Moonraker: payloads in the forms that its documentation and its publisher give."""

import pytest

from firmware_bridge.profiles.base import Reading, Status
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

STATUS = (
    b'{"eventtime":2415.512,"status":{"heater_bed":{"temperature":60.21,"target":60.0,"power":0.32},'
    b'"extruder":{"temperature":209.8,"target":210.0,"pressure_advance":0.05},"print_stats":{"state":"printing",'
    b'"filename":"benchy.gcode","total_duration":812.4,'
    b'"print_duration":640.1,"filament_used":1250.75,"message":""},'
    b'"display_status":{"progress":0.237,"message":null},'
    b'"virtual_sdcard":{"progress":0.241,"is_active":true},'
    b'"toolhead":{"position":[120.0,98.2,4.4,1250.7],"homed_axes":"xyz"},"fan":{"speed":1.0,"rpm":null},'
    b'"temperature_sensor chamber":{"temperature":38.4},'
    b'"filament_switch_sensor runout":{"filament_detected":true}}}'
)


def readings(*meant, device="voron"):
    return [Reading(device, channel, value, unit, AT.ns, False) for channel, value, unit in meant]


def test_a_status_in_one_message():
    assert decoded("voron/klipper/status", STATUS) == readings(
        ("bed", 60.21, "°C"),
        ("bed_target", 60.0, "°C"),
        ("bed_power", 32.0, "%"),
        ("tool0", 209.8, "°C"),
        ("tool0_target", 210.0, "°C"),
        ("state", "printing", ""),
        ("total_time", 812.4, "s"),
        ("print_time", 640.1, "s"),
        ("filament_used", 1250.75, "mm"),
        ("progress", 23.7, "%"),
        ("file_progress", 24.1, "%"),
        ("fan", 100.0, "%"),
        ("chamber", 38.4, "°C"),
        ("runout", 1.0, ""),
    )


def test_only_what_changed_is_told():
    payload = b'{"eventtime":2415.762,"status":{"extruder":{"temperature":210.1}}}'

    assert decoded("farm/Voron/klipper/status", payload) == readings(("tool0", 210.1, "°C"))


@pytest.mark.parametrize(
    ("item", "value", "meant"),
    [
        ("heater_bed/temperature", b"24.0", ("bed", 24.0, "°C")),
        ("extruder1/target", b"200", ("tool1_target", 200.0, "°C")),
        ("temperature_sensor raspberry pi/temperature", b"51.2", ("raspberry_pi", 51.2, "°C")),
        ("print_stats/state", b'"complete"', ("state", "idle", "")),
        ("print_stats/state", b'"error"', ("state", "failed", "")),
        ("webhooks/state", b'"shutdown"', ("klipper", "shutdown", "")),
        ("bme280 room/pressure", b"1001.25", ("room_pressure", 1001.25, "hPa")),
        ("heater_generic chamber/power", b"0.9", ("chamber_power", 90.0, "%")),
        ("output_pin caselight/value", b"1.0", ("caselight", 1.0, "")),
        ("gcode_move/extrude_factor", b"0.95", ("extrude_factor", 95.0, "%")),
        ("print_stats/info", b'{"total_layer":null,"current_layer":12}', ("layer", 12.0, "")),
    ],
)
def test_states_may_come_one_by_one(item, value, meant):
    payload = b'{"eventtime": 178.5, "value": %s}' % value

    assert decoded(f"voron/klipper/state/{item}", payload) == readings(meant)


def test_the_server_comes_and_goes():
    assert decoded("voron/moonraker/status", b'{"server": "online"}') == [Status("voron", online=True)]
    assert decoded("voron/moonraker/status", b'{"server": "offline"}') == [Status("voron", online=False)]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("voron/klipper/state/toolhead/position", b'{"eventtime":1,"value":[1,2,3]}'),
        ("voron/klipper/state/extruder/target", b'{"eventtime":1,"value":null}'),
        ("voron/moonraker/api/response", b'{"jsonrpc":"2.0","result":{},"id":5}'),
    ],
)
def test_what_is_heard_in_silence(topic, payload):
    assert decoded(topic, payload) == []


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("voron/klipper/status", b"{}"),
        ("voron/klipper/status", b'{"status":{"extruder":5}}'),
        ("voron/klipper/status", b'{"status":{"extruder":{"temperature":"hot"}}}'),
        ("voron/klipper/status", b'{"status":{"extruder":{"temperature":NaN}}}'),
        ("voron/klipper/state/extruder/temperature", b"24.0"),
        ("voron/klipper/state/extruder/temperature", b'{"eventtime":1}'),
        ("voron/moonraker/status", b'{"server":1}'),
    ],
)
def test_a_broken_message_is_bad(topic, payload):
    with pytest.raises(BadPayload):
        decoded(topic, payload)


@pytest.mark.parametrize("topic", ["klipper/status", "/klipper/status", "voron/klipper/alert"])
def test_look_alikes_are_not_ours(topic):
    assert decoded(topic, STATUS) is None
