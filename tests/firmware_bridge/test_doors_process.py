"""The doors process on real brokers: one command a tap, and no trouble opens a door or ends the process."""

import signal

import pytest

from tests.firmware_bridge.bridges import PATIENCE
from tests.processes import eventually

COMMANDS = "fablab/v1/door-1/command"


def answer(client):
    command = client.next()
    return command["do"], command["nonce"], command["reason"]


def test_a_tap_is_answered_by_one_command(lab):
    with lab.bridge("doors"), lab.client(COMMANDS) as client:
        client.tap("n-1")
        client.tap("n-1")
        client.tap("n-2")
        client.tap("n-3", uid="04FFFFFF")

        assert [answer(client) for _ in range(3)] == [
            ("unlock", "n-1", "welcome"),
            ("unlock", "n-2", "goodbye"),
            ("refuse", "n-3", "unknown_badge"),
        ]
        assert client.silence()


@pytest.mark.parametrize("old", [{"at": 0}, {"at": 1_700_000_000}])
def test_an_old_tap_opens_nothing(quick_lab, old):
    with quick_lab.bridge("doors"), quick_lab.client(COMMANDS) as client:
        client.tap("n-1", **old)

        assert answer(client) == ("refuse", "n-1", "stale_tap")


def test_a_retained_tap_opens_nothing(lab):
    with lab.client(COMMANDS) as client:
        client.say("fablab/v1/door-1/tap", b'{"uid":"04A1B2C3D4E5F6","nonce":"n-1"}', retain=True)
        with lab.bridge("doors"):
            assert answer(client) == ("refuse", "n-1", "stale_tap")


def test_a_tap_that_comes_at_once_and_is_to_be_retained_opens_nothing(quick_lab):
    with quick_lab.bridge("doors"), quick_lab.client(COMMANDS) as client:
        client.say("fablab/v1/door-1/tap", b'{"uid":"04A1B2C3D4E5F6","nonce":"n-1"}', retain=True)
        client.tap("n-2")

        assert [answer(client) for _ in range(2)] == [
            ("refuse", "n-1", "stale_tap"),
            ("unlock", "n-2", "welcome"),
        ]


def test_a_tap_that_waited_for_us_opens_nothing(quick_lab):
    with quick_lab.bridge("doors") as doors:
        doors.send(signal.SIGTERM)
        assert doors.end() == 0
    with quick_lab.client(COMMANDS) as client:
        client.say("fablab/v1/door-1/tap", b'{"uid":"04A1B2C3D4E5F6","nonce":"n-1"}')
        with quick_lab.bridge("doors"):
            assert answer(client) == ("refuse", "n-1", "stale_tap")


def test_a_command_is_never_retained(quick_lab):
    with quick_lab.bridge("doors"), quick_lab.client(COMMANDS) as client:
        client.tap("n-1")
        client.next()

        with quick_lab.client(COMMANDS) as later:
            assert later.silence()


def test_garbage_is_kept_aside_and_the_next_tap_is_answered(lab):
    with lab.bridge("doors"), lab.client(COMMANDS) as client:
        for garbage in (b"", b"\x00\xff", b"{", b"[" * 60_000, b"1e999", b'{"uid":"04A1B2C3D4E5F6"}'):
            client.say("fablab/v1/door-1/tap", garbage)
            client.say("fablab/v1/Door_1/tap", garbage)
            client.say("fablab/v1/door-1/ack", garbage)
            client.say("fablab/v1/door-1/log", garbage)
        client.tap("n-1")

        assert answer(client) == ("unlock", "n-1", "welcome")
        assert client.silence()
        letters = eventually(lambda: len(lab.letters()) == 24 and lab.letters(), PATIENCE)
        assert b"04A1" not in b"".join(payload for _, payload, _ in letters)


def test_a_reader_that_floods_makes_no_other_one_wait_and_is_locked_out(quick_lab):
    others = "fablab/v1/+/command"
    with quick_lab.bridge("doors") as doors, quick_lab.client(others) as client, quick_lab.client() as flood:
        doors.send(signal.SIGSTOP)  # so that all of it is there before the first decision
        for number in range(1_500):
            flood.tap(f"f-{number}", to="flood-1", wait=False, uid="04FFFFFF")
        flood.tap("f-last", to="flood-1")
        client.tap("n-1")
        doors.send(signal.SIGCONT)
        heard = [client.next() for _ in range(1_502)]

        first = next(at for at, command in enumerate(heard) if command["nonce"] == "n-1")
        decided = [command for command in heard[:first] if command["reason"] != "internal_error"]
        # Of two hundred that are; some while the broker still tells of the others.
        assert len(decided) < 60
        assert len({command["nonce"] for command in heard}) == 1_502
        assert {command["do"] for command in heard if command["nonce"] != "n-1"} == {"refuse"}
        eventually(lambda: quick_lab.rows("SELECT turned_away > 1200 FROM devices_lockout") == [(1,)])
        assert "flood-1 tells more taps than anybody can tap" in doors.text

        quick_lab.write("UPDATE devices_lockout SET until = since")  # as a manager does
        eventually(lambda: "a manager lifted its lock-out" in doors.text)
        flood.tap("f-again", to="flood-1", uid="04FFFFFF")
        assert client.next()["reason"] == "device_unclaimed"
        assert client.silence()


def test_a_locked_database_refuses_and_then_opens_again(quick_lab):
    with quick_lab.bridge("doors"), quick_lab.client(COMMANDS) as client:
        with quick_lab.locked("db.sqlite3"):
            client.tap("n-1")
            assert answer(client) == ("refuse", "n-1", "internal_error")
        client.tap("n-2")

        assert answer(client) == ("unlock", "n-2", "welcome")


def test_what_a_reader_decided_alone_waits_for_a_locked_database(quick_lab):
    event = {
        "uid": "04A1B2C3D4E5F6",
        "nonce": "o-1",
        "at": 1_795_400_000,
        "verdict": "granted",
        "reason": "welcome",
    }
    with quick_lab.bridge("doors"), quick_lab.client() as client:
        with quick_lab.locked("db.sqlite3"):
            client.say("fablab/v1/door-1/log", {"events": [event]})
            eventually(lambda: True)
        eventually(
            lambda: quick_lab.rows("SELECT nonce, offline FROM booking_accessevent") == [("o-1", 1)], PATIENCE
        )


def test_a_broker_that_dies_is_found_again(lab):
    with lab.bridge("doors") as doors:
        lab.server.kill()
        eventually(lambda: "next try" in doors.text, PATIENCE)
        lab.server.start()
        eventually(lambda: doors.text.count("connected to") >= 2, PATIENCE)
        with lab.client(COMMANDS) as client:
            client.tap("n-1")

            assert answer(client) == ("unlock", "n-1", "welcome")


def test_everybody_sees_whether_the_doors_are_served(lab):
    with lab.client("etabli/live/system/doors") as client:
        with lab.bridge("doors") as doors:
            eventually(
                lambda: client.next()["up"] is True, PATIENCE
            )  # a first try may have failed and said so
            doors.send(signal.SIGTERM)
            assert doors.end() == 0
        eventually(lambda: client.next()["up"] is False, PATIENCE)
        with lab.bridge("doors") as doors:
            eventually(lambda: client.next()["up"] is True, PATIENCE)
            doors.send(signal.SIGKILL)
            eventually(lambda: client.next()["up"] is False, PATIENCE)
