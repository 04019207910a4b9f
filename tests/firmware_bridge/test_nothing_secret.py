"""Whatever devices and managers do, no password, key or UID gets into a log, however much it is to tell."""

import json
import logging
from contextlib import suppress
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import connection
from django.test import Client

from booking import checkin
from devices.broker.accounts import Account
from devices.broker.embedded import Book
from devices.broker.roster import roster
from devices.models import Device
from firmware_bridge.doors.alone import Alone
from firmware_bridge.doors.taps import Taps
from firmware_bridge.letters import Failure, Letters
from firmware_bridge.wire.payload import BadPayload
from tests import factories
from tests.firmware_bridge.cards import MARKS
from tests.firmware_bridge.messages import message
from tests.firmware_bridge.ntag import sun

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
SERVICE = Account("bridge", "", service=True)
UIDS = "04A1B2C3D4E5F6", "04DE5F1EACC040", "08A1B2C3"
WIFI = "the lab's Wi-Fi password"
DOOR = {
    "kind": "door-reader",
    "door": "door-1",
    "broker": "mqtt://broker.lab",
    "wifi": "lab",
    "wifi_password": WIFI,
}


@pytest.fixture
def told(caplog):
    """Everything that is logged, statements of the database with their values too."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.DEBUG)
    connection.force_debug_cursor = True
    yield lambda: "\n".join((caplog.text, *(str(record.args) for record in caplog.records)))
    connection.force_debug_cursor = False
    logging.getLogger("django.db.backends").setLevel(logging.NOTSET)


def test_no_log_tells_what_a_manager_was_shown(told, capfd):
    factories.door("door-1")
    client, shown = Client(), []
    client.force_login(factories.manager())
    shown.append(client.post("/devices/new/", DOOR).context["told"].facts)
    client.post("/devices/new/", DOOR)
    Device.objects.update(online=True, status_at=NOW)
    for when in ("later", "now"):
        seen = client.get("/devices/door-1/credential/").context["form"].initial["seen"]
        answer = client.post("/devices/door-1/credential/", DOOR | {"when": when, "seen": seen})
        shown.append(answer.context["told"].facts)
    call_command("provision", "door-1", stdout=(printed := StringIO()))
    shown.append(json.loads(printed.getvalue()))
    book = Book()
    book.replace(roster(SERVICE, now=NOW))
    assert book.admits("door-1", shown[-1]["password"])
    client.post("/devices/door-1/revoke/")

    secrets = {WIFI} | {facts[name] for facts in shown for name in ("password", "key", "site_key")}
    log, (out, err) = told(), capfd.readouterr()
    audit = " ".join(f"{line.object_repr} {line.change_message}" for line in LogEntry.objects.all())
    assert len(secrets) == 10  # four passwords, four keys, the lab's and the Wi-Fi's
    assert "devices_device" in log  # or nothing was looked at
    assert [secret for secret in secrets if secret in log + out + err + audit] == []


def test_no_log_tells_a_uid_or_what_a_card_said(told, monkeypatch):
    factories.device("door-1", door=factories.door("door-1"))
    factories.badge(factories.member("alice"), UIDS[0])
    sent, letters = [], []
    taps = Taps(send=lambda *words: bool(sent.append(words)) or True, marks=MARKS, meet=lambda _card: None)
    alone = Alone(send=lambda *words: bool(sent.append(words)) or True, marks=MARKS)
    said = sun(UIDS[1], 7)
    facts = [{"uid": uid, "nonce": f"n-{uid[-2:]}", "at": NOW.timestamp()} for uid in UIDS]
    facts += [
        {"uid": UIDS[2], "nonce": "s-1", "sun": said},
        {"uid": UIDS[2], "nonce": "s-2", "sun": {"picc": "x"}},
    ]
    facts += [{"uid": UIDS[0], "nonce": 7}, {"uid": list(UIDS)}, "garbage"]

    def hold(one):
        tapped = message("fablab/v1/door-1/tap", one)
        try:
            taps.on_tap("door-1", tapped, now=NOW)
        except BadPayload as bad:
            letters.extend(Letters().seal([Failure(tapped, bad.reason, "native")]))

    for one in facts:
        hold(one)
    event = {"uid": UIDS[0], "nonce": "o-1", "at": NOW.timestamp(), "verdict": "granted", "reason": "welcome"}
    with suppress(BadPayload):
        list(
            alone.on_log(
                "door-1", message("fablab/v1/door-1/log", {"events": [event, {"uid": UIDS[1]}]}), now=NOW
            )
        )
    monkeypatch.setattr(checkin, "check_in", lambda **_facts: 1 / 0)  # the traceback is logged
    hold({"uid": UIDS[0], "nonce": "n-9", "at": NOW.timestamp()})

    log = told() + " ".join(f"{one.payload!r} {one.reason}" for one in letters)
    assert "ZeroDivisionError" in log
    assert "booking_accessevent" in log
    assert letters
    secrets = {*UIDS, said["picc"], said["cmac"]}
    assert [secret for secret in secrets if secret.lower() in log.lower()] == []
