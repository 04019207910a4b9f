"""Taps by MQTT against the running lab: one honest answer each, whatever is thrown at the reader."""

import itertools
import json
import queue
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e.demo import PATIENCE, Demo, Peer
from tests.e2e.test_journey import FLAGS
from tests.processes import eventually

pytestmark = [pytest.mark.server("mosquitto"), pytest.mark.xdist_group("demo")]
nonces = (f"t-{time.time_ns()}-{n}" for n in itertools.count())


@pytest.fixture
def door(lab: Demo) -> Iterator[Peer]:
    peer = Peer.device(lab, "door-fablab")
    yield peer
    peer.close()


@pytest.fixture
def laser(lab: Demo) -> Iterator[Peer]:
    peer = Peer.device(lab, "reader-laser-1")
    yield peer
    peer.close()


def tap(peer: Peer, device: str, uid: str, nonce: str | None = None, **more: object) -> dict[str, object]:
    nonce = nonce or next(nonces)
    peer.say(f"fablab/v1/{device}/tap", {"uid": uid, "nonce": nonce, **more})
    (command,) = peer.commands(nonce)
    return command


def test_a_door_welcomes_then_says_goodbye(lab: Demo, door: Peer) -> None:
    began = time.time()
    first = tap(door, "door-fablab", lab.badge("maker"), at=began)
    second = tap(door, "door-fablab", lab.badge("maker"))

    assert [first["do"], first["reason"], first["seconds"]] == ["unlock", "welcome", 5]
    assert [second["do"], second["reason"]] == ["unlock", "goodbye"]
    assert first["id"] != second["id"]
    assert first["expires"] > began
    assert first["text"] == "Bienvenue"


def test_the_same_tap_again_gets_no_second_command(lab: Demo, door: Peer) -> None:
    nonce = next(nonces)
    wish = {"uid": lab.badge("novice"), "nonce": nonce, "at": time.time()}

    for _ in range(3):
        door.say("fablab/v1/door-fablab/tap", wish)

    assert len(door.commands(nonce)) == 1
    assert door.commands(nonce, within=2) == []


def test_an_unknown_badge_is_refused(lab: Demo, door: Peer) -> None:
    command = tap(door, "door-fablab", "04DEADBEEF0102")

    assert [command["do"], command["reason"]] == ["refuse", "unknown_badge"]


def test_an_old_tap_is_stale_and_never_unlocks(lab: Demo, door: Peer) -> None:
    command = tap(door, "door-fablab", lab.badge("maker"), at=time.time() - 60)

    assert [command["do"], command["reason"]] == ["refuse", "stale_tap"]


def test_a_retained_tap_never_unlocks(lab: Demo) -> None:
    nonce = next(nonces)
    peer = Peer.device(lab, "door-rfid")
    try:
        peer.say(
            "fablab/v1/door-rfid/tap",
            {"uid": lab.badge("maker"), "nonce": nonce, "at": time.time() - 11},
            retain=True,
        )
        assert [command["reason"] for command in peer.commands(nonce)] == ["stale_tap"]
    finally:
        peer.say("fablab/v1/door-rfid/tap", b"", retain=True)
        peer.close()


def test_the_laser_asks_for_its_certification(lab: Demo, laser: Peer) -> None:
    command = tap(laser, "reader-laser-1", lab.badge("novice"))

    assert [command["do"], command["reason"]] == ["refuse", "not_certified"]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b'{"uid": 5, "nonce": "x"}',
        b'{"uid": "zz", "nonce": "bad-uid"}',
        b'{"uid": "04A1B2C3D4E5F6"}',
        b'{"uid": "04A1B2C3D4E5F6", "nonce": "", "at": 1e400}',
        b"[" * 50_000,
        b"x" * 200_000,
    ],
    ids=lambda payload: payload[:20].decode("latin-1"),
)
def test_garbage_never_opens_and_never_stops_the_reader(lab: Demo, door: Peer, payload: bytes) -> None:
    nonce, told = next(nonces), []
    door.say("fablab/v1/door-fablab/tap", payload)
    door.say("fablab/v1/door-fablab/tap", {"uid": "04DEADBEEF0102", "nonce": nonce})
    while not told or told[-1].get("nonce") != nonce:
        told.append(json.loads(door.heard.get(timeout=PATIENCE).payload))

    assert "unlock" not in [command["do"] for command in told]
    assert told[-1]["reason"] == "unknown_badge"


def test_managers_see_the_passages_without_any_uid(lab: Demo, door: Peer) -> None:
    nonce = next(nonces)
    tap(door, "door-fablab", "04DEADBEEF0102", nonce)

    status, found = lab.call("GET", "access-events", user="manager")
    assert status == 200
    assert next(e["reason"] for e in found["items"] if e["nonce"] == nonce) == "unknown_badge"
    assert "04DEADBEEF" not in json.dumps(found).upper()
    assert lab.call("GET", "access-events", user="maker")[0] == 403


def test_presence_follows_the_door(lab: Demo, door: Peer) -> None:
    def inside() -> bool:
        found = lab.call("GET", "presence", user="manager")[1]["items"]
        return ("maker", "fablab") in {(p["member"], p["zone"]) for p in found}

    def at_the_door() -> tuple[object, bool]:
        reason = tap(door, "door-fablab", lab.badge("maker"))["reason"]
        return reason, inside()

    seen = {at_the_door(), at_the_door()}

    assert seen == {("welcome", True), ("goodbye", False)}


@pytest.mark.server("chromium")
def test_the_totem_greets_whoever_taps_beside_it_and_forgets_them(lab: Demo) -> None:
    reader = Peer.device(lab, "badge-carrefour")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        page = chromium.new_page()
        frames: queue.Queue[object] = queue.Queue()
        page.on("websocket", lambda socket: socket.on("framereceived", frames.put))
        page.goto(lab.papers["totems"]["carrefour"])
        eventually(lambda: page.wait_for_timeout(100) or frames.qsize() > 0)  # the screen listens

        came = tap(reader, "badge-carrefour", lab.badge("maker"))

        greeting = page.locator("#greeting .greeting")
        expect(greeting).to_contain_text("Bienvenue")
        expect(greeting).not_to_contain_text("Camille")
        expect(greeting).to_have_count(0, timeout=60_000)
        chromium.close()
    reader.close()

    assert [came["do"], came["on"], came["lease"], came["reason"]] == ["relay", False, 0, "welcome"]


def test_a_device_cannot_speak_for_another(lab: Demo) -> None:
    ear = Peer.bridge(lab, "fablab/v1/door-fablab/#")
    thief = Peer.device(
        lab, "reader-laser-1", "fablab/v1/door-fablab/command", "fablab/v1/reader-laser-1/command"
    )
    nonce = next(nonces)
    try:
        thief.say("fablab/v1/door-fablab/tap", {"uid": lab.badge("maker"), "nonce": nonce})
        time.sleep(1)
        heard = b"".join(ear.heard.get().payload for _ in range(ear.heard.qsize()))
        assert nonce.encode() not in heard
        assert thief.commands(nonce, within=0.5) == []
    finally:
        thief.close()
        ear.close()
