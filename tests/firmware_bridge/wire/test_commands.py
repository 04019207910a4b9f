"""Commands: what the contract says they hold, and ids that nobody guesses."""

import json
from datetime import UTC, datetime

from firmware_bridge.wire import commands

NOW = datetime.fromtimestamp(1_795_400_000, UTC)


def said(command):
    facts = json.loads(command)
    facts.pop("id")
    return facts


def test_unlock_answers_a_tap_for_some_seconds():
    command = commands.unlock(seconds=5, nonce="n1", reason="welcome", text="Bonjour Zoé", now=NOW)

    assert said(command) == {
        "nonce": "n1",
        "do": "unlock",
        "seconds": 5,
        "reason": "welcome",
        "text": "Bonjour Zoé",
        "expires": 1_795_400_010.0,
    }


def test_refuse_says_why():
    command = commands.refuse(nonce="n1", reason="zone_full", text="Espace complet", now=NOW)

    assert said(command) == {
        "nonce": "n1",
        "do": "refuse",
        "reason": "zone_full",
        "text": "Espace complet",
        "expires": 1_795_400_010.0,
    }


def test_a_relay_is_a_lease_and_needs_no_tap():
    assert said(commands.relay(on=True, lease=900, now=NOW)) == {
        "do": "relay",
        "on": True,
        "lease": 900,
        "expires": 1_795_400_010.0,
    }


def test_ids_never_repeat():
    ids = {json.loads(commands.refuse(nonce="n", reason="r", text="t", now=NOW))["id"] for _ in range(100)}

    assert len(ids) == 100
    assert min(map(len, ids)) >= 16


def test_a_display_gets_plain_spaces():
    command = commands.relay(on=True, lease=60, text="À vous\u202f: 14\u00a0h\u00a0–\u206015", now=NOW)

    assert json.loads(command)["text"] == "À vous : 14 h –15"
