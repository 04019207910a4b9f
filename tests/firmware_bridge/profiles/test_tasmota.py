"""Recorded Tasmota payloads and what they mean."""

import pytest

from firmware_bridge.profiles.base import Lesson, Reading, Seen, Status
from firmware_bridge.profiles.memory import Memory
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

SENSOR = (
    b'{"Time":"2018-02-15T17:37:10","ENERGY":{"Total":6.294,"Yesterday":5.340,"Today":0.954,"Power":2635,'
    b'"Factor":0.99,"Voltage":227,"Current":11.661}}'
)
MEANT = [
    ("power", 2635.0, "W"),
    ("energy", 6294.0, "Wh"),
    ("energy_today", 954.0, "Wh"),
    ("energy_yesterday", 5340.0, "Wh"),
    ("factor", 0.99, ""),
    ("voltage", 227.0, "V"),
    ("current", 11.661, "A"),
]


def readings(device, meant):
    return [Reading(device, key, value, unit, AT.ns, False) for key, value, unit in meant]


@pytest.mark.parametrize(
    "topic",
    [
        "tele/plug-7/SENSOR",
        "plug-7/tele/SENSOR",
        "tasmota/plug-7/tele/SENSOR",
        "home/tele/plug-7/SENSOR",
        "atelier/plug-7/SENSOR",
        "tele/Plug_7/SENSOR",
    ],
)
def test_kilowatt_hours_become_watt_hours_wherever_the_topic_hides(topic):
    assert decoded(topic, SENSOR) == readings("plug-7", MEANT)


def test_a_plug_of_several_phases_has_a_channel_each():
    payload = b'{"Time":"2026-01-01T00:00:00","ENERGY":{"Total":[1.5,2.25],"Power":[10,null],"Voltage":230}}'

    assert decoded("tele/em/SENSOR", payload) == readings(
        "em",
        [
            ("power_1", 10.0, "W"),
            ("energy_1", 1500.0, "Wh"),
            ("energy_2", 2250.0, "Wh"),
            ("voltage", 230.0, "V"),
        ],
    )


def test_a_sensor_that_tells_its_unit_leaves_no_doubt():
    payload = b'{"Time":"x","DS18B20":{"Temperature":20.5},"TempUnit":"C"}'

    assert decoded("atelier/th-1/SENSOR", payload) == readings("th-1", [("ds18b20_temperature", 20.5, "°C")])


def test_climate_is_told_in_celsius():
    payload = b'{"Time":"x","AM2301":{"Temperature":212.0,"Humidity":48.5},"TempUnit":"F"}'

    assert decoded("tele/room/SENSOR", payload) == readings(
        "room", [("am2301_temperature", 100.0, "°C"), ("am2301_humidity", 48.5, "%")]
    )


@pytest.mark.parametrize(
    ("topic", "payload", "meant"),
    [
        ("stat/plug-7/RESULT", b'{"POWER":"ON"}', [("relay", 1.0, "")]),
        ("stat/plug-7/RESULT", b'{"POWER2":"OFF"}', [("relay_2", 0.0, "")]),
        (
            "tele/plug-7/STATE",
            b'{"Time":"2026-01-01T00:00:00","POWER":"OFF","Wifi":{"RSSI":90,"Signal":-55}}',
            [("relay", 0.0, ""), ("rssi", -55.0, "dBm")],
        ),
        ("stat/plug-7/POWER", b"ON", [("relay", 1.0, "")]),
        ("stat/plug-7/POWER2", b"OFF", [("relay_2", 0.0, "")]),
        ("plug-7/stat/POWER", b"OFF", [("relay", 0.0, "")]),
        ("stat/plug-7/RESULT", b'{"Dimmer":50,"POWER1":"ON"}', [("dimmer", 50.0, "%"), ("relay_1", 1.0, "")]),
        ("stat/plug-7/RESULT", b'{"TelePeriod":300}', []),
        ("tele/plug-7/POWER_LOW", b"ON", []),
        ("tele/plug-7/UPTIME", b'{"Time":"2026-01-01T00:00:00","Uptime":"0T00:15:12"}', []),
        ("cmnd/plug-7/POWER", b"TOGGLE", []),
        ("cmnd/plug-7/Power", b"", []),
    ],
)
def test_relays(topic, payload, meant):
    assert decoded(topic, payload) == readings("plug-7", meant)


