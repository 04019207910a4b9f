"""`/ws/live/` of a real web process on a real broker: who may watch, what they see, when to mistrust it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import paho.mqtt.publish
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from lab.models import ApiToken, Totem, Zone
from tests import factories
from tests.processes import eventually
from tests.servers import BrokerServer, mosquitto_server
from tests.site import Site, site

pytestmark = pytest.mark.server("mosquitto")
DEVICE = {"device": "plug-1", "resource": "laser-1", "channels": {}}
STRAY = {"device": "plug-2", "resource": None, "channels": {}}
LASER = {"slug": "laser-1", "zone": "fablab", "state": "in_use", "private": {"user": "alice"}}
ZONE = {"zone": "fablab", "present": 1, "private": {"names": ["alice"]}}
DOORS = {"up": True}
RETAINED = {
    "device/plug-1": DEVICE,
    "device/plug-2": STRAY,
    "resource/laser-1": LASER,
    "zone/fablab": ZONE,
    "system/doors": DOORS,
}
EVERYTHING = set(RETAINED)
FOR_MAKERS = {"device/plug-1", "resource/laser-1", "zone/fablab"}


def rows() -> dict[str, str]:
    factories.resource("laser-1")
    alice, charlie = factories.member("alice"), factories.manager("charlie")
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(alice.pk), alice.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    totem = Totem(zone=Zone.objects.get(slug="fablab"), label="Entrance")
    key = totem.renew()
    totem.save()
    return {
        "totem": key,
        "maker": ApiToken.issue(alice),
        "manager": ApiToken.issue(charlie),
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
    }


@dataclass
class Lab:
    """A broker, the web process on it, and what shows who one is."""

    broker: BrokerServer
    site: Site
    papers: dict[str, str]

    def publish(self, topic: str, snapshot: dict, *, retain: bool = True) -> None:
        paho.mqtt.publish.single(
            f"etabli/live/{topic}",
            json.dumps(snapshot | {"at": time.time()}),
            retain=retain,
            hostname=self.broker.host,
            port=self.broker.port,
            auth={"username": "bridge", "password": "bridge"},
        )

    @contextmanager
    def watch(self, who: str = "manager", topics: str = "") -> Iterator["Eye"]:
        with self.socket(topics, Authorization=f"Bearer {self.papers[who]}") as socket:
            yield Eye(socket)

    def socket(self, topics: str = "", *, key: str = "", origin: str | None = None, **headers: str):
        query = f"?topics={topics}&key={key}" if key else f"?topics={topics}" if topics else ""
        address = f"ws://127.0.0.1:{self.site.port}/ws/live/{query}"
        return connect(address, origin=origin, additional_headers=headers, open_timeout=60)


class Eye:
    """A screen: it keeps every frame."""

    def __init__(self, socket) -> None:
        self.socket, self.frames = socket, []

    def frame(self, timeout: float = 60) -> dict:
        self.frames.append(json.loads(self.socket.recv(timeout)))
        return self.frames[-1]

    def until(self, question, seconds: float = 60) -> dict:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if question(frame := self.frame(deadline - time.monotonic())):
                return frame
        raise AssertionError("it never came")


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with (
        mosquitto_server(accounts={"bridge": "bridge"}) as broker,
        site(mqtt_url=broker.url("bridge", "bridge")) as found,
    ):
        lab = Lab(broker, found, found.do(rows))
        for topic, snapshot in RETAINED.items():
            lab.publish(topic, snapshot)
        yield lab


def test_the_very_first_frame_of_a_process_holds_the_whole_state(lab):
    with lab.watch() as eye:
        first = eye.frame()

    assert (first["seq"], first["full"], first["stale"]) == (1, True, None)
    assert set(first["state"]) == EVERYTHING
    assert first["state"]["resource/laser-1"]["private"] == {"user": "alice"}


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}, {"Cookie": "sessionid=x"}],
)
def test_whoever_is_not_known_is_refused(lab, headers):
    with pytest.raises(InvalidStatus) as refused, lab.socket(**headers):
        pass

    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", [None, "http://127.0.0.1:8000", "http://localhost"])
def test_a_browsers_session_is_enough_on_our_own_pages(lab, origin):
    with lab.socket(origin=origin, Cookie=lab.papers["cookie"]) as socket:
        assert set(Eye(socket).frame()["state"]) == FOR_MAKERS


def taken_down() -> None:
    Totem.objects.update(revoked_at=timezone.now())


def test_a_totems_cookie_is_enough_for_its_zone_until_its_key_is_taken_back(lab):
    key = lab.papers["totem"]
    for cookie in (f"live_fablab={key}", f"other=1; totem_fablab={key}"):
        with lab.socket(Cookie=cookie) as socket:
            assert set(Eye(socket).frame()["state"]) == {"resource/laser-1", "zone/fablab"}
    with lab.socket(key=key) as socket:
        assert set(Eye(socket).frame()["state"]) == {"resource/laser-1", "zone/fablab"}
    with pytest.raises(InvalidStatus), lab.socket(key="nonsense"):
        pass
    with pytest.raises(InvalidStatus), lab.socket(Cookie=f"live_attic={key}"):
        pass
    lab.site.do(taken_down)
    with pytest.raises(InvalidStatus), lab.socket(Cookie=f"live_fablab={key}"):
        pass


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_another_sites_page_does_not_ride_on_it(lab, origin):
    with pytest.raises(InvalidStatus), lab.socket(origin=origin, Cookie=lab.papers["cookie"]):
        pass


def test_a_maker_sees_no_names_and_no_stray_devices(lab):
    with lab.watch("maker") as eye:
        state = eye.frame()["state"]

    assert set(state) == FOR_MAKERS
    assert "alice" not in str(state)


@pytest.mark.parametrize(
    ("topics", "seen"),
    [
        ("resource", {"resource/laser-1"}),
        ("resource,zone/fablab", {"resource/laser-1", "zone/fablab"}),
        ("device/plug-2", {"device/plug-2"}),
        ("device/%23", {"device/plug-1", "device/plug-2"}),
    ],
)
def test_a_screen_asks_for_what_it_shows(lab, topics, seen):
    with lab.watch(topics=topics) as eye:
        assert set(eye.frame()["state"]) == seen


def test_later_frames_hold_whole_pictures_of_what_changed_and_count_on(lab):
    with lab.watch(topics="resource") as eye:
        eye.frame()
        for state in ("idle", "free", "in_use"):
            lab.publish("resource/laser-1", LASER | {"state": state})
            frame = eye.until(lambda frame: frame["state"])
            assert set(frame["state"]) == {"resource/laser-1"}
            assert frame["state"]["resource/laser-1"]["state"] == state
            assert "full" not in frame

    numbers = [frame["seq"] for frame in eye.frames]
    assert numbers == sorted(set(numbers))


def test_what_others_see_comes_to_all_of_them(lab):
    with lab.watch("maker") as one, lab.watch("maker") as other, lab.watch() as manager:
        for eye in (one, other, manager):
            eye.frame()
        lab.publish("zone/fablab", ZONE | {"present": 7})

        frames = [eye.until(lambda frame: "zone/fablab" in frame["state"]) for eye in (one, other, manager)]

    assert [frame["state"]["zone/fablab"]["present"] for frame in frames] == [7, 7, 7]
    assert ["private" in frame["state"]["zone/fablab"] for frame in frames] == [False, False, True]


def test_a_socket_is_only_spoken_to(lab):
    with lab.watch() as eye:
        eye.frame()
        for noise in ("{}", "x" * 10_000, b"\xff"):
            eye.socket.send(noise)
        lab.publish("resource/laser-1", LASER)

        assert eye.until(lambda frame: frame["state"])


def test_silence_is_broken_every_five_seconds(lab):
    with lab.watch(topics="nothing") as eye:
        eye.frame()

        def silence() -> float:
            before = time.monotonic()
            assert eye.frame()["state"] == {}
            return time.monotonic() - before

        assert eventually(lambda: silence() < 6)  # a busy machine may hold one of them up


def test_a_booking_is_on_the_screen_at_once(lab):
    start = (timezone.now() + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    body = {
        "resources": ["laser-1"],
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=1)).isoformat(),
    }
    lab.site.client(lab.papers["maker"])("GET", "resources")
    with lab.watch(topics="resource/laser-1") as eye:
        eye.frame()
        status, _told = lab.site.client(lab.papers["maker"])("POST", "bookings", body)
        assert status == 201

        frame = eye.until(lambda frame: "resource/laser-1" in frame["state"])

    assert frame["state"]["resource/laser-1"]["next"] == start.timestamp()


def test_a_process_that_says_goodbye_makes_the_picture_stale(lab):
    with lab.watch(topics="resource") as eye:
        assert eye.frame()["stale"] is None

        began = time.time()
        lab.publish("system/doors", {"up": False})
        assert began < eye.until(lambda frame: frame["stale"])["stale"] < time.time()

        lab.publish("system/doors", DOORS)
        assert eye.until(lambda frame: not frame["stale"])["state"] == {}


def test_without_its_broker_the_picture_is_stale_since_then_and_fresh_once_it_is_back(lab):
    with lab.watch(topics="resource") as eye:
        assert eye.frame()["stale"] is None
        died = time.time()
        lab.broker.kill()
        stale, noticed = eye.until(lambda frame: frame["stale"])["stale"], time.time()

        with lab.watch("maker") as late:
            first = late.frame()
        assert died < stale < noticed
        assert (first["full"], first["stale"], set(first["state"])) == (True, stale, FOR_MAKERS)

        lab.broker.start()
        eye.until(lambda frame: not frame["stale"])
        lab.publish("resource/laser-1", LASER | {"state": "free"})
        frame = eye.until(lambda frame: frame["state"])

    assert frame["state"]["resource/laser-1"]["state"] == "free"
