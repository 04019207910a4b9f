"""`python -m firmware_bridge --serial` on a real broker and a pseudo-terminal: a native device for others."""

import json
import signal
import sqlite3
import time
from contextlib import contextmanager, suppress

import pytest

from devices.broker.accounts import Account
from devices.broker.acl import render
from firmware_bridge.serial.signs import plain
from tests.firmware_bridge.bridges import PATIENCE
from tests.firmware_bridge.conftest import lab_on
from tests.firmware_bridge.osdp_readers import KEY, Reader, plugged
from tests.firmware_bridge.ports import Plug, answering, rdm6300
from tests.processes import eventually
from tests.servers import mosquitto_server

UPTIME = {"key": "uptime", "unit": "s"}
UID = "04A1B2C3D4"
ALL = "fablab/v1/door-1/#"
SAID = tuple(f"fablab/v1/door-1/{what}" for what in ("hello", "status", "tap", "readings", "ack"))


def frame(uid=UID):
    return rdm6300(uid)


@pytest.fixture
def plug(tmp_path):
    made = Plug(tmp_path / "tty")
    yield made
    made.pull()


@contextmanager
def gateway(lab, plug, what, **environ):
    lab.environ |= environ
    with lab.bridge("--serial", str(plug.path), "--as", what, ready=False) as process:
        eventually(lambda: "connected to" in process.text and "is open" in process.text, PATIENCE)
        yield process


def heard(client, what, seconds=PATIENCE):
    """The next message of this kind, a beat aside; `online` and `offline` are told as they are."""
    deadline = time.monotonic() + seconds
    while True:
        topic, payload, _ = client.heard.get(timeout=max(deadline - time.monotonic(), 0.01))
        if topic.endswith(f"/{what}") and b'"uptime":' not in payload:
            return payload.decode() if what == "status" else json.loads(payload)


def kept(lab, most):
    """So many dead letters, as soon as they are there."""

    def look():
        with suppress(sqlite3.OperationalError):  # the store is being made
            return len(lab.letters()) >= most and lab.letters()

    return eventually(look, PATIENCE)


def command(client, **facts):
    client.say("fablab/v1/door-1/command", {"id": "c-1", "expires": time.time() + 10} | facts)


def test_a_card_is_a_native_tap_and_its_reader_a_native_device(quick_lab, plug):
    with quick_lab.client(*SAID) as client, gateway(quick_lab, plug, "rdm6300:door-1"):
        assert heard(client, "hello") == {"profile": "rdm6300-reader", "firmware": "", "channels": [UPTIME]}
        plug.say(frame() * 5)
        tap = heard(client, "tap")

        assert (tap["uid"], abs(tap["at"] - time.time()) < 5) == (UID, True)
        plug.say(frame() * 5)
        assert client.silence()
        plug.say(frame("0102030405"))
        other = heard(client, "tap")
        assert (other["uid"], other["nonce"] != tap["nonce"]) == ("0102030405", True)


def test_the_doors_answer_it_like_any_reader(quick_lab, plug):
    with (
        quick_lab.bridge("doors"),
        quick_lab.client("fablab/v1/door-1/command", *SAID) as client,
        gateway(quick_lab, plug, "rdm6300:door-1"),
    ):
        plug.say(frame())
        tap, answer = heard(client, "tap"), heard(client, "command")

        assert (answer["do"], answer["nonce"], answer["reason"]) == ("refuse", tap["nonce"], "unknown_badge")
        assert heard(client, "ack") == {"id": answer["id"], "ok": True, "state": "refused"}


def test_it_says_when_it_comes_goes_and_dies(quick_lab, plug):
    with quick_lab.client(SAID[1]) as client:
        with gateway(quick_lab, plug, "rdm6300:door-1") as process:
            eventually(lambda: heard(client, "status") == "online")
            plug.pull()
            assert heard(client, "status") == "offline"
            plug.insert()
            assert heard(client, "status") == "online"
            process.send(signal.SIGTERM)
            assert heard(client, "status") == "offline"
            assert process.end() == 0
        with gateway(quick_lab, plug, "rdm6300:door-1") as process:
            eventually(lambda: heard(client, "status") == "online")
            process.send(signal.SIGKILL)
            assert heard(client, "status") == "offline"


