"""The reader itself, against the real broker and the real doors' process: right when the server is away."""

import json
import time

import pytest

from tests.firmware_bridge.bridges import PATIENCE
from tests.firmware_bridge.firmware.conftest import ALICE, BOB, MACHINE, STRANGER
from tests.processes import eventually

HOUR = 3600


def test_a_tap_is_answered_by_the_server_while_it_is_there(reader_lab):
    with reader_lab.lab.bridge("doors"), reader_lab.reader() as door:
        reader_lab.listed(door)

        assert door.tap(ALICE) == ("yes", True)
        assert door.tap(STRANGER)[0] == "no"
        assert reader_lab.audit("reason, offline") == [("welcome", 0), ("unknown_badge", 0)]
        assert door.journal == []


def test_a_door_locks_again_by_itself(reader_lab):
    with reader_lab.lab.bridge("doors"), reader_lab.reader() as door:
        reader_lab.listed(door)
        door.tap(ALICE)
        reader_lab.wire.cut()

        door.say("speed 100")
        door.wait(relay=False)


@pytest.mark.parametrize("how", ["cut", "hush"])
def test_without_the_network_the_list_decides_and_the_server_learns_of_it_afterwards(reader_lab, how):
    with reader_lab.lab.bridge("doors"), reader_lab.reader(patient=False) as door:
        reader_lab.listed(door)
        getattr(reader_lab.wire, how)()

        began = time.time()
        assert [door.tap(uid)[0] for uid in (ALICE, STRANGER, BOB, ALICE)] == ["yes", "no", "yes", "yes"]
        ended = time.time()
        assert [record["uid"] for record in door.journal] == [ALICE, STRANGER, BOB, ALICE]
        assert reader_lab.audit() == []

        reader_lab.wire.mend()
        eventually(lambda: door.journal == [], PATIENCE)
        assert reader_lab.audit("reason, granted, offline") == [
            ("welcome", 1, 1),
            ("unknown_badge", 0, 1),
            ("welcome", 1, 1),
            ("goodbye", 1, 1),
        ]
        times = [float(at) for (at,) in reader_lab.audit("(julianday(decided_at) - 2440587.5) * 86400")]
        assert began - 0.1 <= times[0] <= times[1] <= times[2] <= times[3] <= ended + 0.1


def test_a_badge_that_ends_during_the_outage_ends(reader_lab):
    with reader_lab.lab.bridge("doors"), reader_lab.reader() as door:
        reader_lab.listed(door)
        reader_lab.wire.cut()
        assert door.tap(BOB)[0] == "yes"

        door.say("speed 10000")  # slow enough that the list does not end as well
        eventually(lambda: door.state["uptime"] > 3 * HOUR * 1000)
        door.say("speed 1")
        assert [door.tap(uid)[0] for uid in (BOB, ALICE)] == ["no", "yes"]
        assert [record["reason"] for record in door.journal][1:] == ["badge_expired", "welcome"]


def test_an_expired_list_opens_nothing(reader_lab):
    with reader_lab.lab.bridge("doors"), reader_lab.reader() as door:
        reader_lab.listed(door)
        reader_lab.wire.cut()

        door.say("speed 1000000")
        eventually(lambda: door.state["uptime"] > 73 * HOUR * 1000)
        door.say("speed 1")
        assert door.tap(ALICE) == ("no", False)


def test_a_broker_that_dies_and_comes_back_is_no_loss(reader_lab):
    with reader_lab.lab.bridge("doors"), reader_lab.reader() as door:
        reader_lab.listed(door)
        reader_lab.lab.server.kill()

        assert [door.tap(ALICE)[0] for _ in range(3)] == ["yes"] * 3
        reader_lab.lab.server.start()

        eventually(lambda: door.journal == [], 2 * PATIENCE)
        assert [row[0] for row in reader_lab.audit("reason")] == ["welcome", "goodbye", "welcome"]


