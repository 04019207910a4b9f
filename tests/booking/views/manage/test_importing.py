"""Closures out of a file: seen before anything changes, the same file again changes nothing."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from booking.calendars.reading import LARGEST
from lab.models import Closure
from tests import factories
from tests.booking.calendars.test_reading import event, file
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, at, span

pytestmark = pytest.mark.django_db
WHERE = "/manage/closures/import/"
CHRISTMAS = event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20270102", "SUMMARY:Noël", uid="noel")
TUESDAYS = event("DTSTART;VALUE=DATE:20260505", "RRULE:FREQ=WEEKLY;COUNT=3", "SUMMARY:Ménage", uid="menage")


@pytest.fixture
def client(charlie) -> Client:
    return sign_in(charlie)


def upload(client: Client, *events: str, zone: str = "", data: bytes | None = None):
    told = SimpleUploadedFile("holidays.ics", file(*events) if data is None else data)
    return client.post(WHERE, {"file": told, "zone": zone})


def agree(client: Client, seen, **told):
    return client.post(WHERE, {"seen": seen.context["agreed"].initial["seen"], **told}, follow=True)


def closures() -> list[tuple]:
    rows = Closure.objects.order_by("starts_at", "pk")
    return [(row.reason, str(row.zone or ""), (row.ends_at - row.starts_at).days) for row in rows]


def counts(seen) -> tuple[int, int, int, int]:
    told = seen.context["told"]
    return len(told.added), len(told.changed), len(told.removed), told.same


def words(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_nothing_changes_before_somebody_agrees(client):
    seen = upload(client, CHRISTMAS, TUESDAYS)

    assert (seen.status_code, counts(seen), closures()) == (200, (4, 0, 0, 0), [])
    assert "Thursday 24 December 2026 – Friday 1 January 2027" in seen.content.decode()


def test_what_was_seen_is_what_is_done(client, laser):
    done = agree(client, upload(client, CHRISTMAS, TUESDAYS, zone="fablab"))

    assert words(done) == ["Imported: 4 added, 0 changed, 0 removed."]
    assert closures() == [("Ménage", "Fablab", 1)] * 3 + [("Noël", "Fablab", 9)]
    assert done.redirect_chain == [("/manage/closures/", 302)]


def test_the_same_file_again_changes_nothing(client):
    agree(client, upload(client, CHRISTMAS, TUESDAYS))
    before = set(Closure.objects.values_list("pk", flat=True))
    seen = upload(client, CHRISTMAS, TUESDAYS)

    assert counts(seen) == (0, 0, 0, 4)
    assert "Nothing would change" in seen.content.decode()
    agree(client, seen)
    assert set(Closure.objects.values_list("pk", flat=True)) == before


def test_a_newer_file_changes_what_is_new_in_it(client):
    agree(client, upload(client, CHRISTMAS, TUESDAYS))
    longer = CHRISTMAS.replace("20270102", "20270105")
    fewer = TUESDAYS.replace("COUNT=3", "COUNT=2")
    seen = upload(client, longer, fewer)

    assert counts(seen) == (0, 1, 1, 2)
    assert "before: Thursday 24 December 2026 – Friday 1 January 2027" in seen.content.decode()
    assert words(agree(client, seen)) == ["Imported: 0 added, 1 changed, 1 removed."]
    assert closures() == [("Ménage", "", 1)] * 2 + [("Noël", "", 12)]


def test_a_cancelled_event_reopens_the_lab(client):
    agree(client, upload(client, CHRISTMAS))
    gone = CHRISTMAS.replace("SUMMARY:Noël", "SUMMARY:Noël\r\nSTATUS:CANCELLED")
    seen = upload(client, gone, TUESDAYS)

    assert counts(seen) == (3, 0, 1, 0)


def test_what_other_files_brought_goes_only_when_asked(client):
    Closure.objects.create(starts_at=at(14), ends_at=at(15), reason="by hand")
    agree(client, upload(client, CHRISTMAS))
    seen = upload(client, TUESDAYS)

    assert (counts(seen), len(seen.context["told"].gone)) == ((3, 0, 0, 0), 1)
    agree(client, seen)
    assert len(closures()) == 5
    agree(client, upload(client, TUESDAYS), also_gone="on")
    assert [reason for reason, _, _ in closures()] == ["by hand", *["Ménage"] * 3]


def test_what_is_over_is_left_as_it_was(client, clock):
    agree(client, upload(client, TUESDAYS))
    clock(NOW + timedelta(days=10))
    seen = upload(client, TUESDAYS)

    assert counts(seen) == (0, 0, 0, 1)
    assert len(seen.context["told"].gone) == 0


def test_each_zone_has_its_own(client, laser):
    for zone in ("", "fablab"):
        agree(client, upload(client, CHRISTMAS, zone=zone))

    assert closures() == [("Noël", "", 9), ("Noël", "Fablab", 9)]


def test_every_change_stands_in_the_log(client, charlie):
    agree(client, upload(client, CHRISTMAS))
    agree(client, upload(client, CHRISTMAS.replace("20270102", "20270105")))

    lines = LogEntry.objects.order_by("pk").values_list("user", "action_flag")
    assert list(lines) == [(charlie.pk, 1), (charlie.pk, 2)]


def test_bookings_that_it_falls_on_are_counted(client, alice, laser):
    other = factories.zone("rfid")
    for day, place in ((1, laser), (1, factories.resource("bench", zone=other)), (2, laser)):
        factories.booking(alice, place, span(14, 16, day=day))

    assert [upload(client, TUESDAYS, zone=zone).context["hits"] for zone in ("", "fablab")] == [2, 1]


def test_what_can_not_be_read_is_told(client):
    odd = event("DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=HOURLY", "SUMMARY:Toutes les heures", uid="odd")
    page = upload(client, CHRISTMAS, odd).content.decode()

    assert "Toutes les heures" in page
    assert "its repetition is of a kind that closures don’t have" in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello", "This is no calendar file. Export it as iCalendar (.ics)."),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "The file is a calendar, but no event stands in it."),
        (b"x" * (LARGEST + 1), "The file is larger than 2 MB. Export a shorter time."),
        (b"", "The submitted file is empty."),
    ],
)
def test_a_bad_file_is_answered_by_a_sentence(client, data, said):
    answer = upload(client, data=data)

    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize("seen", ["", "nonsense", "a:b:c"])
def test_only_what_was_shown_can_be_agreed_to(client, seen):
    answer = client.post(WHERE, {"seen": seen, "also_gone": "on"})

    assert (answer.status_code, closures()) == (200, [])


def test_an_agreement_that_is_too_late_is_asked_for_again(client, monkeypatch):
    seen = upload(client, CHRISTMAS)
    monkeypatch.setattr("booking.forms.importing.AN_HOUR", -1)

    assert words(agree(client, seen)) == ["Too much time has passed. Choose the file again."]
    assert closures() == []


def test_only_managers_import(alice):
    assert sign_in(alice).get(WHERE).status_code == 403
    assert upload(sign_in(alice), CHRISTMAS).status_code == 403
    assert Client().get(WHERE).status_code == 302


def test_the_list_of_closures_leads_there(client):
    assert f'href="{WHERE}"' in client.get("/manage/closures/").content.decode()


def test_an_event_in_an_unknown_zone_is_left_out_with_the_reason(client):
    mars = event("DTSTART;TZID=Mars/Base:20260601T080000", "DURATION:PT1H", "SUMMARY:Landing", uid="mars")

    page = upload(client, CHRISTMAS, mars)

    assert [what for what, _why in page.context["skipped"]] == ["Landing"]
    assert "its time zone is unknown" in page.content.decode()
    agree(client, page)
    assert [reason for reason, *_rest in closures()] == ["Noël"]
