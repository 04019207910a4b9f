"""Lists leave when something changed, and only then; a lost badge is off every list within a second."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from reader.allowlist import opened
from reader.keyed import badge_print

from devices.models import AllowList, Device, ReaderPrint
from devices.reader_keys import reader_key, site_key
from firmware_bridge.doors import lists
from firmware_bridge.doors.lists import Lists
from firmware_bridge.doors.prints import Prints
from tests import factories
from tests.booking.readers import SECRET, TERMS, badge
from tests.booking.taps import ALICES, BOBS
from tests.firmware_bridge.cards import MARKS

pytestmark = pytest.mark.django_db


class Broker:
    """What was published, and a clock that the tests turn."""

    def __init__(self, monkeypatch):
        self.published, self.epoch, self.up, self.clock = [], 1, True, 1000.0
        monkeypatch.setattr(lists.time, "monotonic", lambda: self.clock)
        self.lists = Lists(send=self.send, terms=TERMS)

    def step(self):
        self.lists.step(epoch=self.epoch, now=datetime.now(UTC))
        while self.lists.pressing:
            self.lists.step(epoch=self.epoch, now=datetime.now(UTC))

    def send(self, topic, payload):
        if self.up:
            self.published.append((topic, payload))
        return self.up

    def after(self, seconds=0.0):
        """The (device, version) that left since, once nothing presses any more."""
        self.clock += seconds
        self.step()
        left, self.published = self.published, []
        return [(topic.split("/")[2], known(topic.split("/")[2], payload).version) for topic, payload in left]


def known(device, payload):
    return opened(payload, reader_key(Device.objects.get(name=device), SECRET))


@pytest.fixture
def broker(monkeypatch):
    return Broker(monkeypatch)


@pytest.fixture
def readers():
    return [factories.device(f"door-{n}", door=factories.door(f"door-{n}")) for n in (1, 2)]


@pytest.fixture
def alice():
    who = factories.member("alice")
    badge(who, ALICES)
    return who


def test_each_reader_gets_its_list_once(broker, readers, alice):
    assert broker.after() == [("door-1", 1), ("door-2", 1)]
    assert [broker.after(seconds) for seconds in (0.5, 5, 60)] == [[], [], []]


def test_a_lost_badge_is_off_every_list_at_the_next_look(broker, readers, alice):
    broker.after()
    alice.badges.update(lost_at=datetime.now(UTC))

    assert broker.after(lists.BETWEEN_LOOKS) == [("door-1", 2), ("door-2", 2)]
    assert AllowList.objects.filter(entries=0).count() == 2


def test_one_change_after_the_other_is_one_number_after_the_other(broker, readers, alice):
    broker.after()
    for version in (2, 3, 4):
        badge(factories.member(f"bob-{version}"), f"04B0B0B{version}")
        assert broker.after(lists.BETWEEN_LOOKS) == [("door-1", version), ("door-2", version)]


def test_a_badge_lost_while_the_list_is_being_looked_at_is_off_it_too(broker, readers, alice):
    broker.lists.step(epoch=1, now=datetime.now(UTC))
    broker.lists.step(epoch=1, now=datetime.now(UTC))
    broker.lists.step(epoch=1, now=datetime.now(UTC))  # people were seen
    alice.badges.update(lost_at=datetime.now(UTC))
    broker.after()
    broker.after(lists.BETWEEN_LOOKS)

    assert AllowList.objects.filter(entries=0).count() == 2


def test_a_change_of_the_place_is_seen_at_the_next_round(broker, readers, alice):
    broker.after()
    type(readers[0].door).objects.filter(slug="door-1").update(unlock_seconds=9)

    assert broker.after(lists.BETWEEN_LOOKS) == []
    assert broker.after(lists.BETWEEN_ROUNDS) == [("door-1", 2)]


def test_over_a_new_connection_every_list_is_said_again(broker, readers):
    broker.after()
    broker.epoch += 1

    assert broker.after() == [("door-1", 1), ("door-2", 1)]


def test_what_the_broker_did_not_take_is_offered_again(broker, readers):
    broker.up = False
    assert broker.after() == []

    broker.up = True
    assert broker.after(lists.BETWEEN_ROUNDS) == [("door-1", 1), ("door-2", 1)]


def test_after_a_rest_everything_is_looked_at_anew(broker, readers):
    broker.after()
    broker.lists.rest()
    factories.device("door-3", door=factories.door("door-3"))

    assert broker.after(lists.BETWEEN_LOOKS) == []
    assert broker.after(lists.BETWEEN_ROUNDS) == [("door-3", 1)]


def test_a_badge_that_was_read_once_is_known_to_readers(broker, readers, alice):
    factories.badge(factories.member("bob"), BOBS)
    broker.after()
    prints = Prints()

    prints.meet(MARKS.card(BOBS))
    prints.learn()
    broker.clock += lists.BETWEEN_LOOKS
    broker.step()

    key = reader_key(readers[0], SECRET)
    mine = [payload for topic, payload in broker.published if "door-1" in topic]
    assert badge_print(BOBS, site_key(SECRET), key) in known("door-1", mine[-1]).entries


def test_prints_are_learnt_once_and_follow_another_pepper(django_assert_num_queries):
    mine = factories.badge(factories.member("bob"), BOBS)
    prints = Prints()
    prints.meet(MARKS.card(BOBS))
    prints.meet(MARKS.card("no UID"))
    prints.meet(MARKS.card(None))
    prints.learn()
    first = ReaderPrint.objects.get(badge=mine).sealed

    with django_assert_num_queries(0):
        prints.meet(MARKS.card(BOBS))
        prints.learn()
    other = Prints()
    other.meet(replace(MARKS, site_key=b"another site").card(BOBS))
    other.learn()

    assert ReaderPrint.objects.get(badge=mine).sealed != first
