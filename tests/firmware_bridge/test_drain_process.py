"""The real telemetry process drains its store into a real VictoriaMetrics, and waits while that is away."""

import json
import urllib.parse
import urllib.request

import pytest

from devices import history
from tests.firmware_bridge.bridges import PATIENCE
from tests.processes import eventually
from tests.servers_influx import victoria_server


@pytest.fixture(scope="module")
def victoria():
    with victoria_server() as server:
        yield server


def arrived(url, device):
    """Channel → values in order of time."""
    asked = urllib.parse.urlencode({"match[]": f'{{device="{device}"}}', "start": "0"})
    urllib.request.urlopen(f"{url}/internal/force_flush", timeout=30).close()
    with urllib.request.urlopen(f"{url}/api/v1/export?{asked}", timeout=30) as answer:
        blocks = sorted((json.loads(line) for line in answer), key=lambda each: each["timestamps"])
    found: dict[str, list[float]] = {}
    for block in blocks:
        found.setdefault(block["metric"]["channel"], []).extend(block["values"])
    return found


def test_readings_reach_the_server_and_wait_while_it_is_away(quick_lab, victoria):
    quick_lab.environ |= {"INFLUX_URL": victoria.url, "INFLUX_BUCKET": "lab"}
    with quick_lab.bridge("telemetry") as bridge, quick_lab.client() as client:
        client.say("fablab/v1/plug-1/readings", {"power": 132.5, "energy": 7, "state": "busy"})
        kept = {"power": [132.5], "energy": [7], "state": [0]}  # VictoriaMetrics knows numbers only
        eventually(lambda: arrived(victoria.url, "plug-1") == kept, PATIENCE)
        victoria.server.stop()
        client.say("fablab/v1/plug-1/readings", {"power": 99})
        eventually(lambda: history.outgoing(quick_lab.store).trouble, PATIENCE)
        waiting = history.outgoing(quick_lab.store).waiting
        victoria.server.start()

        eventually(lambda: history.outgoing(quick_lab.store).waiting == 0, PATIENCE)
        assert waiting == 1
        eventually(lambda: arrived(victoria.url, "plug-1")["power"] == [132.5, 99], PATIENCE)
        assert bridge.text.count("takes nothing") >= 1
        assert history.outgoing(quick_lab.store).trouble == ""
