"""An OSDP reader on a line: taps, answers that are seen and heard, leases, keys, and being unplugged."""

import signal
import time
from contextlib import contextmanager

import pytest

from firmware_bridge.links.osdp import SETTLING
from firmware_bridge.serial.osdp import WAITED
from firmware_bridge.serial.signs import plain
from tests.firmware_bridge.osdp_readers import KEY, Reader, plugged
from tests.firmware_bridge.serial.gateways import SAID, command, gateway, heard, kept
from tests.processes import eventually


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
        time.sleep(SETTLING)  # since the panel knows of it: what it tells from now on is news
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

        def seconds_away():
            plug.pull()
            assert heard(client, "status") == "offline"
            reader.present("1" * 40)
            time.sleep(10)  # longer than the library believes in a silent reader
            plug.insert()
            began = time.monotonic()
            assert heard(client, "status") == "online"
            return time.monotonic() - began

        assert any(seconds_away() < 5 for _ in range(3))  # a busy machine has a calm moment
        assert kept(quick_lab, 1)[0][2] == WAITED  # a card from before opens nothing now
        time.sleep(SETTLING)  # since the panel knows of it: what it tells from now on is news
        reader.present("01" * 20)
        assert heard(client, "tap")["uid"] == "55" * 5


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
