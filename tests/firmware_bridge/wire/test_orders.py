"""Commands as a device reads them: what the server writes is understood, anything else is no command."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire import commands
from firmware_bridge.wire.orders import Order, order
from firmware_bridge.wire.payload import BadPayload

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SAID = {"nonce": "b7-1", "reason": "welcome", "text": "Bienvenue", "now": NOW}
BASE = {"id": "c-1", "nonce": "b7-1", "reason": "welcome", "text": "Bienvenue"}


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        (commands.unlock(seconds=5, **SAID), {"do": "unlock", "seconds": 5}),
        (commands.refuse(**SAID), {"do": "refuse"}),
        (commands.relay(on=True, lease=900, **SAID), {"do": "relay", "on": True, "seconds": 900}),
        (commands.relay(on=False, lease=0, **SAID), {"do": "relay"}),
    ],
)
def test_what_the_server_writes_is_understood(sent, wanted):
    found = order(sent)

    facts = json.loads(sent)
    assert found == Order(**BASE | wanted | {"id": facts["id"], "expires": facts["expires"]})


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"do": "explode"}, "do is not unlock, relay, refuse or restart"),
        ({"do": None}, "do is not text"),
        ({"id": ""}, "id has not 1 to 64 characters"),
        ({"seconds": -1}, "seconds is not within 0 to 600"),
        ({"seconds": 601}, "seconds is not within 0 to 600"),
        ({"seconds": "5"}, "seconds is not a number"),
        ({"seconds": True}, "seconds is not a number"),
        ({"do": "relay", "on": "yes"}, "on is not true or false"),
        ({"do": "relay", "on": True, "lease": 1e9}, "lease is not within"),
        ({"expires": "soon"}, "expires is not a number"),
    ],
)
def test_what_no_device_may_follow_says_why(changed, reason):
    payload = json.dumps(BASE | {"do": "unlock", "seconds": 5} | changed).encode()

    with pytest.raises(BadPayload, match=reason):
        order(payload)


@given(st.binary(max_size=80) | st.recursive(st.none() | st.booleans() | st.floats() | st.text(),
                                              lambda some: st.lists(some) | st.dictionaries(st.sampled_from(
                                                  ["id", "do", "seconds", "on", "lease", "nonce"]), some),
                                              max_leaves=8).map(json.dumps).map(str.encode))  # fmt: skip
def test_arbitrary_bytes_open_nothing(payload):
    with pytest.raises(BadPayload):
        order(payload)