def test_the_last_will():
    assert decoded("tele/plug-7/LWT", b"Online") == [Status("plug-7", online=True)]
    assert decoded("tele/plug-7/LWT", b"Offline") == [Status("plug-7", online=False)]


def test_the_firmware():
    assert decoded("tele/plug-7/INFO1", b'{"Info1":{"Module":"Nous A1T","Version":"14.2.0(tasmota)"}}') == [
        Seen("plug-7", "tasmota", "14.2.0(tasmota)")
    ]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("tele/plug-7/SENSOR", b"oops"),
        ("tele/plug-7/SENSOR", b'{"ENERGY":{"Power":"many"}}'),
        ("tele/plug-7/SENSOR", b'{"ENERGY":{"Power":true}}'),
        ("tele/plug-7/SENSOR", b'{"ENERGY":{"Total":1e306}}'),
        ("tele/plug-7/LWT", b"Perhaps"),
        ("stat/plug-7/POWER", b"MAYBE"),
        ("stat/plug-7/STATUS10", b"whatever"),
        ("tele/plug-7/SENSOR", b'{"ENERGY":{"Power":[' + b"1," * 20 + b"1]}}"),
    ],
)
def test_a_broken_message_is_bad(topic, payload):
    with pytest.raises(BadPayload):
        decoded(topic, payload)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("a/b/SENSOR", b'{"x":1}'),
        ("a/SENSOR", b"1"),
        ("SENSOR", SENSOR),
        ("a/LWT", b"on"),
    ],
)
def test_what_is_in_doubt_is_not_ours(topic, payload):
    assert decoded(topic, payload) is None


# tasmota.github.io: "Status 8" of a Pow R2, "Status 10" of a Sonoff TH, a SENSOR message of several sensors.
STATUS8 = (
    b'{"StatusSNS":{"Time":"2018-02-15T17:37:10","ENERGY":{"TotalStartTime":"2018-01-01T00:00:00","Total":3.185,'
    b'"Yesterday":3.058,"Today":0.127,"Power":0,"ApparentPower":0,"ReactivePower":0,"Factor":0.00,"Voltage":0,'
    b'"Current":0.000}}}'
)
STATUS10 = b'{"StatusSNS":{"Time":"2017-02-16T10:13:52","DS18B20":{"Temperature":20.6},"TempUnit":"C"}}'
STATUS11 = (
    b'{"StatusSTS":{"Time":"2019-11-03T19:34:28","Uptime":"0T00:15:12","Heap":26,"SleepMode":"Dynamic","Vcc":3.504,'
    b'"POWER1":"OFF","POWER2":"ON","Wifi":{"AP":1,"SSId":"x","BSSId":"A0:AB:1B:7D:42:AC","RSSI":68,"Signal":-66}}}'
)
SEVERAL = (
    b'{"Time":"2020-03-24T20:17:05","Switch1":"ON","DS18B20-1":{"Id":"01131B123456","Temperature":68.0},'
    b'"DS18B20-2":{"Id":"01131B654321","Temperature":50.0},"BME280":{"Temperature":70.7,"Humidity":44.1,'
    b'"DewPoint":47.3,"Pressure":29.92},"ESP32":{"Temperature":null},"PressureUnit":"inHg","TempUnit":"F"}'
)


def test_answers_to_status_8():
    told = {event.channel: event.value for event in decoded("stat/pow/STATUS8", STATUS8)}

    assert (told["energy"], told["energy_today"], told["power"]) == (3185.0, 127.0, 0.0)


def test_answers_to_status_10_and_11():
    assert decoded("stat/th/STATUS10", STATUS10) == readings("th", [("ds18b20_temperature", 20.6, "°C")])
    assert decoded("stat/th/STATUS11", STATUS11) == readings(
        "th", [("vcc", 3.504, "V"), ("relay_1", 0.0, ""), ("relay_2", 1.0, ""), ("rssi", -66.0, "dBm")]
    )


def test_several_sensors_in_foreign_units():
    assert decoded("tele/room/SENSOR", SEVERAL) == readings(
        "room",
        [
            ("switch1", 1.0, ""),
            ("ds18b20_1_temperature", 20.0, "°C"),
            ("ds18b20_2_temperature", 10.0, "°C"),
            ("bme280_temperature", 21.5, "°C"),
            ("bme280_humidity", 44.1, "%"),
            ("bme280_dewpoint", 8.5, "°C"),
            ("bme280_pressure", 1013.20748917, "hPa"),
        ],
    )


