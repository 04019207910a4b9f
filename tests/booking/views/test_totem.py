"""The screen at an entrance: paired by its key; its zone's day, without names that nobody gave away."""

from datetime import timedelta

import pytest
from django.test import Client

from booking.models import Presence, UsageSession
from lab.models import Totem
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
PAGE = "/totem/fablab/"
HOW = "This screen is not paired"


@pytest.fixture
def fablab():
    return factories.zone("fablab", hours=(9, 20), capacity=40)


def totem(zone) -> tuple[Totem, str]:
    row = Totem(zone=zone, label="Entrance")
    key = row.renew()
    row.save()
    return row, key


@pytest.fixture
def paired(fablab) -> Client:
    client = english()
    client.get(PAGE, {"key": totem(fablab)[1]})
    return client


def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


def text(answer) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_without_a_key_it_says_how_to_pair_it_and_shows_no_agenda(fablab):
    factories.resource("laser-1", zone=fablab)

    answer = english().get(PAGE)

    assert answer.status_code == 200
    assert HOW in text(answer)
    assert "laser-1" not in text(answer)


def test_the_key_in_the_address_becomes_cookies_that_only_the_page_and_the_socket_get(fablab):
    _, key = totem(fablab)

    answer = english().get(PAGE, {"key": key}, secure=True)

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert {name: cookie["path"] for name, cookie in answer.cookies.items()} == {
        "totem_fablab": PAGE,
        "live_fablab": "/ws/live/",
    }
    for cookie in answer.cookies.values():
        assert (cookie.value, cookie["samesite"], cookie["httponly"], cookie["secure"]) == (
            key,
            "Lax",
            True,
            True,
        )
        assert cookie["max-age"] > 365 * 24 * 3600


def test_a_paired_screen_shows_the_day_and_nobody_may_keep_it(paired, fablab):
    laser = factories.resource("laser-1", zone=fablab)
    alice = factories.member("alice", first_name="Alice", shows_name=True)
    bob = factories.member("bob", first_name="Bob")
    factories.booking(alice, laser, span(11, 12))
    factories.booking(bob, laser, span(14, 15))
    factories.booking(bob, laser, span(8, 9))
    Presence.objects.create(member=bob, zone=fablab, since=NOW - timedelta(hours=1))

    answer = paired.get(PAGE)

    today = answer.context["view"].today
    assert [(slot.span, slot.name) for slot in today.lines[0].slots] == [
        (span(11, 12), "Alice"),
        (span(14, 15), ""),
    ]
    assert '<time id="today" datetime="2026-05-04">' in text(answer)
    assert '<div id="stale" role="status"' in text(answer)
    assert answer.context["view"].present == 1
    assert "Bob" not in text(answer)
    assert "no-store" in answer["Cache-Control"]


def test_who_runs_a_machine_is_named_only_where_they_agreed(paired, fablab):
    for slug, agreed in (("laser-1", True), ("laser-2", False)):
        UsageSession.objects.create(
            resource=factories.resource(slug, zone=fablab),
            member=factories.member(f"user-{slug}", first_name=slug.title(), shows_name=agreed),
            started_at=NOW - timedelta(minutes=5),
        )

    lines = paired.get(PAGE).context["view"].today.lines

    assert [(line.now.state, line.now.user) for line in lines] == [("in_use", "Laser-1"), ("in_use", "")]


def test_tomorrow_waits_in_the_page_for_a_midnight_without_a_server(paired, fablab):
    laser = factories.resource("laser-1", zone=fablab)
    factories.booking(factories.member(), laser, span(10, 11, day=1))

    answer = paired.get(PAGE)

    (tomorrow,) = answer.context["view"].coming
    assert [slot.span for slot in tomorrow.lines[0].slots] == [span(10, 11, day=1)]
    assert '<template data-day="2026-05-05">' in text(answer)
    assert 'id="facts" data-day="2026-05-04" hidden' in text(answer)


def test_more_bookings_than_fit_are_counted(paired, fablab):
    laser, alice = factories.resource("laser-1", zone=fablab), factories.member()
    for hour in range(11, 16):
        factories.booking(alice, laser, span(hour, hour + 1))

    (line,) = paired.get(PAGE).context["view"].today.lines

    assert (len(line.slots), line.more) == (3, 2)


def test_a_member_who_is_signed_in_is_not_thereby_a_screen(fablab, charlie):
    assert HOW in text(sign_in(charlie).get(PAGE))


def test_a_revoked_key_is_refused_and_shows_nothing(fablab, charlie):
    row, key = totem(fablab)
    client = english()
    client.get(PAGE, {"key": key})
    factories.resource("laser-1", zone=fablab)
    sign_in(charlie).post(f"/manage/totems/{row.pk}/revoke/")

    answers = [
        client.get(PAGE),
        english().get(PAGE, {"key": key}),
        client.post(f"{PAGE}shown/", b"{}", "text/plain"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "laser-1" not in text(answers[0])


def test_the_key_of_another_zone_opens_nothing_here(fablab):
    _, key = totem(factories.zone("carrefour"))
    client = english()
    client.cookies["totem_fablab"] = key

    assert client.get(PAGE).status_code == 403
    assert english().get(PAGE, {"key": key}).status_code == 403


def test_a_zone_that_does_not_exist_has_no_screen(db):
    assert english().get("/totem/attic/").status_code == 404


def test_it_tells_which_day_it_shows(paired):
    answer = paired.post(f"{PAGE}shown/", '{"day": "2026-05-04"}', content_type="text/plain")

    row = Totem.objects.get()
    assert answer.status_code == 204
    assert (row.seen_at, str(row.shown_on), row.trouble(NOW)) == (NOW, "2026-05-04", "")


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "3", '"2026-05-04"', "{}", '{"day": 3}', '{"day": "x"}', '{"day": "2026-02-30"}', "\xff"],
)
def test_nonsense_is_refused(paired, body):
    answer = paired.post(f"{PAGE}shown/", body.encode("latin-1"), content_type="text/plain")

    assert answer.status_code == 400
    assert Totem.objects.get().seen_at is None


@pytest.mark.parametrize(
    ("hour", "day", "told", "later", "trouble"),
    [
        (10, 0, "2026-05-04", 1, ""),
        (10, 0, "2026-05-03", 1, "wrong_day"),
        (10, 0, None, 1, "wrong_day"),
        (0, 1, "2026-05-04", 0, ""),  # it turns its page within a minute
        (0.1, 1, "2026-05-04", 0, "wrong_day"),
        (10, 0, "2026-05-04", 6, "silent"),
    ],
)
def test_managers_are_told_of_a_screen_on_another_day_or_silent(
    fablab, charlie, clock, hour, day, told, later, trouble
):
    row, _ = totem(fablab)
    seen = at(hour, day=day)
    Totem.objects.filter(pk=row.pk).update(seen_at=seen, shown_on=told)
    clock(seen + timedelta(minutes=later))

    alarms = sign_in(charlie).get("/dashboard/").context["totems"]

    assert [found for _, found in alarms] == ([trouble] if trouble else [])


def test_a_screen_that_never_was_paired_alarms_nobody(fablab, charlie):
    totem(fablab)

    assert sign_in(charlie).get("/dashboard/").context["totems"] == []
