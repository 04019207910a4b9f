"""Secret addresses: whoever has one reads without a session, whoever guesses or was revoked gets nothing."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings
from icalendar import Calendar

from booking import actions
from booking.actions.feeds import MOST, make_feed, revoke_feed
from booking.calendars.addresses import feed_of, secret_of
from booking.models import Feed
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(alice) -> Feed:
    return make_feed(member=alice, scope=Feed.Scope.PERSONAL)


@pytest.fixture
def booking(alice, laser):
    return actions.book(
        member=alice, by=alice, resources=[laser], span=span(14, 16), purpose="Boîte, en bois", now=NOW
    )


def address(feed: Feed) -> str:
    return f"/calendar/{secret_of(feed)}.ics"


def test_the_address_gives_the_calendar_to_whoever_has_it(feed, booking):
    answer = Client().get(address(feed))
    calendar = Calendar.from_ical(answer.content)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer["Cache-Control"] == "private, max-age=300"
    assert str(calendar["X-WR-CALNAME"]) == "Établi: my bookings"
    assert [str(one["DESCRIPTION"]) for one in calendar.events] == ["Boîte, en bois"]
    assert str(calendar.events[0]["URL"]) == f"http://testserver/bookings/{booking.pk}/"


@pytest.mark.parametrize(("language", "name"), [("fr", "Découpe laser"), ("en", "Laser cutter")])
def test_it_speaks_the_language_of_its_member(alice, language, name):
    cutter = factories.resource("cutter", name="Découpe laser", name_en="Laser cutter")
    alice.language = language
    alice.save()
    made = make_feed(member=alice, scope=Feed.Scope.RESOURCE, resource=cutter)
    calendar = Calendar.from_ical(Client().get(address(made)).content)

    assert str(calendar["X-WR-CALNAME"]) == f"Établi · {name}"


def test_a_client_that_has_it_already_is_told_so(feed, booking, alice, clock):
    client, where = Client(), address(feed)
    first = client.get(where)
    clock(NOW + timedelta(hours=1))
    by_tag = client.get(where, headers={"If-None-Match": first["ETag"]})
    by_time = client.get(where, headers={"If-Modified-Since": first["Last-Modified"]})
    actions.cancel(booking=booking, by=alice, now=NOW + timedelta(hours=1))
    changed = client.get(where, headers={"If-None-Match": first["ETag"]})
    late = client.get(where, headers={"If-Modified-Since": first["Last-Modified"]})

    assert [answer.status_code for answer in (first, by_tag, by_time, changed, late)] == [
        200,
        304,
        304,
        200,
        200,
    ]
    assert (by_tag.content, by_tag["ETag"]) == (b"", first["ETag"])
    assert first["Last-Modified"] == "Mon, 04 May 2026 08:00:00 GMT"
    assert changed["Last-Modified"] == "Mon, 04 May 2026 09:00:00 GMT"
    assert b"STATUS:CANCELLED" in changed.content


def test_the_last_read_is_kept_to_the_minute(feed, booking, clock):
    reads = []
    for seconds in (0, 30, 60, 90):
        clock(NOW + timedelta(seconds=seconds))
        Client().get(address(feed))
        feed.refresh_from_db()
        reads.append((feed.read_at - NOW).seconds)

    assert reads == [0, 0, 60, 60]


def test_head_is_answered_and_nothing_else_but_reading_is(feed, booking):
    assert [Client().generic(method, address(feed)).status_code for method in ("HEAD", "POST", "DELETE")] == [
        200,
        405,
        405,
    ]


def test_a_revoked_address_leads_nowhere_for_good(feed, booking):
    revoke_feed(feed=feed, now=NOW)
    another = make_feed(member=feed.member, scope=Feed.Scope.PERSONAL)

    assert [Client().get(address(one)).status_code for one in (feed, another)] == [404, 200]


def test_whoever_left_reads_no_more(feed, alice):
    alice.is_active = False
    alice.save()

    assert Client().get(address(feed)).status_code == 404


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "1",
        "1-",
        "-",
        "x-y",
        "0-0",
        "9" * 30 + "-x",
        "²-x",
        "1-\u00e9",
        "1-%00",
        "%2e%2e",
        "1-" + "a" * 5000,
    ],
)
def test_guesses_lead_nowhere(feed, secret):
    assert Client().get(f"/calendar/{secret}.ics").status_code == 404


def test_the_secret_of_one_feed_opens_no_other(feed, alice):
    other = make_feed(member=alice, scope=Feed.Scope.PERSONAL)
    seal = secret_of(feed).partition("-")[2]

    assert feed_of(f"{other.pk}-{seal}") is None
    assert (feed_of(secret_of(feed)), feed_of(secret_of(other))) == (feed, other)


def test_the_database_alone_tells_no_address(feed):
    with override_settings(SECRET_KEY="the key of another lab"):
        theirs = secret_of(feed)

    assert theirs != secret_of(feed)
    assert feed.nonce not in secret_of(feed)


def test_an_unknown_address_costs_the_same_work_as_a_revoked_one(feed, django_assert_num_queries):
    revoke_feed(feed=feed, now=NOW)
    for secret in (secret_of(feed), "4711-x", "nonsense"):
        with django_assert_num_queries(1):
            assert feed_of(secret) is None


def test_addresses_are_made_shown_and_taken_back_on_a_page(alice, laser, booking):
    client = sign_in(alice)
    for what in ("personal", "zone:fablab", "resource:laser-1"):
        assert client.post("/me/calendars/", {"what": what}).status_code == 302
    page = client.get("/me/calendars/").content.decode()
    feeds = list(Feed.objects.order_by("pk"))

    assert [(one.scope, one.zone, one.resource) for one in feeds] == [
        ("personal", None, None),
        ("zone", laser.zone, None),
        ("resource", None, laser),
    ]
    for one in feeds:
        assert f"http://testserver{address(one)}" in page
        assert f'href="webcal://testserver{address(one)}"' in page
    assert page.count("<svg") > page.count('class="qr"') == 3
    assert "style=" not in page
    client.post(f"/me/calendars/{feeds[0].pk}/revoke/")
    assert address(feeds[0]) not in client.get("/me/calendars/").content.decode()
    assert Client().get(address(feeds[0])).status_code == 404


def test_nobody_revokes_for_others(feed):
    mallory = sign_in(factories.member("mallory"))

    assert mallory.post(f"/me/calendars/{feed.pk}/revoke/").status_code == 404
    assert Client().get(address(feed)).status_code == 200


@pytest.mark.parametrize("what", ["", "zone:nowhere", "resource:", "personal:x", "everything"])
def test_a_calendar_of_nothing_is_refused(alice, laser, what):
    assert sign_in(alice).post("/me/calendars/", {"what": what}).status_code == 422
    assert not Feed.objects.exists()


def test_there_is_an_end_to_addresses(alice):
    client = sign_in(alice)
    for _ in range(MOST):
        client.post("/me/calendars/", {"what": "personal"})

    assert client.post("/me/calendars/", {"what": "personal"}).status_code == 422
    assert Feed.objects.count() == MOST


def test_a_booking_is_a_file_for_its_member_and_managers(alice, charlie, booking):
    answer = sign_in(alice).get(f"/bookings/{booking.pk}.ics")
    (event,) = Calendar.from_ical(answer.content).events

    assert answer["Content-Disposition"] == f'attachment; filename="booking-{booking.pk}.ics"'
    assert str(event["SUMMARY"]) == "laser-1"
    assert sign_in(charlie).get(f"/bookings/{booking.pk}.ics").status_code == 200
    assert sign_in(factories.member("mallory")).get(f"/bookings/{booking.pk}.ics").status_code == 404
    assert Client().get(f"/bookings/{booking.pk}.ics").status_code == 302
