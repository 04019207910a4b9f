"""GRBL and Marlin, asked now and then: what they do becomes readings, and silence is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.serial.driving import Done, Heard, Turned, Values
from firmware_bridge.serial.machines import BETWEEN_REPEATS, Grbl, Marlin
from firmware_bridge.wire.cards import Garbage
from firmware_bridge.wire.orders import Order
from tests.firmware_bridge.streams import NOISE, SIZES, kept

IDLE = b"<Idle|MPos:0.000,0.000,0.000|FS:0.0,0>\r\n"
UP = Heard("cnc", Turned(online=True))


def opened(make, **options):
    machine = make("cnc", **({"poll": 1.0} | options))
    machine.opened(0.0)
    return machine


def values(machine, text, now=0.0):
    """The newest values after these lines."""
    found = [each.what.values for each in machine.feed(text.encode(), now) if isinstance(each.what, Values)]
    return found[-1] if found else None


def asked(machine, seconds, step=0.05):
    """Everything that it asks in so many seconds."""
    said = b""
    for n in range(round(seconds / step)):
        machine.tick(n * step)
        said += machine.outgoing()
    return said


@pytest.mark.parametrize(("poll", "times"), [(0.2, 25), (1.0, 5), (5.0, 1)])
def test_grbl_is_asked_as_often_as_wanted_and_never_more_than_five_times_a_second(poll, times):
    assert asked(opened(Grbl, poll=poll), 5.0).count(b"?") in range(times - 2, times + 2)


def test_the_first_answer_says_that_grbl_is_there_and_what_it_does():
    heard = opened(Grbl).feed(IDLE, 0.1)

    assert heard == [
        UP,
        Heard(
            "cnc",
            Values({"state": "idle", "controller": "Idle", "x": 0, "y": 0, "z": 0, "feed": 0, "speed": 0}),
        ),
    ]


def test_what_does_not_change_is_told_again_only_now_and_then():
    machine = opened(Grbl)

    told = [
        n for n in range(100) if any(isinstance(e.what, Values) for e in machine.feed(IDLE, n * 0.5 + 0.1))
    ]

    assert told == list(range(0, 100, round(BETWEEN_REPEATS / 0.5)))


def test_a_position_of_the_work_needs_its_offset():
    machine = opened(Grbl)

    assert "x" not in values(machine, "<Run|WPos:1,2,3|FS:500,8000>\n")
    assert values(machine, "<Run|WPos:1,2,3|WCO:10,0,-1>\n")["z"] == 2
    assert values(machine, "<Run|WPos:1.5,2,3>\n")["x"] == 11.5


def test_the_greeting_names_the_firmware():
    heard = opened(Grbl).feed(b"\r\nGrbl 1.1h ['$' for help]\r\n" + IDLE, 0.1)

    assert heard[0] == Heard("cnc", Turned(online=True, firmware="1.1h"))


def test_a_machine_that_falls_silent_is_gone_and_comes_back():
    machine = opened(Grbl)
    machine.feed(IDLE, 0.1)

    gone = [each for n in range(200) for each in machine.tick(n * 0.1)]
    back = machine.feed(IDLE, 30.0)

    assert gone == [Heard("cnc", Turned(online=False, why="the machine does not answer"))]
    assert back[0] == UP


def test_a_broken_report_is_garbage_and_the_next_one_counts():
    machine = opened(Grbl)

    heard = machine.feed(b"<Run|MPos:0,0\xff>\n<Melting>\n" + b"x" * 300 + b"\n" + IDLE, 0.1)

    assert [each.what.reason for each in heard if isinstance(each.what, Garbage)] == [
        "not text",
        "a state that GRBL does not have",
        "a line of more than 256 bytes",
    ]
    assert isinstance(heard[-1].what, Values)


def test_a_machine_obeys_nobody():
    assert opened(Grbl).obey("cnc", Order("c-1", "relay", on=True), 0.0) == [
        Heard("cnc", Done("c-1", ok=False, state="unsupported"))
    ]


def test_marlin_is_asked_one_thing_at_a_time():
    machine = opened(Marlin)
    assert asked(machine, 4.0) == b"M27\n"  # no answer yet, so no second question

    machine.feed(b"ok\n", 4.0)
    machine.tick(4.1)
    assert machine.outgoing() == b"M105\n"


def test_marlin_is_asked_again_when_it_lost_a_question():
    assert asked(opened(Marlin), 12.0).count(b"\n") == 3


HEAT = "ok T:{} /{} B:65.0 /0.0 @:0 B@:0\n"


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        (HEAT.format("21.0", "0.0"), "idle"),
        (HEAT.format("180.0", "0.0"), "hot"),
        (HEAT.format("49.9", "0.0"), "idle"),
        (HEAT.format("21.0", "210.0"), "busy"),
        (HEAT.format("209.5", "210.0") + "SD printing byte 2827407/4963577\n", "printing"),
        ("SD printing byte 1/2\nNot SD printing\n", "idle"),
        ("SD printing byte 1/2\necho:busy: paused for user\n", "paused"),
        ("echo:busy: processing\n", "busy"),
        (HEAT.format("209.5", "210.0") + "Error:Printer halted. kill() called!\n", "failed"),
        ("Error:Printer halted. kill() called!\nstart\n" + HEAT.format("21.0", "0.0"), "idle"),
    ],
)  # fmt: skip
def test_the_state_of_a_printer(lines, state):
    assert values(opened(Marlin), lines)["state"] == state


def test_a_printer_tells_its_heaters_and_its_progress():
    told = values(
        opened(Marlin), "ok T:209.5 /210.0 B:65.0 /65.0 B@:127 @:127\nSD printing byte 2827407/4963577\n"
    )

    assert told == {
        "state": "printing", "tool0": 209.5, "tool0_target": 210, "bed": 65, "bed_target": 65,
        "progress": 57.0,
    }  # fmt: skip


def test_a_keep_alive_holds_for_a_moment_only():
    machine = opened(Marlin)
    machine.feed(b"echo:busy: processing\n", 0.0)

    assert values(machine, HEAT.format("21.0", "0.0"), now=4.0)["state"] == "busy"
    assert values(machine, HEAT.format("21.5", "0.0"), now=6.0)["state"] == "idle"


def test_a_printer_without_a_card_answers_all_the_same():
    assert opened(Marlin).feed(b"ok\n", 0.1) == [UP]


@given(pieces=NOISE, size=st.sampled_from(SIZES), make=st.sampled_from([Grbl, Marlin]))
def test_anything_is_borne(pieces, size, make):
    machine, stream = opened(make), b"".join(pieces)
    for at in range(0, len(stream), size):
        machine.feed(stream[at : at + size], at / 100)
        machine.tick(at / 100)
        machine.outgoing()

    assert kept(machine) <= 1_000
