"""Who may see what, and frames that are whole whatever the bus brings."""

import asyncio
import itertools
import json

import pytest

from lab.hub import MOST_WAITING, Audience, Hub

DEVICE = {"device": "plug-1", "resource": "laser-1", "at": 1.0}
LONELY = {"device": "plug-2", "resource": None, "at": 1.0}
LASER = {"slug": "laser-1", "state": "in_use", "at": 1.0, "private": {"user": "alice"}}
ZONE = {"zone": "fablab", "present": 3, "at": 1.0, "private": {"names": ["alice"]}}
DOORS = {"up": True, "at": 1.0}
STATE = {
    "device/plug-1": DEVICE,
    "device/plug-2": LONELY,
    "resource/laser-1": LASER,
    "zone/fablab": ZONE,
    "system/doors": DOORS,
}


def seen(audience: Audience) -> dict[str, dict]:
    views = {topic: audience.view(topic, snapshot) for topic, snapshot in STATE.items()}
    return {topic: view for topic, view in views.items() if view is not None}


def test_a_manager_sees_everything():
    assert seen(Audience(manager=True)) == STATE


def test_a_totem_sees_its_zone_only_and_no_names():
    here = {"device": "plug-1", "resource": "laser-1", "zone": "fablab", "at": 1.0}
    state = {"device/plug-1": here, "device/door": here | {"resource": None}, "zone/fablab": ZONE}
    state |= {
        "zone/attic": ZONE | {"zone": "attic"},
        "resource/desk": LASER | {"zone": "attic"},
        "system/doors": DOORS,
    }
    eye = Audience.asked("", manager=False, zone="fablab")
    views = {topic: eye.view(topic, snapshot) for topic, snapshot in state.items()}

    assert {topic: view for topic, view in views.items() if view} == {
        "device/plug-1": here,
        "zone/fablab": {"zone": "fablab", "present": 3, "at": 1.0},
    }


def test_a_maker_sees_no_names_no_stray_devices_and_no_machinery():
    assert seen(Audience(manager=False)) == {
        "device/plug-1": DEVICE,
        "resource/laser-1": {"slug": "laser-1", "state": "in_use", "at": 1.0},
        "zone/fablab": {"zone": "fablab", "present": 3, "at": 1.0},
    }


@pytest.mark.parametrize(
    ("asked", "topics"),
    [
        ("", set(STATE)),
        ("resource", {"resource/laser-1"}),
        ("resource/", {"resource/laser-1"}),
        ("resource/#", {"resource/laser-1"}),
        ("device/plug-1, zone/fablab", {"device/plug-1", "zone/fablab"}),
        ("device/plug", set()),  # a whole name, not its beginning
        ("system,zone", {"system/doors", "zone/fablab"}),
        (",,", set(STATE)),
        ("nothing", set()),
    ],
)
def test_topics_narrow_what_is_seen(asked, topics):
    assert set(seen(Audience.asked(asked, manager=True))) == topics


def test_asking_for_it_shows_a_maker_no_more():
    assert seen(Audience.asked("device/plug-2,system", manager=False)) == {}


def test_the_order_of_the_question_makes_no_other_audience():
    assert Audience.asked("b,a", manager=True) == Audience.asked("a,b,a", manager=True)


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr("lab.hub.FIRST_PATIENCE", 0.05)


def publish(hub: Hub, topic: str, snapshot) -> None:
    hub.receive(topic, snapshot if isinstance(snapshot, bytes) else json.dumps(snapshot).encode())


async def frames(watcher, count: int) -> list[dict]:
    return [json.loads(await asyncio.wait_for(watcher.frames.get(), 60)) for _ in range(count)]


def test_a_socket_that_fell_behind_gets_the_whole_state_again():
    async def scene() -> tuple[dict, dict]:
        hub = Hub()
        watcher = await hub.join(Audience(manager=True))
        numbers = itertools.count()
        while not watcher.behind:
            publish(hub, "resource/laser-1", LASER | {"at": float(next(numbers))})
            await asyncio.sleep(0.05)
        missed = await frames(watcher, MOST_WAITING)
        publish(hub, "resource/laser-1", LASER | {"at": 1e6})
        (caught_up,) = await frames(watcher, 1)
        return missed[-1], caught_up

    last, caught_up = asyncio.run(scene())

    assert "full" not in last
    assert caught_up["full"]
    assert caught_up["state"]["resource/laser-1"]["at"] == 1e6
    assert caught_up["seq"] > last["seq"] + 1


def test_an_older_picture_never_replaces_a_newer_one_and_noise_none():
    async def scene() -> dict:
        hub = Hub()
        publish(hub, "resource/laser-1", LASER | {"at": 5.0})
        for noise in (LASER | {"at": 4.0}, b"\xff", b"[1]", b"7", b'"x"', b"null", {"at": "soon"}):
            publish(hub, "resource/laser-1", noise)
        publish(hub, "zone/fablab", ZONE)
        publish(hub, "zone/fablab", b"")
        watcher = await hub.join(Audience(manager=True))
        return (await frames(watcher, 1))[0]

    first = asyncio.run(scene())

    assert (first["seq"], first["full"], first["state"]) == (
        1,
        True,
        {"resource/laser-1": LASER | {"at": 5.0}},
    )
    assert first["stale"] is not None  # no broker is there to trust


def test_a_silent_process_makes_the_picture_stale_until_it_is_back():
    hub = Hub()
    hub._mark("broker", down=False)
    heard = []

    last_will = {"up": False}  # written when the connection began, so it can't tell when it is said
    for snapshot in ({"up": True, "at": 5.0}, last_will, last_will, {"up": True, "at": 6.0}):
        publish(hub, "system/doors", snapshot)
        heard.append(hub.stale_since())

    assert [since is not None for since in heard] == [False, True, True, False]
    assert heard[1] == heard[2]
