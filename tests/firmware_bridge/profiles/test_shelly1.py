"""Shelly Gen1: topics and values of the vendor's pages (shelly-api-docs.shelly.cloud/gen1) and of devices."""

import pytest

from firmware_bridge.profiles.base import Reading, Seen, Status
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

ANNOUNCE = (
    b'{"id":"shelly1pm-B9E24E","model":"SHSW-PM","mac":"BCDDC2B9E24E","ip":"192.168.1.181","new_fw":false,'
    b'"fw_ver":"20210115-103659/v1.9.4@e2732e05"}'
)


def reading(device, channel, value, unit=""):
    return Reading(device, channel, value, unit, AT.ns, False)


RECORDED = [
    ("shellies/shelly1pm-B9E24E/relay/0", b"on", ("relay", 1.0, "")),
    ("shellies/shelly1pm-B9E24E/relay/0", b"off", ("relay", 0.0, "")),
    ("shellies/shelly1pm-B9E24E/relay/0/power", b"58.25", ("power", 58.25, "W")),
    ("shellies/shelly1pm-B9E24E/relay/0/energy", b"1350", ("energy", 22.5, "Wh")),
    ("shellies/shelly1pm-B9E24E/temperature", b"38.16", ("temperature", 38.16, "°C")),
    ("shellies/shelly1pm-B9E24E/overtemperature", b"0", ("overtemperature", 0.0, "")),
    ("shellies/shelly1pm-B9E24E/input/0", b"1", ("input", 1.0, "")),
    ("shellies/shelly1pm-B9E24E/ext_temperature/1", b"21.9", ("ext_temperature_1", 21.9, "°C")),
    ("shellies/shellyswitch25-745815/relay/1/power", b"0.00", ("power_1", 0.0, "W")),
    ("shellies/shellyswitch-3BE29E/relay/power", b"12.5", ("power", 12.5, "W")),
    ("shellies/shellyswitch25-745815/roller/0", b"stop", ("roller", "stop", "")),
    ("shellies/shellyswitch25-745815/roller/0/pos", b"86", ("position", 86.0, "%")),
    ("shellies/shellyem-B9E151/emeter/0/power", b"89.61", ("power", 89.61, "W")),
    ("shellies/shellyem-B9E151/emeter/1/total", b"3003.4", ("energy_1", 3003.4, "Wh")),
    ("shellies/shellyem-B9E151/emeter/0/total_returned", b"0.0", ("energy_returned", 0.0, "Wh")),
    ("shellies/shellyem-B9E151/emeter/0/reactive_power", b"-3.1", ("reactive_power", -3.1, "var")),
    ("shellies/shellyem3-C45BBE6A8F1F/emeter/0/power", b"340.31", ("power_a", 340.31, "W")),
    ("shellies/shellyem3-C45BBE6A8F1F/emeter/0/pf", b"0.71", ("factor_a", 0.71, "")),
    ("shellies/shellyem3-C45BBE6A8F1F/emeter/1/current", b"2.10", ("current_b", 2.1, "A")),
    ("shellies/shellyem3-C45BBE6A8F1F/emeter/2/voltage", b"228.44", ("voltage_c", 228.44, "V")),
    ("shellies/shellyem3-C45BBE6A8F1F/emeter/0/total", b"3003.4", ("energy_a", 3003.4, "Wh")),
    ("shellies/shellydw2-483FDA81E731/sensor/state", b"open", ("open", 1.0, "")),
    ("shellies/shellydw2-483FDA81E731/sensor/lux", b"12", ("illuminance", 12.0, "lx")),
    ("shellies/shellyflood-A4CF12F454A3/sensor/flood", b"false", ("flood", 0.0, "")),
    ("shellies/shellyht-CC2D9E/sensor/temperature", b"22.38", ("temperature", 22.38, "°C")),
    ("shellies/shellyht-CC2D9E/sensor/humidity", b"48.5", ("humidity", 48.5, "%")),
    ("shellies/shellyht-CC2D9E/sensor/battery", b"97", ("battery", 97.0, "%")),
    ("shellies/shellygas-1/sensor/concentration", b"0", ("concentration", 0.0, "ppm")),
    ("shellies/shellydimmer-D47B54/light/0/power", b"10.70", ("power", 10.7, "W")),
    ("shellies/shellyix3-98CDAC/input_event/2", b'{"event":"S","event_cnt":2}', ("input_event_2", "S", "")),
    ("shellies/shellyrgbw2-1A2B3C/color/0", b"on", ("light", 1.0, "")),
    ("shellies/shellyrgbw2-1A2B3C/white/3", b"off", ("light_3", 0.0, "")),
    ("shellies/shellyrgbw2-1A2B3C/white/1/energy", b"120", ("energy_1", 2.0, "Wh")),
    ("shellies/shelly1pm-B9E24E/relay/0/overpower_value", b"1900.5", ("overpower_value", 1900.5, "W")),
    ("shellies/shellygas-1/valve/0/state", b"opened", ("valve", "opened", "")),
    ("shellies/shellygas-1/sensor/self_test", b"completed", ("self_test", "completed", "")),
    ("shellies/shellyuni-98CDAC/adc/0", b"12.10", ("adc", 12.1, "V")),
    ("shellies/shelly1-55AC/longpush/0", b"1", ("longpush", 1.0, "")),
]