def test_what_a_zigbee_bridge_heard():
    payload = (
        b'{"ZbReceived":{"0x099F":{"Device":"0x099F","Name":"Cellar","Temperature":26.33,"LinkQuality":99}}}'
    )

    assert decoded("tele/bridge/SENSOR", payload) == readings(
        "bridge",
        [("zbreceived_0x099f_temperature", 26.33, "°C"), ("zbreceived_0x099f_linkquality", 99.0, "")],
    )


def test_two_devices_with_one_topic_under_different_prefixes_are_two():
    memory = Memory()

    first = decoded("tele/plug/LWT", b"Online", memory=memory)
    second = decoded("home/cellar/plug/tele/LWT", b"Online", memory=memory)
    third = decoded("stat/plug/POWER", b"ON", memory=memory)

    assert [event.device for event in (*first, *second, *third)] == ["plug", "home-cellar-plug", "plug"]


# github.com/arendst/Tasmota, "tasmota/discovery", of a device whose owner changed prefixes and FullTopic.
CONFIG = (
    b'{"ip":"192.168.1.9","dn":"Plug","fn":["Plug",null],"hn":"tasmota-1234","mac":"AABBCC001234",'
    b'"md":"Sonoff S31","ty":0,"ofln":"Offline","onln":"Online",'
    b'"state":["OFF","ON","TOGGLE","HOLD"],"sw":"14.2.0",'
    b'"t":"tasmota_001234","ft":"%s","tp":["%s"],"rl":[1,0,0,0],"ver":1}'
)


def test_an_announcement_tells_the_firmware():
    config = CONFIG % (b"%prefix%/%topic%/", b'cmnd","stat","tele')

    assert decoded("tasmota/discovery/AABBCC001234/config", config) == [
        Seen("tasmota-001234", "tasmota", "14.2.0")
    ]
    assert decoded("tasmota/discovery/AABBCC001234/sensors", b'{"sn":{"Time":"x"},"ver":1}') == []


def test_an_announcement_tells_topics_that_nobody_could_guess():
    memory = Memory()
    config = CONFIG % (b"lab/%topic%/%prefix%/", b'do","says","measures')

    assert decoded("lab/tasmota_001234/measures/STATE", b'{"POWER":"ON"}', memory=memory) is None
    assert decoded("tasmota/discovery/AABBCC001234/config", config, memory=memory) == [
        Seen("tasmota-001234", "tasmota", "14.2.0"),
        Lesson(),
    ]
    assert decoded("lab/tasmota_001234/measures/STATE", b'{"POWER":"ON"}', memory=memory) == readings(
        "tasmota-001234", [("relay", 1.0, "")]
    )
    assert decoded("lab/tasmota_001234/says/POWER", b"OFF", memory=memory) == readings(
        "tasmota-001234", [("relay", 0.0, "")]
    )


def test_a_signal_beyond_every_number_is_refused():
    with pytest.raises(BadPayload, match="Signal is out of range"):
        decoded("tele/plug-1/STATE", b'{"Wifi":{"Signal":%s}}' % (b"9" * 400))


