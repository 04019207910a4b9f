"""Shelly Gen2+: statuses and notifications of the vendor's pages (shelly-api-docs.shelly.cloud/gen2)."""

import pytest

from firmware_bridge.profiles.base import Lesson, Reading, Seen, Status
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

PLUG = "shellyplus1pm-a8032abe54dc"
SWITCH = (
    b'{"id":0,"source":"init","output":false,"apower":0.0,"voltage":232.7,"current":0.000,"aenergy":{"total":11.679,'
    b'"by_minute":[0.000,0.000,0.000],"minute_ts":1661517385},"temperature":{"tC":39.2,"tF":102.5}}'
)
EM = (
    b'{"id":0,"a_current":4.029,"a_voltage":236.1,"a_act_power":951.2,"a_aprt_power":951.9,"a_pf":1,"a_freq":50,'
    b'"b_current":4.027,"b_voltage":236.201,"b_act_power":-951.1,"b_aprt_power":951.8,"b_pf":1,"b_freq":50,'
    b'"c_current":3.03,"c_voltage":236.402,"c_active_power":715.4,"c_aprt_power":716.2,"c_pf":1,"c_freq":50,'
    b'"n_current":null,"total_current":11.083,"total_act_power":2484.782,"total_aprt_power":2486.7,'
    b'"user_calibrated_phase":[],"errors":["phase_sequence"]}'
)
EMDATA = (
    b'{"id":0,"a_total_act_energy":0.1,"a_total_act_ret_energy":0,"b_total_act_energy":0.5,"b_total_act_ret_energy":0,'
    b'"c_total_act_energy":0.6,"c_total_act_ret_energy":0,"total_act":1.2,"total_act_ret":0}'
)
STATUSES = [
    (
        "switch:0",
        SWITCH,
        [
            ("relay", 0.0, ""),
            ("power", 0.0, "W"),
            ("voltage", 232.7, "V"),
            ("current", 0.0, "A"),
            ("energy", 11.679, "Wh"),
            ("device_temperature", 39.2, "°C"),
        ],
    ),
    (
        "em:0",
        EM,
        [
            ("power", 2484.782, "W"),
            ("apparent_power", 2486.7, "VA"),
            ("current", 11.083, "A"),
            ("power_a", 951.2, "W"),
            ("apparent_power_a", 951.9, "VA"),
            ("voltage_a", 236.1, "V"),
            ("current_a", 4.029, "A"),
            ("factor_a", 1.0, ""),
            ("frequency_a", 50.0, "Hz"),
            ("power_b", -951.1, "W"),
            ("apparent_power_b", 951.8, "VA"),
            ("voltage_b", 236.201, "V"),
            ("current_b", 4.027, "A"),
            ("factor_b", 1.0, ""),
            ("frequency_b", 50.0, "Hz"),
            ("apparent_power_c", 716.2, "VA"),
            ("voltage_c", 236.402, "V"),
            ("current_c", 3.03, "A"),
            ("factor_c", 1.0, ""),
            ("frequency_c", 50.0, "Hz"),
            ("em_errors", "phase_sequence", ""),
        ],
    ),
    (
        "emdata:0",
        EMDATA,
        [
            ("energy", 1.2, "Wh"),
            ("energy_returned", 0.0, "Wh"),
            ("energy_a", 0.1, "Wh"),
            ("energy_returned_a", 0.0, "Wh"),
            ("energy_b", 0.5, "Wh"),
            ("energy_returned_b", 0.0, "Wh"),
            ("energy_c", 0.6, "Wh"),
            ("energy_returned_c", 0.0, "Wh"),
        ],
    ),
    (
        "pm1:0",
        (
            b'{"id":0,"voltage":235.5,"current":0.058,"apower":3.4,"freq":50.1,"aenergy":{"total":17.32,'
            b'"by_minute":[0,0,0],"minute_ts":1696238880},"ret_aenergy":{"total":0.0,"by_minute":[0,0,0]}}'
        ),
        [
            ("power", 3.4, "W"),
            ("voltage", 235.5, "V"),
            ("current", 0.058, "A"),
            ("frequency", 50.1, "Hz"),
            ("energy", 17.32, "Wh"),
            ("energy_returned", 0.0, "Wh"),
        ],
    ),
    (
        "cover:0",
        (
            b'{"id":0,"source":"limit_switch","state":"open","apower":0.0,"voltage":233.4,"current":0.0,"pf":0.0,"freq":50.0,'
            b'"aenergy":{"total":62.174},"temperature":{"tC":51.5,"tF":124.7},"pos_control":true,"current_pos":100}'
        ),
        [
            ("cover", "open", ""),
            ("position", 100.0, "%"),
            ("power", 0.0, "W"),
            ("voltage", 233.4, "V"),
            ("current", 0.0, "A"),
            ("factor", 0.0, ""),
            ("frequency", 50.0, "Hz"),
            ("energy", 62.174, "Wh"),
            ("device_temperature", 51.5, "°C"),
        ],
    ),
    ("em1:1", b'{"id":1,"act_power":12.5,"calibration":"factory"}', [("power_1", 12.5, "W")]),
    ("em1data:1", b'{"id":1,"total_act_energy":776174.22}', [("energy_1", 776174.22, "Wh")]),
    ("input:0", b'{"id":0,"state":false}', [("input", 0.0, "")]),
    ("input:1", b'{"id":1,"percent":34}', [("input_percent_1", 34.0, "%")]),
    ("temperature:0", b'{"id":0,"tC":23.4,"tF":74.1}', [("temperature", 23.4, "°C")]),
    (
        "temperature:100",
        b'{"id":100,"tC":null,"tF":null,"errors":["read"]}',
        [("temperature_errors_100", "read", "")],
    ),
    ("humidity:0", b'{"id":0,"rh":46.2}', [("humidity", 46.2, "%")]),
    (
        "devicepower:0",
        b'{"id":0,"battery":{"V":5.9,"percent":98},"external":{"present":false}}',
        [("battery", 98.0, "%"), ("battery_voltage", 5.9, "V")],
    ),
    (
        "light:0",
        b'{"id":0,"source":"timer","output":true,"brightness":50}',
        [("light", 1.0, ""), ("brightness", 50.0, "%")],
    ),
    ("smoke:0", b'{"id":0,"alarm":false,"mute":false}', [("smoke", 0.0, "")]),
    (
        "input:2",
        b'{"id":2,"counts":{"total":555,"by_minute":[1,2,3],"xtotal":55.5,"minute_ts":1},"freq":0.5,"xfreq":null}',
        [
            ("input_count_2", 555.0, ""),
            ("input_count_value_2", 55.5, ""),
            ("input_frequency_2", 0.5, "Hz"),
        ],
    ),
    (
        "voltmeter:100",
        b'{"id":100,"voltage":4.321,"xvoltage":43.2}',
        [("voltage_100", 4.321, "V"), ("voltmeter_value_100", 43.2, "")],
    ),
    (
        "thermostat:0",
        b'{"id":0,"enable":true,"target_C":21.5,"current_C":20.8,"current_humidity":44,"output":true}',
        [
            ("current_temperature", 20.8, "°C"),
            ("target_temperature", 21.5, "°C"),
            ("current_humidity", 44.0, "%"),
            ("heating", 1.0, ""),
        ],
    ),
    (
        "blutrv:200",
        (
            b'{"id":200,"target_C":17.1,"current_C":17.1,"pos":0,"rssi":-60,"battery":100,"packet_id":58,'
            b'"last_updated_ts":1734967725,"paired":true,"rpc":true,"rsv":61}'
        ),
        [
            ("current_temperature_200", 17.1, "°C"),
            ("target_temperature_200", 17.1, "°C"),
            ("position_200", 0.0, "%"),
            ("battery_200", 100.0, "%"),
            ("bthome_rssi_200", -60.0, "dBm"),
        ],
    ),
    (
        "presencezone:201",
        b'{"id":201,"state":true,"num_objects":3}',
        [("presence_201", 1.0, ""), ("presence_count_201", 3.0, "")],
    ),
    ("flood:0", b'{"id":0,"alarm":true,"mute":false,"errors":[]}', [("flood", 1.0, "")]),
    ("text:200", b'{"value":"","source":"rpc"}', []),
    ("wifi", b'{"sta_ip":"192.168.33.5","status":"got ip","ssid":"x","rssi":-61}', [("rssi", -61.0, "dBm")]),
    ("sys", b'{"mac":"A8032ABE54DC","restart_required":false,"uptime":11081}', []),
    ("script:1", b'{"id":1,"running":true}', []),
]
PARTIAL = (
    b'{"src":"shellyplus1pm-a8032abe54dc","dst":"shellyplus1pm-a8032abe54dc/events","method":"NotifyStatus",'
    b'"params":{"ts":%s,"switch:0":{"id":0,"apower":8.9}}}'
)
PUSHED = (
    b'{"src":"shellyplusi4-083af2008d84","dst":"shellyplusi4-083af2008d84/events","method":"NotifyEvent","params":'
    b'{"ts":1795399999.5,"events":[{"component":"input:2","id":2,"event":"single_push","ts":1795399999.5},'
    b'{"component":"sys","event":"scheduled_restart","time_ms":99,"ts":1795399999.5}]}}'
)


