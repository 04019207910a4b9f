"""Orders over a real broker and the real telemetry process: a plug that obeys, one that doesn't, a reader."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.firmware_bridge.bridges import PATIENCE
from tests.processes import eventually

CONTROLS = """SELECT d.name, c.key, c.who FROM devices_control c JOIN devices_device d ON d.id = c.device_id
    ORDER BY d.name, c.key"""
ORDERS = """SELECT sent_at IS NOT NULL, done_at IS NOT NULL, failure, answer FROM devices_order ORDER BY id"""
PLACE = """INSERT INTO devices_order
    (control_id, "on", reason, doubts, created_at, expires_at, failure, answer)
    SELECT c.id, {on}, '', '[]', '{now}', '{until}', '', '' FROM devices_control c
    JOIN devices_device d ON d.id = c.device_id WHERE d.name = '{device}' AND c.key = '{key}'"""


END = """UPDATE devices_order SET expires_at = '{now}' WHERE control_id IN (SELECT c.id
    FROM devices_control c JOIN devices_device d ON d.id = c.device_id WHERE d.name = '{device}')"""


def place(lab, device, key, *, on=True, seconds=120.0):
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    now = until - timedelta(seconds=120)
    lab.write(PLACE.format(device=device, key=key, on=int(on), now=_sql(now), until=_sql(until)))


def _sql(moment):
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


@pytest.fixture
def plug(quick_lab):
    """A Tasmota plug on the broker that does as it is told."""
    with quick_lab.client("cmnd/obeys/#") as client:

        def live():
            while True:
                topic, payload, _ = client.heard.get()
                if topic == "":
                    return
                if topic.endswith("/POWER1"):
                    client.say("stat/obeys/RESULT", {"POWER": payload.decode()}, wait=False)
                elif topic.endswith("/Restart"):
                    client.say("tele/obeys/LWT", b"Online", wait=False)

        thread = threading.Thread(target=live)
        thread.start()
        yield client
        client.heard.put(("", b"", False))
        thread.join()


def test_orders_are_done_when_the_device_reports_it_and_else_they_fail_with_a_reason(quick_lab, plug):
    with quick_lab.bridge("telemetry"), quick_lab.client("cmnd/deaf/#", "fablab/v1/box/command") as client:
        for name in ("obeys", "deaf"):
            client.say(f"stat/{name}/RESULT", {"POWER": "OFF"})
        client.say("fablab/v1/box/readings", {"relay": 0})
        names = ("box", "deaf", "obeys")
        expected = [(name, key, "nobody") for name in names for key in ("relay", "restart")]
        eventually(lambda: quick_lab.rows(CONTROLS) == expected, PATIENCE)

        place(quick_lab, "obeys", "relay")
        place(quick_lab, "deaf", "relay")
        place(quick_lab, "obeys", "restart")
        place(quick_lab, "box", "relay")
        place(quick_lab, "deaf", "restart", seconds=-1)

        said = sorted(client.next_said() for _ in range(2))
        assert said[0] == ("cmnd/deaf/POWER1", b"ON")
        command = json.loads(said[1][1])
        assert (command["do"], command["on"]) == ("relay", True)
        quick_lab.write(END.format(device="deaf", now=_sql(datetime.now(UTC))))  # its time is over by now
        client.say("fablab/v1/box/ack", {"id": command["id"], "ok": False, "state": "unsupported"})

        done = [
            (1, 1, "", ""),
            (1, 0, "no_answer", ""),
            (1, 1, "", ""),
            (1, 0, "refused", "unsupported"),
            (0, 0, "late", ""),
        ]
        eventually(lambda: quick_lab.rows(ORDERS) == done, PATIENCE)
        assert quick_lab.last("obeys")["relay"] == 1.0
        assert quick_lab.letters() == []
