"""The newest values and their snapshots."""

from firmware_bridge.profiles.base import Reading, Seen, Status
from firmware_bridge.telemetry.known import Known
from firmware_bridge.telemetry.newest import SECOND, Newest

NOW = 1_795_400_000.0


def reading(value, seconds=0.0, *, channel="power", unit=""):
    return Reading("plug-1", channel, value, unit, round((NOW + seconds) * SECOND), True)


def heard(*readings, now=NOW):
    newest = Newest()
    newest.admit("plug-1", (), "native")
    for each in readings:
        newest.hear([each], now)
    return newest


def snapshot(newest, now=NOW):
    return dict(newest.due(now))["plug-1"]


def test_a_snapshot_is_the_whole_state():
    newest = heard(reading(132.5, unit="W"), reading("busy", channel="state"))

    assert snapshot(newest) == {
        "device": "plug-1",
        "label": "",
        "profile": "native",
        "claimed": False,
        "resource": None,
        "zone": None,
        "status": "online",
        "status_at": NOW,
        "freshness": "fresh",
        "freshness_reason": "on_time",
        "channels": {
            "power": {"value": 132.5, "unit": "W", "at": NOW},
            "state": {"value": "busy", "unit": "", "at": NOW},
        },
        "at": NOW,
    }


def test_what_comes_late_does_not_replace_what_is_newer():
    newest = heard(reading(2.0, 2), reading(1.0, 1))

    assert snapshot(newest)["channels"]["power"] == {"value": 2.0, "unit": "", "at": NOW + 2}


def test_a_device_is_shown_five_times_a_second_at_most():
    newest, shown = heard(), 0
    for tick in range(100):
        newest.hear([reading(float(tick), tick / 100)], NOW)
        shown += len(list(newest.due(NOW + tick / 100)))

    assert shown == 5


def test_what_did_not_change_is_not_shown_again():
    newest = heard(reading(1.0))

    assert len(list(newest.due(NOW))) == 1
    assert list(newest.due(NOW + 60)) == []


def test_time_alone_makes_a_value_late_silent_and_shown():
    newest = heard(reading(1.0))
    words = []
    for minute in range(8):
        newest.age(NOW + 60 * minute)
        words += [shown["freshness"] for _, shown in newest.due(NOW + 60 * minute)]

    assert words == ["fresh", "late", "silent"]


def test_a_last_will_is_offline():
    newest = heard(reading(1.0))
    newest.turn(Status("plug-1", online=False), NOW + 5)

    shown = snapshot(newest)
    assert (shown["status"], shown["status_at"], shown["freshness"]) == ("offline", NOW + 5, "offline")


def test_a_device_that_never_spoke_is_unknown():
    newest = Newest()
    newest.meet({"plug-1": Known("tasmota", label="Prise", claimed=True, resource="laser-1")})

    shown = snapshot(newest)
    assert (shown["status"], shown["label"], shown["claimed"], shown["resource"], shown["profile"]) == (
        "unknown",
        "Prise",
        True,
        "laser-1",
        "tasmota",
    )


def test_a_change_in_the_device_table_is_shown():
    newest = heard(reading(1.0))
    newest.meet({"plug-1": Known("native")})
    list(newest.due(NOW))

    newest.meet({"plug-1": Known("native")})
    assert list(newest.due(NOW + 1)) == []
    newest.meet({"plug-1": Known("native", claimed=True)})
    assert snapshot(newest, NOW + 2)["claimed"] is True


def test_a_new_channel_is_to_be_told_and_an_old_one_is_not():
    newest = heard(reading(1.0))
    state = newest.states["plug-1"]
    state.untold = False

    newest.hear([reading(2.0)], NOW)
    assert not state.untold
    newest.hear([reading(2.0, channel="voltage", unit="V")], NOW)
    assert (state.untold, state.units) == (True, {"power": "", "voltage": "V"})


def test_hello_names_profile_firmware_and_units():
    newest = heard(reading(1.0))
    newest.describe(Seen("plug-1", "meter", "1.4.0", (("power", "W"), ("energy", "Wh"))))

    state = newest.states["plug-1"]
    assert (state.profile, state.firmware, state.units) == ("meter", "1.4.0", {"power": "W", "energy": "Wh"})


def test_the_stored_values_are_there_after_a_restart():
    newest = Newest()
    newest.remember([("plug-1", "power", "W", 5.0, round((NOW - 300) * SECOND))])

    shown = snapshot(newest)
    assert shown["channels"] == {"power": {"value": 5.0, "unit": "W", "at": NOW - 300}}
    assert shown["status"] == "unknown"


def test_what_was_stored_and_never_got_into_the_table_is_told_after_a_restart():
    newest = Newest()
    for name, key in (("lost", "power"), ("half", "power"), ("half", "energy"), ("whole", "power")):
        newest.remember([(name, key, "W", 5.0, round(NOW * SECOND))])
    newest.meet({"half": Known("tasmota"), "whole": Known("native")})

    newest.compare({"half": {"power"}, "whole": {"power", ""}}, family=lambda name: f"family of {name}")

    told = {state.name: state.profile for state in newest.states.values() if state.untold}
    assert told == {"lost": "family of lost", "half": "tasmota"}


def test_newcomers_come_at_a_rate_and_known_devices_always():
    newest = Newest(burst=1, rate=0)
    newest.meet({"known": Known("native")})

    assert newest.admit("first", (), "native") == ""
    assert newest.admit("second", (), "native") == "too many new devices"
    assert newest.admit("known", (), "native") == ""
    assert newest.admit("first", (), "native") == ""


def test_a_device_that_was_deleted_is_told_again():
    newest = heard(reading(1.0))
    newest.meet({"plug-1": Known("native")})
    newest.states["plug-1"].untold = False
    newest.meet({})

    assert newest.states["plug-1"].untold


def test_a_device_gets_no_more_channels_than_fit_though_all_come_in_one_batch():
    newest = Newest()

    answers = [newest.admit("plug-1", [f"channel-{number}"], "native") for number in range(257)]

    assert answers == [""] * 256 + ["a device has at most 256 channels"]
    assert newest.admit("plug-1", ["channel-0", "channel-255"], "native") == ""


def test_a_reader_that_tells_only_reads_is_there():
    newest = heard()

    newest.hear_of("plug-1", round(NOW * SECOND), NOW)

    shown = snapshot(newest)
    assert (shown["status"], shown["freshness"], shown["channels"]) == ("online", "fresh", {})


def test_what_is_older_than_what_its_channel_told_last_comes_late():
    newest = Newest()
    newest.admit("plug-1", ["power", "state"], "native")
    newest.hear([Reading("plug-1", "power", 10.0, "W", 50, True)], 1.0)
    told = [
        Reading("plug-1", channel, value, "", at, True)
        for channel, value, at in (
            ("power", 1.0, 49),
            ("power", 2.0, 50),
            ("power", 3.0, 60),
            ("state", "on", 1),
        )
    ]

    assert newest.in_time(told) == told[1:]
    assert newest.in_time([Reading("plug-2", "power", 1.0, "W", 1, True)]) != []
