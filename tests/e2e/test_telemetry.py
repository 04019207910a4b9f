"""Readings against the running lab: stored, shown, adopted; garbage kept aside with its reason."""

import asyncio
import json
import time
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.e2e.demo import PATIENCE, Demo, Peer, eventually

pytestmark = [pytest.mark.server("mosquitto"), pytest.mark.xdist_group("demo")]
SENSOR = {
    "Time": "2018-02-15T17:37:10",
    "ENERGY": {
        "Total": 6.294,
        "Yesterday": 5.340,
        "Today": 0.954,
        "Power": 2635,
        "Voltage": 227,
        "Current": 11.661,
    },
}


def channels(lab: Demo, device: str) -> dict[str, Any]:
    status, found = lab.call("GET", f"devices/{device}", user="manager")
    return {channel["key"]: channel for channel in found["channels"]} if status == 200 else {}


def test_a_tasmota_line_makes_an_unclaimed_device(lab: Demo) -> None:
    name = f"prise-{time.time_ns()}"
    peer = Peer.bridge(lab)
    peer.say(f"tele/{name}/SENSOR", SENSOR)
    peer.close()

    found = eventually(lambda: channels(lab, name))

    assert [found["power"]["value"], found["power"]["unit"]] == [2635, "W"]
    assert [found["energy"]["value"], found["energy"]["unit"]] == [6294, "Wh"]
    assert lab.call("GET", f"devices/{name}", user="manager")[1]["claimed"] is False


def test_a_hello_makes_an_unclaimed_device_with_its_channels(lab: Demo) -> None:
    name = f"neuf-{time.time_ns()}"
    peer = Peer.bridge(lab)
    hello = {"profile": "sensor", "firmware": "1.4.0", "channels": [{"key": "co2", "unit": "ppm"}]}
    peer.say(f"fablab/v1/{name}/hello", hello)
    peer.say(f"fablab/v1/{name}/readings", {"at": time.time(), "lux": 312.5, "state": "busy"})
    peer.close()

    found = eventually(lambda: has_lux(channels(lab, name)))

    assert seen_units(found) == {"co2": "ppm", "lux": "", "state": ""}
    assert found["lux"]["value"] == 312.5
    assert found["state"]["value"] == "busy"
    assert found["co2"]["value"] is None


def has_lux(found: dict[str, Any]) -> dict[str, Any] | None:
    return found if "lux" in found else None


def seen_units(found: dict[str, Any]) -> dict[str, str]:
    return {key: channel["unit"] for key, channel in found.items()}


def test_readings_come_back_with_their_times(lab: Demo) -> None:
    name = f"courbe-{time.time_ns()}"
    start = int(time.time()) - 30
    peer = Peer.bridge(lab)
    peer.say(f"fablab/v1/{name}/readings", [{"at": start + n, "power": n} for n in range(20)])
    peer.close()
    path = f"devices/{name}/readings?channel=power&from={start - 5}&to={start + 25}"

    raw = eventually(lambda: (lab.call("GET", f"{path}&step=0", user="manager")[1] or {}).get("points"))
    stepped = lab.call("GET", f"{path}&step=10", user="manager")[1]

    assert raw == [[start + n, n] for n in range(20)]
    assert [value for _, value in stepped["points"] if value is not None]
    assert stepped["step"] == 10


@pytest.mark.parametrize(
    "payload", [b"{", b'{"power": NaN}', b'{"power": 1e400}', b"[1,2]", b"\xff" * 70_000]
)
def test_garbage_is_kept_aside_with_its_reason(lab: Demo, payload: bytes) -> None:
    name = f"fou-{time.time_ns()}"
    peer = Peer.bridge(lab)
    peer.say(f"fablab/v1/{name}/readings", payload)
    peer.close()

    def letter() -> Any:
        letters = lab.call("GET", "dead-letters", user="manager")[1]["items"]
        return next((one for one in letters if name in one["topic"]), None)

    assert eventually(letter)["reason"]


def test_a_reading_reaches_a_manager_s_screen_within_a_second(lab: Demo) -> None:
    name = f"vif-{time.time_ns()}"
    peer = Peer.bridge(lab)
    peer.say(f"fablab/v1/{name}/readings", {"power": 1})
    eventually(lambda: channels(lab, name))

    async def watch() -> bool:
        url = lab.base_url.replace("http", "ws") + "/ws/live/"
        headers = {"Authorization": f"Bearer {lab.papers['accounts']['manager']['token']}"}
        async with connect(url, additional_headers=headers) as socket:
            first = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))
            assert first["seq"] == 1
            assert first["full"] is True
            assert first["state"]
            last = first["seq"]
            for value in range(20):  # a machine that is busy with others may hold one of them up, not all
                sent = time.monotonic()
                await asyncio.to_thread(peer.say, f"fablab/v1/{name}/readings", {"power": value + 132.5})
                shown: dict[str, Any] = {}
                while shown.get("value") != value + 132.5:
                    frame = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))
                    assert frame["seq"] > last
                    last = frame["seq"]
                    shown = frame["state"].get(f"device/{name}", {}).get("channels", {}).get("power", {})
                if time.monotonic() - sent < 1.0:
                    return True
        return False

    assert asyncio.run(watch())
    peer.close()