@pytest.mark.parametrize(("topic", "payload", "meant"), RECORDED)
def test_what_devices_say(topic, payload, meant):
    device = topic.split("/")[1].lower()

    assert decoded(topic, payload) == [reading(device, *meant)]


def test_lights_tell_an_object():
    light = (
        b'{"ison":true,"has_timer":false,"timer_remaining":0,"mode":"white","brightness":48,"transition":0}'
    )

    assert decoded("shellies/shellydimmer-D47B54/light/0/status", light) == [
        reading("shellydimmer-d47b54", "light", 1.0),
        reading("shellydimmer-d47b54", "brightness", 48.0, "%"),
    ]


def test_a_motion_sensor_and_a_radiator_valve_tell_an_object():
    motion = b'{"motion":false,"timestamp":1617980420,"active":true,"vibration":false,"lux":2,"bat":94}'
    valve = (
        b'{"target_t":{"enabled":true,"value":64.4,"units":"F"},'
        b'"tmp":{"value":70.7,"units":"F","is_valid":true},"bat":99}'
    )

    assert decoded("shellies/shellymotionsensor-60A42381E566/status", motion) == [
        reading("shellymotionsensor-60a42381e566", "motion", 0.0),
        reading("shellymotionsensor-60a42381e566", "vibration", 0.0),
        reading("shellymotionsensor-60a42381e566", "illuminance", 2.0, "lx"),
        reading("shellymotionsensor-60a42381e566", "battery", 94.0, "%"),
    ]
    assert decoded("shellies/shellytrv-8CF681A4F886/status", valve) == [
        reading("shellytrv-8cf681a4f886", "battery", 99.0, "%"),
        reading("shellytrv-8cf681a4f886", "temperature", 21.5, "°C"),
        reading("shellytrv-8cf681a4f886", "target_temperature", 18.0, "°C"),
    ]


def test_a_radiator_valve_of_older_firmware_tells_it_in_its_info():
    info = (
        b'{"charger":false,"wifi_sta":{"rssi":-61},"thermostats":[{"pos":12.5,'
        b'"target_t":{"enabled":true,"value":21.0,"units":"C"},"tmp":{"value":20.3,"units":"C","is_valid":true}}],'
        b'"bat":{"value":90,"voltage":3.9}}'
    )

    assert decoded("shellies/shellytrv-8CF681A4F886/info", info) == [
        reading("shellytrv-8cf681a4f886", "rssi", -61.0, "dBm"),
        reading("shellytrv-8cf681a4f886", "position", 12.5, "%"),
        reading("shellytrv-8cf681a4f886", "target_temperature", 21.0, "°C"),
        reading("shellytrv-8cf681a4f886", "temperature", 20.3, "°C"),
        reading("shellytrv-8cf681a4f886", "battery", 90.0, "%"),
    ]


