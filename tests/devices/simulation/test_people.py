"""Simulated makers: they book over HTTP, tap like people, and cope with a refusal or a silent server."""

import json
import random
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from devices.simulation.people import maker as maker_module
from devices.simulation.people.maker import Maker
from devices.simulation.people.web import Booked, Web
from devices.simulation.plan import Person
from tests.devices.simulation.ear import ACCOUNTS, account, ear_at, live, plan, until
from tests.servers import free_port, mosquitto_server

DOOR = account("door-fablab", "door-reader", door="door-fablab")
READER = account("reader-laser-2", "machine-reader", resource="laser-2")
UID = "04A1B2C3D4E5F6"


class Planning(BaseHTTPRequestHandler):
    """A booking server of one answer: everything is free, nothing is booked yet."""

    calls: list = []
    status = 201
    items: list = []

    def do_GET(self):
        self.reply(200, {"items": self.items, "next": None})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        wish = json.loads(body) if body else None
        self.calls.append((self.path, self.headers["Authorization"], wish))
        if self.status == 201:
            self.reply(201, {"id": 7, "state": "booked", **(wish or {})})
        else:
            self.reply(self.status, {"code": "refused", "objections": [{"code": "closed"}]})

    def do_DELETE(self):
        self.calls.append((self.command, self.path))
        self.reply(200, {"id": 7, "state": "cancelled"})

    def reply(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def planning():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Planning)
    Planning.calls, Planning.status, Planning.items = [], 201, []
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def server():
    with mosquitto_server(accounts=ACCOUNTS) as server:
        yield server


def visit(server, base_url, answer, *, forgets=0.0, monkeypatch=None):
    """One visit of alice at a fast lab: what she tapped and whether she came in."""
    monkeypatch.setattr(maker_module, "FORGETS", forgets)

    async def scenario(lab):
        person = Person("alice", "token", UID, "door-fablab", "reader-laser-2", "laser-2")
        door, reader = lab.devices["door-fablab"], lab.devices["reader-laser-2"]
        alice = Maker(person, Web(base_url, "token"), lab.world, door, reader, random.Random(1))
        came_in = await alice.visit()
        return came_in, lab.world.inside["door-fablab"]

    with ear_at(server) as ear:
        ear.answer = answer
        came_in, inside = live(plan(server, DOOR, READER), scenario, speed=600, people=False)
        taps = [topic.split("/")[2] for topic, _, _ in ear.messages if topic.endswith("/tap")]
    return came_in, inside, taps


def friendly(device, tap):
    if device == "door-fablab":
        return {"id": tap["nonce"], "do": "unlock", "seconds": 0.1, "reason": "welcome"}
    return {"id": tap["nonce"], "do": "relay", "on": True, "lease": 60, "reason": "welcome"}


def test_who_works_at_a_desk_badges_beside_the_totem(server, planning, monkeypatch):
    monkeypatch.setattr(maker_module, "FORGETS", 0)
    totem = account("badge-carrefour", "presence-reader", zone="carrefour")

    async def scenario(lab):
        person = Person("amina", "token", UID, "badge-carrefour", None, "desk")
        reader = lab.devices["badge-carrefour"]
        amina = Maker(person, Web(planning, "token"), lab.world, reader, None, random.Random(1))
        return await amina.visit()

    with ear_at(server) as ear:
        ear.answer = lambda _, tap: {
            "id": tap["nonce"], "do": "relay", "on": False, "lease": 0, "reason": "welcome"
        }  # fmt: skip
        came_in = live(plan(server, totem), scenario, speed=600, people=False)
        taps = [json.loads(payload)["uid"] for topic, payload, _ in ear.messages if topic.endswith("/tap")]

    assert (came_in, taps) == (True, [UID, UID])
    booked, given_back = Planning.calls
    assert booked[2]["resources"] == ["desk"]
    assert "/api/v1/bookings/7" in str(given_back)


def test_a_maker_books_comes_works_and_leaves(server, planning, monkeypatch):
    began = datetime.now(UTC)
    assert visit(server, planning, friendly, monkeypatch=monkeypatch) == (
        True,
        0,
        ["door-fablab", "reader-laser-2", "reader-laser-2", "door-fablab"],
    )
    (path, token, wish), given_back = Planning.calls
    start, end = (datetime.fromisoformat(wish[key]) for key in ("starts_at", "ends_at"))

    assert (path, token, wish["resources"]) == ("/api/v1/bookings", "Bearer token", ["laser-2"])
    assert began <= start <= datetime.now(UTC) + timedelta(minutes=5)
    assert start.minute % 5 == 0
    assert timedelta(minutes=15) <= end - start <= timedelta(minutes=30)
    assert "/api/v1/bookings/7" in given_back or "/api/v1/bookings/7/finish" in given_back


