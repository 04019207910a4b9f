"""A card reader on a line is a native device for everybody else: taps, status, last will, refusals."""

import signal
import time

import pytest

from devices.broker.accounts import Account
from devices.broker.acl import render
from firmware_bridge.serial.voice import TAPS_A_SECOND, TAPS_AT_ONCE
from tests.firmware_bridge.bridges import PATIENCE
from tests.firmware_bridge.conftest import lab_on
from tests.firmware_bridge.ports import rdm6300, tcp_line
from tests.firmware_bridge.serial.gateways import SAID, UID, command, gateway, heard, kept
from tests.processes import eventually
from tests.servers import mosquitto_server

UPTIME = {"key": "uptime", "unit": "s"}


def test_a_card_is_a_native_tap_and_its_reader_a_native_device(quick_lab, plug):
    with quick_lab.client(*SAID) as client, gateway(quick_lab, plug, "rdm6300:door-1?hold=60"):
        assert heard(client, "hello") == {"profile": "rdm6300-reader", "firmware": "", "channels": [UPTIME]}
        began = time.time()
        plug.say(rdm6300(UID) * 5)
        tap = heard(client, "tap")

        assert (tap["uid"], began - 0.001 <= tap["at"] <= time.time() + 0.001) == (UID, True)
        plug.say(rdm6300(UID) * 5)
        plug.say(rdm6300("0102030405"))
        other = heard(client, "tap")  # the next: the card that stayed was not told again
        assert (other["uid"], other["nonce"] != tap["nonce"]) == ("0102030405", True)


def test_the_doors_answer_it_like_any_reader(quick_lab, plug):
    with (
        quick_lab.bridge("doors"),
        quick_lab.client("fablab/v1/door-1/command", *SAID) as client,
        gateway(quick_lab, plug, "rdm6300:door-1"),
    ):
        plug.say(rdm6300(UID))
        tap, answer = heard(client, "tap"), heard(client, "command")

        assert (answer["do"], answer["nonce"], answer["reason"]) == ("refuse", tap["nonce"], "unknown_badge")
        assert heard(client, "ack") == {"id": answer["id"], "ok": True, "state": "refused"}
        command(client, do="restart")
        assert heard(client, "ack") == {"id": "c-1", "ok": False, "state": "unsupported"}


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

        def seconds_away():
            plug.say(rdm6300(UID)[:6])
            plug.pull()
            time.sleep(3)
            plug.insert()
            began = time.monotonic()
            while client.heard.empty():
                plug.say(rdm6300(UID))
                time.sleep(0.05)

            assert client.next()["uid"] == UID
            return time.monotonic() - began

        assert any(seconds_away() < 5 for _ in range(5))  # a busy machine has a calm moment


def test_garbage_is_a_dead_letter_without_a_uid_and_never_a_tap(quick_lab, plug):
    with quick_lab.client("fablab/v1/door-1/tap") as client, gateway(quick_lab, plug, "rdm6300:door-1"):
        plug.say(b"\x0210026F444426\x03" + b"\x02" + b"9" * 300 + b"\xff\x00" * 50 + b"\x0262E308\x03")
        reasons = {
            "the sum is wrong",
            "a frame without an end",
            "not 8 or 10 characters of hex and their sum",
        }
        eventually(lambda: {reason for _, _, reason in kept(quick_lab, 3)} >= reasons, PATIENCE)
        letters = quick_lab.letters()

        assert {topic for topic, _, _ in letters} == {"serial/door-1"}
        assert b"26F4" not in b"".join(payload for _, payload, _ in letters)
        plug.say(rdm6300(UID))
        assert client.next()["uid"] == UID
        assert client.silence()


def test_a_flood_is_bounded_and_over_soon(quick_lab, plug):
    with quick_lab.client("fablab/v1/door-1/tap") as client, gateway(quick_lab, plug, "rdm6300:door-1"):
        began = time.monotonic()
        for number in range(60):
            plug.say(b"".join(rdm6300(f"{number * 50 + one:010X}") for one in range(50)))
            time.sleep(0.01)
        time.sleep(1)
        told = client.heard.qsize()
        assert told <= TAPS_AT_ONCE + TAPS_A_SECOND * (time.monotonic() - began) + 1
        eventually(lambda: client.silence(1.5))
        plug.say(rdm6300(UID))

        eventually(lambda: client.next()["uid"] == UID)


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
            plug.say(rdm6300(UID))
            assert heard(client, "tap")["uid"] == UID
            command(client, do="refuse")
            assert heard(client, "ack")["state"] == "refused"


def test_a_line_behind_tcp_is_dialled_again(quick_lab):
    with (
        tcp_line() as (url, accepted),
        quick_lab.client(SAID[2]) as client,
        quick_lab.bridge("--serial", url, "--as", "rdm6300:door-1", ready=False) as process,
    ):
        for opened, uid in enumerate((UID, "0102030405"), start=1):
            with accepted() as peer:
                eventually(lambda: "connected to" in process.text, PATIENCE)
                eventually(lambda: process.text.count("is open") == opened, PATIENCE)  # noqa: B023 - asked here
                peer.sendall(rdm6300(uid))
                assert client.next(PATIENCE)["uid"] == uid