def test_a_reader_killed_with_passages_in_its_journal_loses_none(reader_lab):
    with reader_lab.lab.bridge("doors"), reader_lab.reader() as door:
        reader_lab.listed(door)
        reader_lab.wire.cut()
        wanted = []
        for _ in range(3):
            door.tap(ALICE)
            door.say(f"tap {STRANGER}")
            door.kill()
            wanted = [record["nonce"] for record in door.journal]
            door.start()
        assert door.tap(ALICE)[0] == "yes"
        wanted = [record["nonce"] for record in door.journal]

        reader_lab.wire.mend()
        eventually(lambda: door.journal == [], PATIENCE)
        assert len(wanted) >= 4
        assert [row[0] for row in reader_lab.audit()] == wanted


def test_a_reader_that_is_not_told_sends_again_and_nothing_is_kept_twice(reader_lab):
    with reader_lab.lab.bridge("doors"), reader_lab.reader() as door:
        reader_lab.listed(door)
        reader_lab.wire.cut()
        for _ in range(45):  # three batches
            door.tap(STRANGER)
        wanted = [record["nonce"] for record in door.journal]

        reader_lab.wire.mend()
        eventually(lambda: reader_lab.audit() != [], PATIENCE)
        door.kill()  # in the midst of it
        door.start()
        eventually(lambda: door.journal == [], PATIENCE)
        assert [row[0] for row in reader_lab.audit()] == wanted


def test_a_server_without_a_doors_process_is_away_too_and_its_late_answer_moves_nothing(reader_lab):
    with reader_lab.reader(patient=False) as door:
        with reader_lab.lab.bridge("doors"):
            reader_lab.listed(door)
        assert door.tap(ALICE) == ("yes", True)
        door.say("speed 100")
        door.wait(relay=False)
        door.say("speed 1")
        with reader_lab.lab.bridge("doors"):
            eventually(lambda: door.journal == [], PATIENCE)

        assert [row for row in reader_lab.audit("reason, granted") if row[1]] == [("welcome", 1)]
        assert door.state["answers"] == 1
        assert door.state["relay"] is False


def test_a_changed_or_an_old_list_is_refused_and_the_good_one_stays(reader_lab):
    topic = "fablab/v1/door-1/allowlist"
    acks = "fablab/v1/door-1/ack"
    with reader_lab.lab.client(topic, acks) as client, reader_lab.reader() as door:
        with reader_lab.lab.bridge("doors"):
            reader_lab.listed(door)
        good = (door.folder / "allowlist.json").read_bytes()
        newer = json.loads(good)["version"] + 1
        changed = good.replace(b'"seconds":5', b'"seconds":60')
        told = []
        for wrong in (changed, good[:-1], b"", good.replace(b'"version":1', b'"version":9')):
            client.say(topic, wrong)
            told.append(_state(client, acks))

        assert told == ["bad signature", "unsigned", "unsigned", "bad signature"]
        assert newer > 1
        assert (door.folder / "allowlist.json").read_bytes() == good
        reader_lab.wire.cut()
        assert door.tap(ALICE) == ("yes", True)


def test_a_list_older_than_the_one_it_holds_is_refused(reader_lab):
    topic, acks = "fablab/v1/door-1/allowlist", "fablab/v1/door-1/ack"
    with reader_lab.lab.bridge("doors"), reader_lab.lab.client(acks) as client, reader_lab.reader() as door:
        reader_lab.listed(door)
        old = (door.folder / "allowlist.json").read_bytes()
        reader_lab.lab.write("UPDATE lab_badge SET lost_at = '2026-01-01' WHERE valid_until IS NULL")
        reader_lab.listed(door, 2)

        client.say(topic, old)
        eventually(lambda: client.next()["state"] == "old version")
        assert door.listed == 2
        reader_lab.wire.cut()
        assert [door.tap(uid)[0] for uid in (ALICE, BOB)] == ["no", "yes"]