def test_a_relay_that_tripped_says_so_until_it_is_switched():
    memory, topic = Memory(), "shellies/shellyplug-s-041415/relay/0"

    tripped = decoded(topic, b"overpower", memory=memory)
    switched = decoded(topic, b"on", memory=memory)
    later = decoded(topic, b"on", memory=memory)

    device = "shellyplug-s-041415"
    assert tripped == [reading(device, "relay", 0.0), reading(device, "overpower", 1.0)]
    assert switched == [reading(device, "relay", 1.0), reading(device, "overpower", 0.0)]
    assert later == [reading(device, "relay", 1.0)]


def test_announcements():
    seen = Seen("shelly1pm-b9e24e", "shelly1", "20210115-103659/v1.9.4@e2732e05")

    assert decoded("shellies/announce", ANNOUNCE) == [seen]
    assert decoded("shellies/shelly1pm-B9E24E/announce", ANNOUNCE) == [seen]
    assert decoded(
        "shellies/shelly1pm-B9E24E/info", b'{"wifi_sta":{"connected":true,"ssid":"x","rssi":-67}}'
    ) == [reading("shelly1pm-b9e24e", "rssi", -67.0, "dBm")]


def test_the_last_will():
    assert decoded("shellies/shelly1-55AC/online", b"false") == [Status("shelly1-55ac", online=False)]
    assert decoded("shellies/shelly1-55AC/online", b"true") == [Status("shelly1-55ac", online=True)]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("shellies/command", b"announce"),
        ("shellies/shelly1-55AC/relay/0/command", b"on"),
        ("shellies/shelly1-55AC/temperature_f", b"100.7"),
        ("shellies/shellyht-CC2D9E/sensor/act_reasons", b'["sensor"]'),
        ("shellies/shellyswitch25-745815/roller/0/pos", b"-1"),
        ("shellies/shellyht-CC2D9E/sensor/temperature", b"999.0"),
        ("shellies/shelly1-55AC/ext_temperature/0", b"999.00"),
        ("shellies/shellyht-CC2D9E/sensor/battery", b"-1"),
        ("shellies/shellydw2-483FDA81E731/sensor/tilt", b"-1"),
        ("shellies/shellygas-1/sensor/concentration", b"-1"),
        ("shellies/shellyswitch25-745815/roller/0/command/pos", b"20"),
        ("shellies/shellyix3-98CDAC/input_event/2", b'{"event":"","event_cnt":0}'),
    ],
)
def test_what_is_heard_in_silence(topic, payload):
    assert decoded(topic, payload) == []


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("shellies/shelly1-55AC/relay/0", b"maybe"),
        ("shellies/shelly1-55AC/relay/0/power", b"nan"),
        ("shellies/shelly1-55AC/relay/0/power", b"1e999"),
        ("shellies/shelly1-55AC/relay/0/power", b"12,5"),
        ("shellies/shelly1-55AC/relay/0/power", b"\xff"),
        ("shellies/shelly1-55AC/online", b"1"),
        ("shellies/shelly1-55AC/announce", b"hello"),
        ("shellies/shelly1-55AC/light/0/status", b'{"brightness":"bright"}'),
    ],
)
def test_a_broken_message_is_bad(topic, payload):
    with pytest.raises(BadPayload):
        decoded(topic, payload)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [("shellies", b"1"), ("shellies/x", b"1"), ("shellies//relay/0", b"on"), ("shellies/announce", b"1")],
)
def test_look_alikes_are_not_ours(topic, payload):
    assert decoded(topic, payload) is None


@pytest.mark.parametrize("index", ["9" * 400, "x" * 60, "é" * 9])
@pytest.mark.parametrize(
    "what", ["relay/{}/power", "relay/{}/" + "a" * 70, "emeter/{}/total", "{}/7", "z" * 70 + "/{}"]
)
def test_an_odd_index_makes_no_long_channel(what, index):
    [reading] = decoded(f"shellies/shellyem3-1/{what.format(index)}", b"7")

    assert len(reading.channel) <= 80


def test_a_signal_that_no_number_can_tell_is_bad():
    with pytest.raises(BadPayload):
        decoded("shellies/a/info", b'{"wifi_sta":{"rssi":-%s}}' % (b"9" * 400))