def readings(device, meant, at=AT.ns, by_device=False):
    return [Reading(device, channel, value, unit, at, by_device) for channel, value, unit in meant]


@pytest.mark.parametrize(("component", "payload", "meant"), STATUSES, ids=[row[0] for row in STATUSES])
def test_the_status_of_a_component(component, payload, meant):
    assert decoded(f"{PLUG}/status/{component}", payload) == readings(PLUG, meant)


def test_errors_stand_until_the_component_has_none():
    memory = Memory()

    tripped = decoded(f"{PLUG}/status/switch:0", b'{"id":0,"errors":["overpower"]}', memory=memory)
    partly = decoded(f"{PLUG}/events/rpc", PARTIAL % b"12.4", memory=memory)
    well = decoded(f"{PLUG}/status/switch:0", b'{"id":0}', memory=memory)
    later = decoded(f"{PLUG}/status/switch:0", b'{"id":0}', memory=memory)

    assert tripped == readings(PLUG, [("switch_errors", "overpower", "")])
    assert partly == readings(PLUG, [("power", 8.9, "W")])
    assert well == readings(PLUG, [("switch_errors", "none", "")])
    assert later == []


def test_a_notification_tells_only_what_changed():
    assert decoded(f"{PLUG}/events/rpc", PARTIAL % b"1795399999.25") == readings(
        PLUG, [("power", 8.9, "W")], 1_795_399_999_250_000_000, True
    )


