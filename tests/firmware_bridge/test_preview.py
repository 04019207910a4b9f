"""What a mapping would make of the last messages, before it is saved."""

from datetime import UTC

import pytest

from firmware_bridge.preview import preview
from firmware_bridge.sinks.embedded import Batch, DeadLetter, Store
from firmware_bridge.sinks.rawlog import RawLog
from firmware_bridge.wire.clock import SECOND

AT = 1_795_400_000 * SECOND
OVEN = {
    "topic": "x/{device}",
    "device": "",
    "at": "",
    "channels": [{"key": "t", "path": "t.f", "unit": "°F"}],
}


@pytest.fixture
def files(tmp_path):
    return tmp_path / "telemetry.sqlite3", tmp_path / "raw.sqlite3"


def heard(files, *messages):
    raw = RawLog(files[1], most_bytes=10**6, days=7)
    for second, (topic, payload) in enumerate(messages):
        raw.note(AT + second * SECOND, topic, payload, False, [])
    raw.close()


def shown(files, **changed):
    return preview(OVEN | changed, *files, zone=UTC)


def test_the_newest_messages_of_the_pattern_are_shown_with_what_they_give(files):
    heard(files, *((f"x/oven-{n}", b'{"t":{"f":%d}}' % n) for n in range(212, 220)), ("y/other", b"{}"))

    found = shown(files)

    assert (found["fault"], found["units"], len(found["messages"])) == (None, ["°C"], 5)
    assert found["messages"][0]["topic"] == "x/oven-219"
    assert found["messages"][0]["paths"] == [("t.f", "219")]
    (reading,) = found["messages"][0]["readings"]
    assert reading == ("oven-219", "t", pytest.approx(103.888888889), "°C", AT / 1e9 + 7)


def test_a_message_that_it_can_not_read_tells_why(files):
    heard(files, ("x/a", b"\xff"), ("x/b", b'{"t":{"f":"hot"}}'), ("x/c", b'{"u":1}'))

    assert [each["problem"] for each in shown(files)["messages"]] == [
        "none of the mapping's paths is in the message",
        "t is not a number",
        "not JSON",
    ]


def test_while_it_is_not_finished_its_messages_are_shown_with_their_paths(files):
    heard(files, ("x/a", b'{"t":{"f":1},"odd key":[true]}'))

    found = shown(files, channels=[])

    assert found["fault"] == ("channels", "none")
    assert found["messages"][0]["paths"] == [("t.f", "1"), ('["odd key"][0]', "True")]


def test_without_a_raw_log_the_dead_letters_show_what_came(files):
    store = Store(files[0])
    store.write(Batch(letters=[DeadLetter(AT, "x/a", b'{"t":{"f":32}}', "no family reads this topic", "")]))
    store.close()

    assert [each["readings"] for each in shown(files)["messages"]] == [[("a", "t", 0.0, "°C", AT / 1e9)]]


@pytest.mark.parametrize("topic", ["", "#", "tele/{device}"])
def test_a_pattern_that_is_none_shows_nothing(files, topic):
    assert shown(files, topic=topic)["messages"] == []


@pytest.mark.parametrize(
    ("path", "own"), [("", None), ("at", AT / 1e9 - 60), ("t.f", 0), ("nowhere", 0), ("word", 0)]
)
def test_the_time_in_a_message_is_shown_or_that_there_is_none(files, path, own):
    heard(files, ("x/a", b'{"t":{"f":212},"at":%d,"word":"soon"}' % (AT // SECOND - 60)))

    (message,) = shown(files, at=path)["messages"]

    assert message["own"] == own