def test_a_reader_that_is_plugged_in_again_works_within_five_seconds(quick_lab, plug):
    with quick_lab.client(SAID[2]) as client, gateway(quick_lab, plug, "rdm6300:door-1"):
        plug.say(frame()[:6])
        plug.pull()
        time.sleep(3)
        plug.insert()
        began = time.monotonic()
        while client.heard.empty():
            plug.say(frame())
            time.sleep(0.05)

        assert client.next()["uid"] == UID
        assert time.monotonic() - began < 5


def test_garbage_is_a_dead_letter_without_a_uid_and_never_a_tap(quick_lab, plug):
    with quick_lab.client("fablab/v1/door-1/tap") as client, gateway(quick_lab, plug, "rdm6300:door-1"):
        plug.say(b"\x0210026F444426\x03" + b"\x02" + b"9" * 300 + b"\xff\x00" * 50 + b"\x0262E308\x03")
        letters = kept(quick_lab, 3)

        assert {topic for topic, _, _ in letters} == {"serial/door-1"}
        assert {reason for _, _, reason in letters} >= {
            "the sum is wrong",
            "a frame without an end",
            "not 8 or 10 characters of hex and their sum",
        }
        assert b"26F4" not in b"".join(payload for _, payload, _ in letters)
        plug.say(frame())
        assert client.next()["uid"] == UID
        assert client.silence()


def test_a_flood_is_bounded_and_over_soon(quick_lab, plug):
    with quick_lab.client("fablab/v1/door-1/tap") as client, gateway(quick_lab, plug, "rdm6300:door-1"):
        for number in range(60):
            plug.say(b"".join(frame(f"{number * 50 + one:010X}") for one in range(50)))
            time.sleep(0.01)
        time.sleep(1)
        assert client.heard.qsize() < 30
        eventually(lambda: client.silence(1.5))
        plug.say(frame())

        assert client.next()["uid"] == UID


@pytest.mark.parametrize(
    ("line", "uid"), [(b"00101101000000001010001000\r\n", "005A0144"), (b"0005898564\r\n", "005A0144")]
)
def test_a_wiegand_adapter_taps(quick_lab, plug, line, uid):
    with (
        quick_lab.client("fablab/v1/door-1/tap") as client,
        gateway(quick_lab, plug, "wiegand:door-1?hold=0.5"),
    ):
        plug.say(line)

        assert client.next()["uid"] == uid


def test_grbl_tells_what_it_does_and_when_it_falls_silent(quick_lab, plug):
    state = ["<Idle|MPos:0.000,0.000,0.000|FS:0.0,0>"]

    def grbl(said):
        return b"".join(f"{state[0]}\r\n".encode() for _ in range(said.count(b"?")) if state[0])

    with (
        answering(plug, grbl),
        quick_lab.client(*SAID) as client,
        gateway(quick_lab, plug, "grbl:door-1?poll=0.2"),
    ):
        assert heard(client, "hello")["profile"] == "grbl"
        assert heard(client, "readings")["state"] == "idle"
        state[0] = "<Run|MPos:1.000,2.000,0.000|FS:500,8000>"
        running = heard(client, "readings")
        assert [running[key] for key in ("state", "controller", "x", "speed")] == ["busy", "Run", 1, 8000]
        state[0] = ""
        assert heard(client, "status") == "offline"
        state[0] = "<Hold:0|MPos:1.000,2.000,0.000|FS:0,0>"
        assert heard(client, "status") == "online"
        assert heard(client, "readings")["state"] == "paused"


