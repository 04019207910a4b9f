"""What docs/outside.md promises to other programs, tried: its example, its events, its metrics."""

import json
import re
from pathlib import Path

import pytest

from lab.events import NAMES
from lab.hooks.signing import headers
from lab.models.hooks import new_secret

DOCS = Path(__file__).parent.parent / "docs"
TEXT = (DOCS / "outside.md").read_text()
BODY, AT = b'{"type":"test.sent"}', 1_795_400_000


@pytest.fixture
def check():
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    room: dict = {}
    exec(example, room)
    return room["check"]


def told(key, body=BODY):
    return headers(message="msg_1", at=AT, body=body, keys=[key])


def test_the_example_knows_our_messages(check):
    key = new_secret()

    check(key, told(key), BODY, now=AT + 200)
    both = headers(message="msg_1", at=AT, body=BODY, keys=[new_secret(), key])
    check(key, both, BODY, now=AT)


@pytest.mark.parametrize(
    ("body", "late", "same"), [(BODY + b" ", 0, True), (BODY, 301, True), (BODY, 0, False)]
)
def test_the_example_refuses_what_was_changed_is_old_or_somebody_elses(check, body, late, same):
    key = new_secret()

    with pytest.raises(ValueError, match=r"signed|old"):
        check(key if same else new_secret(), told(key), body, now=AT + late)


def test_every_event_is_told_of():
    table = TEXT.partition("| event |")[2].partition("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]

    assert set().union(*map(_named, cells)) - {"test.sent"} == set(NAMES)


def _named(cell: str) -> set[str]:
    """`booking.created`, `.changed` are two of the same root."""
    names = re.findall(r"`([a-z]*\.[a-z]+)`", cell)
    root = names[0].partition(".")[0]
    return {root + name if name.startswith(".") else name for name in names}


def test_the_board_shows_metrics_that_are_told_of():
    board = json.loads((DOCS / "grafana.json").read_text())
    asked = {
        re.sub(r"_bucket$", "", name)
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"etabli_[a-z_]+", target["expr"])
    }

    assert asked <= set(re.findall(r"etabli_[a-z_]+", TEXT))