# Payloads of the vendor's pages and of users' consoles, beyond plugs: shutters, buttons, particles, cards.
MORE = [
    ("stat/p/POWER", b'{"POWER":"ON"}', [("relay", 1.0, "")]),  # SetOption4
    ("stat/p/DIMMER", b'{"Dimmer":40}', [("dimmer", 40.0, "%")]),
    ("tele/p/STATE", b'{"Dimmer1":40,"Dimmer2":7}', [("dimmer1", 40.0, "%"), ("dimmer2", 7.0, "%")]),
    ("stat/p/SHUTTER1", b"50", [("shutter1_position", 50.0, "%")]),
    (
        "stat/p/RESULT",
        b'{"Shutter1":{"Position":50,"Direction":1,"Target":100}}',
        [("shutter1_position", 50.0, "%"), ("shutter1_direction", 1.0, ""), ("shutter1_target", 100.0, "%")],
    ),
    (
        "tele/p/RESULT",
        b'{"SHUTTER-1":{"position":0, "direction":0}}',
        [("shutter_1_position", 0.0, "%"), ("shutter_1_direction", 0.0, "")],
    ),
    ("stat/p/RESULT", b'{"Switch1":{"Action":"ON"}}', [("switch1", 1.0, "")]),
    ("stat/p/RESULT", b'{"Button1":{"Action":"SINGLE"}}', [("button1", "SINGLE", "")]),
    (
        "tele/p/SENSOR",
        b'{"Time":"x","PMS5003":{"CF1":5,"PM2.5":9,"PB0.3":1275}}',
        [("pms5003_cf1", 5.0, "µg/m³"), ("pms5003_pm2_5", 9.0, "µg/m³"), ("pms5003_pb0_3", 1275.0, "")],
    ),
    (
        "tele/p/SENSOR",
        b'{"Time":"x","ATC8c6f0b":{"mac":"a4c1388c6f0b","Temperature":72.5,"Battery":84,"RSSI":-70},"TempUnit":"F"}',
        [
            ("atc8c6f0b_temperature", 22.5, "°C"),
            ("atc8c6f0b_battery", 84.0, "%"),
            ("atc8c6f0b_rssi", -70.0, "dBm"),
        ],
    ),
    (
        "tele/p/SENSOR",
        b'{"Time":"x","ANALOG":{"Temperature1":50.0},"TempUnit":"F"}',
        [("analog_temperature1", 10.0, "°C")],
    ),
    (
        "tele/p/SENSOR",
        b'{"Time":"x","ZbReceived":{"0x3D5F":{"Power":1,"ActivePower":12,"BatteryPercentage":94}}}',
        [
            ("zbreceived_0x3d5f_power", 1.0, ""),
            ("zbreceived_0x3d5f_activepower", 12.0, "W"),
            ("zbreceived_0x3d5f_batterypercentage", 94.0, "%"),
        ],
    ),
    ("tele/p/SENSOR", b'{"Time":"x","Wiegand":{"UID":4302741608,"Size":34}}', [("wiegand_size", 34.0, "")]),
    ("tele/p/SENSOR", b'{"Time":"x","AnalogInput0":3}', [("analoginput0", 3.0, "")]),
    ("tele/p/SENSOR", b'{"Time":"x","Temperature":20.5}', [("temperature", 20.5, "°C")]),
    (
        "tele/p/SENSOR",
        b'{"Time":"x","SML":{"Total_in":3094.5,"Total_out":0.25,"Power_curr":114.87,"Volt_L1":231.0,"Nr":"1ESY"}}',
        [
            ("sml_total_in", 3_094_500.0, "Wh"),
            ("sml_total_out", 250.0, "Wh"),
            ("sml_power_curr", 114.87, "W"),
            ("sml_volt_l1", 231.0, ""),
        ],
    ),
    (
        "tele/p/ENERGY",
        b'{"Time":"2017-09-20T11:53:03","Total":6.522,"Today":0.073,"Power":12.1}',
        [("power", 12.1, "W"), ("energy", 6522.0, "Wh"), ("energy_today", 73.0, "Wh")],
    ),
]


@pytest.mark.parametrize(("topic", "payload", "meant"), MORE)
def test_what_is_no_plug(topic, payload, meant):
    assert decoded(topic, payload) == readings("p", meant)


@pytest.mark.parametrize(
    "told", [b'"Time":1795399990', b'"Time":1795399990.0', b'"Time":"2026-11-23T03:13:10","Epoch":1795399990']
)
def test_a_clock_that_counts_seconds_is_judged_as_such(told):
    payload = b'{%s,"DS18B20":{"Temperature":20.5}}' % told

    assert decoded("tele/th/SENSOR", payload) == [
        Reading("th", "ds18b20_temperature", 20.5, "°C", 1_795_399_990_000_000_000, True)
    ]


def test_phases_of_a_meter_that_knows_no_voltage():
    payload = b'{"Time":"x","ENERGY":{"Total":5321.567,"Power":[490,20,0],"Current":[2.130,0.1,0.000]}}'

    told = {event.channel: event.value for event in decoded("tele/linky/SENSOR", payload)}

    assert (told["power"], told["energy"], told["current_1"]) == (510.0, 5_321_567.0, 2.13)


def test_phases_with_a_voltage_each_are_one_meter():
    payload = (
        b'{"Time":"x","ENERGY":{"Total":[1.5,2,3],"Power":[100.1,200.2,300.3],"Voltage":[230,231,232]},'
        b'"BL0940":{"Temperature":45.1}}'
    )

    told = {event.channel: event.value for event in decoded("tele/em/SENSOR", payload)}

    assert (told["power"], told["energy"], told["power_3"]) == (600.6, 6500.0, 300.3)