def test_marlin_tells_its_heat_and_its_print(quick_lab, plug):
    def marlin(said):
        answers = {b"M105": b"ok T:209.5 /210.0 B:65.0 /65.0 B@:127 @:127\n",
                   b"M27": b"SD printing byte 2827407/4963577\nok\n"}  # fmt: skip
        return b"".join(answers.get(line, b"") for line in said.split(b"\n"))

    with (
        answering(plug, marlin),
        quick_lab.client(*SAID) as client,
        gateway(quick_lab, plug, "marlin:door-1?poll=1"),
    ):
        eventually(
            lambda: (
                heard(client, "readings").items()
                >= {"state": "printing", "progress": 57.0, "tool0": 209.5}.items()
            )
        )


@pytest.fixture
def reader():
    return Reader()


@contextmanager
def osdp(lab, plug, reader, what="osdp:door-1?address=1&baud=115200", **environ):
    environ = environ or {"OSDP_KEY": KEY.hex()}
    with (
        plugged(plug, reader),
        lab.client("fablab/v1/door-1/command", *SAID) as client,
        gateway(lab, plug, what, **environ) as process,
    ):
        yield client, process


def test_an_osdp_reader_taps_and_its_answer_is_seen_heard_and_read(quick_lab, plug, reader):
    with osdp(quick_lab, plug, reader) as (client, _), quick_lab.bridge("doors"):
        assert heard(client, "hello")["profile"] == "osdp-reader"
        reader.present("1" * 40)
        assert heard(client, "tap")["uid"] == "FF" * 5
        answer, ack = heard(client, "command"), heard(client, "ack")

        assert (answer["reason"], ack) == (
            "unknown_badge",
            {"id": answer["id"], "ok": True, "state": "refused"},
        )
        seen = eventually(lambda: len(reader.obeyed) == 3 and reader.obeyed)
        assert [each["on_color"] for each in seen if "on_color" in each] == [1]
        assert [each["rep_count"] for each in seen if "rep_count" in each] == [3]
        assert [each["data"] for each in seen if "data" in each] == [plain(answer["text"])]


def test_an_unlock_moves_the_readers_output_and_is_done_when_it_says_so(quick_lab, plug, reader):
    with osdp(quick_lab, plug, reader) as (client, _):
        heard(client, "hello")
        command(client, do="unlock", seconds=2, nonce="n-1", reason="welcome", text="Bienvenue à l’atelier")

        assert heard(client, "ack") == {"id": "c-1", "ok": True, "state": "unlocked"}
        assert heard(client, "readings")["relay"] == 1
        output = [each for each in reader.obeyed if "output_no" in each]
        assert [(each["control_code"], each["timer_count"]) for each in output] == [(5, 20)]
        eventually(
            lambda: [each["data"] for each in reader.obeyed if "data" in each] == ["Bienvenue a l'atelier"]
        )
        assert heard(client, "readings")["relay"] == 0


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"do": "unlock", "seconds": 5, "expires": 1_700_000_000}, "expired"),
        ({"do": "relay", "on": True, "lease": 9}, "on"),
    ],
)
def test_a_command_is_obeyed_in_its_time_only(quick_lab, plug, reader, facts, state):
    with osdp(quick_lab, plug, reader) as (client, _):
        heard(client, "hello")
        command(client, **facts)

        assert heard(client, "ack") == {"id": "c-1", "ok": state == "on", "state": state}
        assert [each["control_code"] for each in reader.obeyed if "output_no" in each] == (
            [2] if state == "on" else []
        )


def test_a_relay_is_cut_when_nobody_renews_its_lease_and_outlives_the_gateway(quick_lab, plug, reader):
    def switched():
        return [each["control_code"] for each in reader.obeyed if "output_no" in each]

    with osdp(quick_lab, plug, reader) as (client, process):
        heard(client, "hello")
        command(client, do="relay", on=True, lease=4)
        assert heard(client, "ack")["state"] == "on"
        process.send(signal.SIGKILL)
    assert switched() == [2]
    with osdp(quick_lab, plug, reader):
        eventually(lambda: switched()[-1] == 1)