@pytest.mark.parametrize("ts", [b"12.4", b"1.9e9", b"null"])
def test_seconds_since_boot_and_clocks_that_lie_give_way_to_the_arrival(ts):
    assert decoded(f"{PLUG}/events/rpc", PARTIAL % ts) == readings(PLUG, [("power", 8.9, "W")])


def test_a_full_notification_tells_everything():
    frame = b'{"src":"x","method":"NotifyFullStatus","params":{"ts":2.1,"cloud":{},"switch:0":%s}}'

    assert [event.channel for event in decoded(f"{PLUG}/events/rpc", frame % SWITCH)] == [
        "relay",
        "power",
        "voltage",
        "current",
        "energy",
        "device_temperature",
    ]


def test_buttons():
    assert decoded("shellyplusi4-083af2008d84/events/rpc", PUSHED) == readings(
        "shellyplusi4-083af2008d84", [("input_event_2", "single_push", "")], 1_795_399_999_500_000_000, True
    )


def test_a_button_over_bluetooth():
    frame = (
        b'{"method":"NotifyEvent","params":{"ts":2.5,"events":[{"component":"bthomesensor:203","id":203,'
        b'"event":"long_push","ts":2.5}]}}'
    )

    assert decoded("shelly1g4-a085e3b8ab20/events/rpc", frame) == readings(
        "shelly1g4-a085e3b8ab20", [("bthomesensor_event_203", "long_push", "")]
    )