def test_a_forgetful_maker_leaves_without_badging_out(server, planning, monkeypatch):
    assert visit(server, planning, friendly, forgets=1.0, monkeypatch=monkeypatch) == (
        True,
        0,
        ["door-fablab", "reader-laser-2"],
    )


def test_a_maker_whom_the_door_takes_for_leaving_taps_again(server, planning, monkeypatch):
    reasons = iter(["goodbye", "welcome", "goodbye"])

    def answer(device, tap):
        found = friendly(device, tap)
        return {**found, "reason": next(reasons)} if device == "door-fablab" else found

    assert visit(server, planning, answer, monkeypatch=monkeypatch)[2] == [
        "door-fablab",
        "door-fablab",
        "reader-laser-2",
        "reader-laser-2",
        "door-fablab",
    ]


def test_a_maker_who_is_refused_goes_home(server, planning, monkeypatch):
    Planning.status = 422

    def answer(_device, tap):
        return {"id": tap["nonce"], "do": "refuse", "reason": "lab_closed"}

    assert visit(server, planning, answer, monkeypatch=monkeypatch) == (False, 0, ["door-fablab"])


def test_a_maker_who_may_not_use_the_machine_leaves_again(server, planning, monkeypatch):
    def answer(device, tap):
        if device == "door-fablab":
            return friendly(device, tap)
        return {"id": tap["nonce"], "do": "refuse", "reason": "booked_by_other"}

    assert visit(server, planning, answer, monkeypatch=monkeypatch)[2] == [
        "door-fablab",
        "reader-laser-2",
        "door-fablab",
    ]


def test_refusals_and_a_silent_server_are_no_booking(planning, caplog):
    caplog.set_level("INFO")
    Planning.status = 422
    now = datetime.now(UTC)
    refused = Web(planning, "t").book(resource="laser-2", start=now, end=now, purpose="")
    silent = Web(f"http://127.0.0.1:{free_port()}", "t").mine(start=now, end=now, resource="laser-2")

    assert (refused, silent) == (None, [])
    assert caplog.messages[0] == "POST bookings: 422 closed"


def test_a_booking_is_given_back_whole_before_its_hour_and_finished_within_it(planning):
    hour = Booked(7, datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))
    web = Web(planning, "token")

    web.give_back(hour, now=hour.starts_at - timedelta(minutes=1))
    web.give_back(hour, now=hour.starts_at + timedelta(minutes=1))

    assert Planning.calls == [
        ("DELETE", "/api/v1/bookings/7"),
        ("/api/v1/bookings/7/finish", "Bearer token", None),
    ]


def test_only_live_bookings_are_ones_own(planning):
    when = datetime(2026, 11, 23, 9, tzinfo=UTC)
    hour = {"starts_at": "2026-11-23T10:00:00+01:00", "ends_at": "2026-11-23T11:00:00+01:00"}
    states = ("booked", "cancelled", "checked_in", "done")
    Planning.items = [{"id": n, "state": state, **hour} for n, state in enumerate(states)]

    found = Web(planning, "token").mine(start=when, end=when, resource="laser-2")

    assert found == [Booked(0, when, when + timedelta(hours=1)), Booked(2, when, when + timedelta(hours=1))]


def test_the_next_grid_point_is_never_in_the_past():
    at = datetime(2026, 11, 23, 9, 58, 1, tzinfo=UTC)
    on = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    assert (maker_module._next_on_grid(at), maker_module._next_on_grid(on)) == (on, on)


def test_people_live_from_visit_to_visit(server, planning, monkeypatch):
    monkeypatch.setattr(maker_module, "FORGETS", 0.0)
    person = Person("alice", "token", UID, "door-fablab")

    with ear_at(server) as ear:
        ear.answer = friendly

        async def scenario(_lab):
            return await until(lambda: len(ear.of("fablab/v1/door-fablab/tap")) >= 4)

        assert live(plan(server, DOOR, people=(person,), base_url=planning), scenario, speed=3600)
