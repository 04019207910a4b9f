"""OctoPrint-MQTT: what a printer tells, under its usual base topic and under another."""

import pytest

from firmware_bridge.profiles.base import Reading, Status
from firmware_bridge.wire.payload import BadPayload
from tests.firmware_bridge.profiles.decoding import AT, decoded

HEAT = b'{"_timestamp":1795399999,"actual":65.3,"target":210.0}'
THEN = 1_795_399_999 * 1_000_000_000


@pytest.mark.parametrize(
    ("topic", "device"),
    [
        ("octoPrint/temperature/tool0", "octoprint"),
        ("octoPrint/printer-1/temperature/tool0", "printer-1"),
        ("printer-1/octoPrint/temperature/tool0", "printer-1"),
        ("printer-1/temperature/tool0", "printer-1"),
        ("farm/Prusa_3/temperature/tool0", "prusa-3"),
    ],
)
def test_heaters_have_an_actual_and_a_wanted_temperature(topic, device):
    assert decoded(topic, HEAT) == [
        Reading(device, "tool0", 65.3, "°C", THEN, True),
        Reading(device, "tool0_target", 210.0, "°C", THEN, True),
    ]


def test_a_printer_without_a_target_has_none():
    assert decoded("octoPrint/temperature/bed", b'{"actual":21,"target":null}') == [
        Reading("octoprint", "bed", 21.0, "°C", AT.ns, False)
    ]


def test_an_old_timestamp_gives_way_to_the_arrival():
    payload = b'{"_timestamp":1517190629,"actual":65.3}'

    assert decoded("octoPrint/temperature/tool0", payload) == [
        Reading("octoprint", "tool0", 65.3, "°C", AT.ns, False)
    ]


def test_progress():
    payload = b'{"location":"local","path":"benchy.gcode","progress":23,"_timestamp":1795399999}'

    assert decoded("octoPrint/progress/printing", payload) == [
        Reading("octoprint", "progress", 23.0, "%", THEN, True)
    ]
    assert decoded("octoPrint/progress/slicing", payload) == []


@pytest.mark.parametrize(
    ("event", "state"),
    [
        ("PrintStarted", "printing"),
        ("PrintPaused", "paused"),
        ("PrintDone", "idle"),
        ("PrintFailed", "failed"),
    ],
)
def test_events_are_the_printers_state(event, state):
    payload = b'{"_event":"%s","_timestamp":1795399999,"name":"benchy.gcode"}' % event.encode()

    assert decoded(f"printer-1/event/{event}", payload) == [
        Reading("printer-1", "state", state, "", THEN, True)
    ]


PRINTING = (
    b'{"location":"local","path":"benchy.gcode","progress":42,"printer_data":{"state":{"text":"Printing"},'
    b'"progress":{"completion":42.1,"filepos":2827407,"printTime":4021,"printTimeLeft":5530}},"_timestamp":1795399999}'
)


def test_progress_may_come_with_what_the_printer_knows():
    assert decoded("octoPrint/progress/printing", PRINTING) == [
        Reading("octoprint", "progress", 42.0, "%", THEN, True),
        Reading("octoprint", "print_time", 4021.0, "s", THEN, True),
        Reading("octoprint", "print_time_left", 5530.0, "s", THEN, True),
    ]


@pytest.mark.parametrize(
    ("told", "state"),
    [("OPERATIONAL", "idle"), ("PRINTING", "printing"), ("PAUSED", "paused"), ("OFFLINE", "off")],
)
def test_a_change_of_state_is_told_by_its_id(told, state):
    payload = b'{"_event":"PrinterStateChanged","state_id":"%s","state_string":"Oups"}' % told.encode()

    assert decoded("octoPrint/event/PrinterStateChanged", payload) == [
        Reading("octoprint", "state", state, "", AT.ns, False)
    ]


def test_layers_and_the_length_of_a_print():
    layer = b'{"_event":"ZChange","new":0.4,"old":0.2,"_timestamp":1795399999}'
    done = (
        b'{"_event":"PrintDone","name":"benchy.gcode","origin":"local","time":3601.5,"_timestamp":1795399999}'
    )

    assert decoded("octoPrint/event/ZChange", layer) == [Reading("octoprint", "z", 0.4, "mm", THEN, True)]
    assert decoded("octoPrint/event/PrintDone", done) == [
        Reading("octoprint", "state", "idle", "", THEN, True),
        Reading("octoprint", "print_time", 3601.5, "s", THEN, True),
    ]


def test_the_plugins_own_examples():
    connected = b'{"baudrate": 250000, "_event": "Connected", "port": "VIRTUAL"}'

    assert decoded("octoprint/event/Connected", connected) == [
        Reading("octoprint", "state", "idle", "", AT.ns, False)
    ]
    assert (
        decoded("octoprint/event/ClientOpened", b'{"_event": "ClientOpened", "remoteAddress": "127.0.0.1"}')
        == []
    )


def test_other_events_are_heard_in_silence():
    assert decoded("octoPrint/event/FileAdded", b'{"_event":"FileAdded"}') == []
    assert decoded("octoPrint/hass/printing", b"anything") == []


def test_a_print_that_somebody_stopped_has_not_failed():
    payload = b'{"_event":"PrintFailed","name":"x.gcode","time":12.5,"reason":"cancelled"}'

    assert [event.value for event in decoded("octoPrint/event/PrintFailed", payload)] == ["idle", 12.5]


def test_the_last_will():
    assert decoded("octoPrint/mqtt", b"connected") == [Status("octoprint", online=True)]
    assert decoded("printer-1/mqtt", b"disconnected") == [Status("printer-1", online=False)]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("octoPrint/temperature/tool0", b"hot"),
        ("octoPrint/temperature/tool0", b'{"actual":"hot"}'),
        ("octoPrint/temperature/tool0", b'{"actual":1,"target":[1]}'),
        ("octoPrint/progress/printing", b'{"progress":"half"}'),
        ("octoPrint/mqtt", b"maybe"),
    ],
)
def test_a_broken_message_is_bad(topic, payload):
    with pytest.raises(BadPayload):
        decoded(topic, payload)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [("a/temperature/b", b"21"), ("a/mqtt", b"on"), ("mqtt", b"connected"), ("a/b/c", b"{}")],
)
def test_what_is_in_doubt_is_not_ours(topic, payload):
    assert decoded(topic, payload) is None