@pytest.mark.parametrize("topic", ["shellies/announce", "shellypro4pm-30c6f7850a64/announce"])
def test_an_announcement_tells_the_firmware(topic):
    announce = (
        b'{"id":"shellypro4pm-30c6f7850a64","mac":"30C6F7850A64","model":"SPSW-004PE16EU","gen":2,'
        b'"fw_id":"20230912-082358/1.0.3-g6176478","ver":"1.0.3","app":"Pro4PM"}'
    )

    assert decoded(topic, announce) == [Seen("shellypro4pm-30c6f7850a64", "shelly2", "1.0.3")]


def test_the_last_will():
    assert decoded(f"{PLUG}/online", b"true") == [Status(PLUG, online=True)]
    assert decoded(f"{PLUG}/online", b"false") == [Status(PLUG, online=False)]


def test_a_prefix_may_be_written_in_any_case():
    topic = "ShellyWallDisplay-AABBCCDDEEFF"

    assert decoded(f"{topic}/online", b"true") == [Status("shellywalldisplay-aabbccddeeff", online=True)]


@pytest.mark.parametrize("prefix", ["lab/bench/plug-3", "shellies/plug-3", "tele/plug-3"])
def test_a_prefix_of_the_owners_choice_is_learnt(prefix):
    memory = Memory()

    before = decoded("lab/bench/plug-3/online", b"true", memory=memory)
    told = decoded(f"{prefix}/status/input:0", b'{"id":0,"state":true}', memory=memory)
    after = decoded(f"{prefix}/online", b"true", memory=memory)

    assert before is None
    assert told == [*readings("plug-3", [("input", 1.0, "")]), Lesson()]
    assert after == [Status("plug-3", online=True)]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        (f"{PLUG}/rpc", b'{"id":1,"method":"Switch.Set"}'),
        (f"{PLUG}/command", b"status_update"),
        (f"{PLUG}/debug/log", b"shos_dns_sd.c"),
        (
            "someone/rpc",
            b'{"id":1,"src":"shellyplus1pm-a8032abe54dc","dst":"someone","result":{"was_on":false}}',
        ),
        (f"{PLUG}/status/cloud", b'{"connected":true}'),
    ],
)
def test_what_is_heard_in_silence(topic, payload):
    assert decoded(topic, payload) == []


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        (f"{PLUG}/status/switch:0", b"on"),
        (f"{PLUG}/status/switch:0", b'{"apower":"much"}'),
        (f"{PLUG}/status/switch:0", b'{"aenergy":{"total":true}}'),
        (f"{PLUG}/status/switch:0", b'{"apower":1e400}'),
        (f"{PLUG}/online", b"yes"),
        (f"{PLUG}/events/rpc", b'{"method":"NotifyStatus"}'),
        (f"{PLUG}/events/rpc", b'{"method":"NotifyEvent","params":{"events":[1]}}'),
    ],
)
def test_a_broken_message_is_bad(topic, payload):
    with pytest.raises(BadPayload):
        decoded(topic, payload)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("x/status/switch", b'{"output":true}'),
        ("x/status/wifi", b'{"rssi":-61}'),
        ("x/status/window:0", b"{}"),
        ("x/events/rpc", b'{"method":"Eat"}'),
        ("x/online", b"true"),
        ("online", b"true"),
        ("/status/switch:0", b"{}"),
    ],
)
def test_look_alikes_are_not_ours(topic, payload):
    assert decoded(topic, payload) is None
