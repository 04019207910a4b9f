"""Badges are lost and found, lent and taken back; readers that are alone learn it, and one sees when."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from booking import allowlists
from booking.actions.badges import CannotDo, lend, may_find, report_found, report_lost, take_back
from booking.models import Barred, Notice, Presence
from booking.queries.badges import held_by, spread
from devices.models import AllowList, Service
from lab.models import Badge, Member
from tests import factories
from tests.booking.readers import badge as known_badge
from tests.booking.readers import issued
from tests.booking.taps import ALICES, tap
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def alice():
    return factories.member("alice")


@pytest.fixture
def boss():
    return factories.manager()


@pytest.fixture
def reader():
    return factories.device("door-1", door=factories.door(), online=True)


def told(member):
    return list(Notice.objects.filter(member=member, read_at=None).values_list("kind", flat=True))


def test_a_lost_badge_is_refused_by_the_next_tap(alice, reader):
    mine = factories.badge(alice, ALICES)

    report_lost(badge=mine, by=alice, now=NOW)

    assert tap("door-1").reason == "badge_lost"
    assert told(alice) == []
    with pytest.raises(CannotDo):
        report_lost(badge=mine, by=alice, now=NOW)


def test_whose_badge_a_manager_blocks_is_told_and_the_log_knows(alice, boss):
    mine = factories.badge(alice, ALICES)

    report_lost(badge=mine, by=boss, now=NOW)

    assert told(alice) == ["badge_lost"]
    assert mine.fingerprint not in LogEntry.objects.get(user=boss).change_message


@pytest.mark.parametrize(("later", "own"), [(9 * MINUTE, True), (10 * MINUTE, False)])
def test_its_owner_takes_a_slip_back_for_a_while_a_manager_always(alice, boss, later, own):
    mine = factories.badge(alice, ALICES, lost_at=NOW)

    assert may_find(mine, alice, now=NOW + later) is own
    assert may_find(mine, boss, now=NOW + later)
    assert not may_find(mine, factories.member("bob"), now=NOW)


def test_a_badge_that_was_found_opens_again(alice, boss, reader):
    mine = factories.badge(alice, ALICES, lost_at=NOW - HOUR)

    with pytest.raises(CannotDo):
        report_found(badge=mine, by=alice, now=NOW)
    report_found(badge=mine, by=boss, now=NOW)

    assert tap("door-1").reason == "welcome"


def test_a_guest_gets_a_badge_for_a_while_and_is_seen_inside(boss, reader):
    spare = factories.badge(None, ALICES, kind=Badge.Kind.GUEST)
    assert tap("door-1", "0").reason == "unknown_badge"

    guest = lend(badge=spare, guest="Dora Maar", until=NOW + HOUR, by=boss, now=NOW)

    assert (guest.display_name, guest.has_usable_password()) == ("Dora Maar", False)
    assert tap("door-1", "1").reason == "welcome"
    assert Presence.objects.get(until=None).member == guest
    assert tap("door-1", "2", now=NOW + HOUR).reason == "badge_expired"
    with pytest.raises(CannotDo):
        lend(badge=spare, guest="Bob", until=NOW + HOUR, by=boss, now=NOW)


def test_a_badge_that_is_back_is_nobody_s_and_its_guest_has_left(boss, reader):
    spare = factories.badge(None, ALICES, kind=Badge.Kind.GUEST)
    guest = lend(badge=spare, guest="Dora", until=NOW + HOUR, by=boss, now=NOW)
    tap("door-1", "1")

    take_back(badge=spare, by=boss, now=NOW + MINUTE)

    assert tap("door-1", "2", now=NOW + MINUTE).reason == "unknown_badge"
    assert not Presence.objects.filter(until=None).exists()
    assert not Member.objects.get(pk=guest.pk).is_active
    with pytest.raises(CannotDo):
        take_back(badge=spare, by=boss, now=NOW)


@pytest.mark.parametrize(
    "fields", [{"kind": "card"}, {"kind": "guest", "lost_at": NOW}, {"kind": "guest", "until": NOW}]
)
def test_only_a_free_guest_badge_is_lent_and_not_into_the_past(boss, fields):
    until = fields.pop("until", NOW + HOUR)
    spare = factories.badge(None, ALICES, **fields)

    with pytest.raises(CannotDo):
        lend(badge=spare, guest="Dora", until=until, by=boss, now=NOW)


def test_when_each_reader_held_a_list_without_it_is_known(alice, reader):
    mine = known_badge(alice, ALICES)
    other = factories.device("door-2", door=factories.door("door-2"))
    for name in ("door-1", "door-2"):
        allowlists.note_told(device=name, version=issued(name).version, now=NOW)
    assert held_by(mine) == []

    report_lost(badge=mine, by=alice, now=NOW + MINUTE)
    mine.refresh_from_db()
    assert [one.state for one in held_by(mine)] == ["waiting", "away"]
    version = issued("door-1", now=NOW + MINUTE + SECOND).version
    allowlists.note_told(device="door-1", version=version, now=NOW + MINUTE + 2 * SECOND)

    barred, away = held_by(mine)
    assert (barred.state, barred.after) == ("barred", 2 * SECOND)
    old = AllowList.objects.get(device=other)
    assert (away.device, away.state, away.until) == (other, "away", old.expires_at)
    assert spread([barred, away]) == (1, 2)


def test_a_reader_whose_list_did_not_change_never_let_it_in(alice, reader):
    mine = factories.badge(alice, ALICES, lost_at=NOW + MINUTE)
    issued("door-1")
    Service.objects.create(name="doors", since=NOW, seen_at=NOW + HOUR)

    assert [one.state for one in held_by(mine)] == ["absent"]


def test_a_list_that_left_much_later_says_nothing_about_a_loss(alice, reader):
    mine = factories.badge(alice, ALICES, lost_at=NOW - HOUR)
    version = issued("door-1").version

    allowlists.note_told(device="door-1", version=version, now=NOW)

    assert not Barred.objects.exists()
    assert [(one.state, one.after) for one in held_by(mine)] == [("barred", None)]