def test_garbage_from_the_broker_is_passed_over(reader_lab):
    topics = [f"fablab/v1/door-1/{what}" for what in ("command", "allowlist", "noted")]
    with reader_lab.lab.bridge("doors"), reader_lab.reader() as door, reader_lab.lab.client() as client:
        reader_lab.listed(door)
        for garbage in (b"", b"\x00\xff", b"7", b"{}", b"[" * 60_000, b'{"id":{},"do":[]}', b'{"id":7'):
            for topic in topics:
                client.say(topic, garbage)

        assert door.tap(ALICE) == ("yes", True)
        assert door.process.poll() is None
        assert reader_lab.audit("reason, offline") == [("welcome", 0)]


def test_a_machine_s_reader_takes_no_door_s_list(reader_lab):
    acks = "fablab/v1/door-1/ack"
    with (
        reader_lab.lab.bridge("doors"),
        reader_lab.lab.client(acks) as client,
        reader_lab.reader(**{"for": "machine"}) as reader,
    ):
        assert _state(client, acks) == "for another kind"
        reader_lab.wire.cut()
        assert reader.tap(ALICE) == ("no", False)


def test_a_badge_is_known_to_readers_once_one_of_them_has_read_it(reader_lab):
    reader_lab.lab.write("DELETE FROM devices_readerprint")
    with reader_lab.lab.bridge("doors"), reader_lab.reader() as door:
        reader_lab.listed(door)
        assert door.tap(ALICE) == ("yes", True)
        reader_lab.listed(door, 2)
        reader_lab.wire.cut()

        assert [door.tap(uid)[0] for uid in (ALICE, BOB)] == ["yes", "no"]


def _state(client, topic):
    while True:
        heard, payload, _ = client.heard.get(timeout=60)
        if heard == topic and not (told := json.loads(payload))["ok"]:
            return told["state"]


def test_a_machine_starts_alone_and_stops_for_whoever_started_it(reader_lab):
    with reader_lab.lab.bridge("doors"), reader_lab.reader(MACHINE) as machine:
        reader_lab.listed(machine)
        reader_lab.wire.cut()

        assert machine.tap(ALICE) == ("yes", True)
        assert machine.tap(BOB) == ("no", True)
        machine.say("busy 1")
        assert machine.tap(ALICE) == ("no", True)
        machine.say("busy 0")
        assert machine.tap(ALICE) == ("yes", False)

        reader_lab.wire.mend()
        eventually(lambda: machine.journal == [], PATIENCE)
        assert [row[0] for row in reader_lab.audit("reason", MACHINE)] == [
            "welcome",
            "machine_busy",
            "machine_busy",
            "goodbye",
        ]
        [(ended,)] = reader_lab.lab.rows("SELECT ended_at IS NOT NULL FROM booking_usagesession")
        assert ended


def test_a_lease_that_nobody_renews_ends_but_never_mid_job(reader_lab):
    with reader_lab.lab.bridge("doors"), reader_lab.reader(MACHINE) as machine:
        reader_lab.listed(machine)
        assert machine.tap(ALICE) == ("yes", True)
        reader_lab.wire.cut()

        machine.say("busy 1")
        machine.say("speed 1000000")
        eventually(lambda: machine.state["uptime"] > 25 * HOUR * 1000)
        machine.say("speed 1")
        assert machine.state["relay"] is True
        machine.say("busy 0")
        machine.wait(relay=False)


def test_a_stale_list_starts_no_machine(reader_lab):
    with reader_lab.lab.bridge("doors"), reader_lab.reader(MACHINE) as machine:
        reader_lab.listed(machine)
        reader_lab.wire.cut()

        machine.say("speed 1000000")
        eventually(lambda: machine.state["uptime"] > 13 * HOUR * 1000)
        machine.say("speed 1")
        assert machine.tap(ALICE) == ("no", False)