def test_a_command_that_cannot_be_followed_is_a_dead_letter(quick_lab, plug, reader):
    with osdp(quick_lab, plug, reader) as (client, _):
        heard(client, "hello")
        client.say("fablab/v1/door-1/command", b"{}")
        client.say("fablab/v1/door-1/command", b"\xff" * 2_000)
        command(client, do="unlock", seconds=1)

        assert heard(client, "ack")["state"] == "unlocked"
        reasons = [reason for _, _, reason in kept(quick_lab, 2)]
        assert all(reason.startswith("a command that can't be followed") for reason in reasons)


def test_an_osdp_reader_that_is_plugged_in_again_is_back_within_five_seconds(quick_lab, plug, reader):
    with osdp(quick_lab, plug, reader) as (client, _):
        eventually(lambda: heard(client, "status") == "online")
        plug.pull()
        assert heard(client, "status") == "offline"
        time.sleep(10)  # longer than the library believes in a silent reader
        plug.insert()
        began = time.monotonic()

        assert heard(client, "status") == "online"
        assert time.monotonic() - began < 5


def test_a_reader_of_another_key_is_offline_and_the_key_is_nowhere(quick_lab, plug):
    with osdp(
        quick_lab, plug, Reader(key=bytes(16)), LOCK_7="AB" * 16, what="osdp:door-1?address=1&key_env=LOCK_7"
    ) as (
        client,
        process,
    ):
        eventually(lambda: "refuses our key" in process.text)
        assert heard(client, "status") == "offline"
        assert "abab" not in process.text.lower()


def test_a_reader_gets_its_first_key(quick_lab, plug):
    new = Reader(key=None)
    quick_lab.environ["OSDP_KEY"] = KEY.hex()
    with (
        plugged(plug, new),
        quick_lab.bridge(
            "--serial", str(plug.path), "--as", "osdp:door-1?address=1", "--install", ready=False
        ) as process,
    ):
        assert process.end() == 0
        assert "has its key" in process.text
    assert [each["data"] for each in new.obeyed if "data" in each] == [KEY]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--serial", "spy:///dev/ttyUSB0", "--as", "rdm6300:door-1"], "spy"),
        (["--serial", "/dev/ttyUSB0", "--as", "rdm6300:Door 1"], "Door 1"),
        (["--serial", "/dev/ttyUSB0", "--as", "barcode:door-1"], "barcode"),
        (["--serial", "/dev/ttyUSB0", "--as", "grbl:cnc?poll=0.01"], "poll"),
        (["--serial", "/dev/ttyUSB0", "--as", "osdp:door-1"], "OSDP_KEY"),
        (
            ["--serial", "/dev/ttyUSB0", "--as", "osdp:door-1?key=00112233445566778899aabbccddeeff"],
            "OSDP_KEY",
        ),
    ],
)
def test_a_line_that_cannot_be_is_told_in_one_line(quick_lab, words, told):
    with quick_lab.bridge(*words, ready=False) as process:
        assert process.end() == 2
        assert told in process.text
        assert process.text.count("\n") == 1


def test_on_another_computer_the_readers_own_account_is_enough(seeded, tmp_path, plug):
    accounts = {"device": "secret", "door-1": "own"}
    acl = render([Account("door-1", ""), Account("device", "", service=True)])
    with mosquitto_server(accounts=accounts, acl=acl) as server:
        lab = lab_on(server, seeded, tmp_path)
        lab.environ["MQTT_URL"] = server.url("door-1", "own")
        with lab.client(*SAID) as client, gateway(lab, plug, "rdm6300:door-1"):
            assert heard(client, "hello")["profile"] == "rdm6300-reader"
            plug.say(frame())
            assert heard(client, "tap")["uid"] == UID
            command(client, do="refuse")
            assert heard(client, "ack")["state"] == "refused"
