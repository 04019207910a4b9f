"""Managers make webhooks: the secret is shown once, deliveries tell how it goes, nobody reaches inside."""

import pytest

from lab.actions import hooks
from lab.models import Delivery, Hook
from tests.factories import NOW
from tests.lab.views.conftest import sign_in, words

pytestmark = pytest.mark.django_db
PAGE = "/manage/hooks/"
WISH = {
    "label": "Team chat",
    "url": "https://example.org/etabli",
    "events": ["device.online", "alarm.raised"],
}


def make(client, **more):
    return client.post(f"{PAGE}new/", WISH | more)


def made(who, **more):
    make(sign_in(who), **more)
    return Hook.objects.get()


def delivery(row, **more):
    fields = {"message": f"msg_{Delivery.objects.count()}", "event": "device.online", "next_at": NOW}
    return Delivery.objects.create(hook=row, created_at=NOW, payload="{}", **(fields | more))


def test_a_new_ones_secret_is_shown_once(charlie):
    client = sign_in(charlie)

    made = make(client)

    row = Hook.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"{PAGE}{row.pk}/")
    answer = client.get(made["Location"])
    assert row.secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert row.secret not in client.get(f"{PAGE}{row.pk}/").content.decode()
    assert row.secret not in client.get(PAGE).content.decode()
    assert (row.events, row.members, row.created_by) == (["device.online", "alarm.raised"], False, charlie)


def test_only_managers_see_them(alice):
    assert sign_in(alice).get(PAGE).status_code == 403
    assert make(sign_in(alice)).status_code == 403


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "https://me:secret@example.org/",
        "http://127.0.0.1/",
        "http://192.168.1.5/x",
        "no",
    ],
)
def test_addresses_that_cannot_be_are_refused_at_once(charlie, url):
    assert make(sign_in(charlie), url=url).status_code == 422
    assert not Hook.objects.exists()


def test_without_an_event_there_is_nothing_to_tell(charlie):
    assert make(sign_in(charlie), events=[]).status_code == 422
    assert make(sign_in(charlie), events=["booking.imagined"]).status_code == 422


def test_the_log_says_who_changed_it_and_never_the_secret(charlie):
    row = made(charlie)
    client = sign_in(charlie)

    client.post(f"{PAGE}{row.pk}/", WISH | {"label": "Chat of the team"})
    old = row.secret
    answer = client.post(f"{PAGE}{row.pk}/secret/", follow=True)

    row.refresh_from_db()
    assert row.secret != old
    assert row.secret in answer.content.decode()
    page = client.get(f"{PAGE}{row.pk}/").content.decode()
    assert "Chat of the team" in page
    assert row.secret not in page
    assert old not in page


def test_a_secret_that_nobody_came_to_see_is_not_shown_later(charlie):
    client = sign_in(charlie)
    make(client)
    row = Hook.objects.get()
    session = client.session
    session["hook_secret"] = [row.pk, session["hook_secret"][1] - 301]
    session.save()

    assert row.secret not in client.get(f"{PAGE}{row.pk}/").content.decode()


def test_another_ones_page_does_not_show_it(charlie):
    first, client = made(charlie), sign_in(charlie)
    make(client, label="Other")
    row = Hook.objects.exclude(pk=first.pk).get()

    page = client.get(f"{PAGE}{first.pk}/").content.decode()

    assert first.secret not in page
    assert row.secret not in page


def test_a_test_is_on_its_way_and_a_given_up_one_goes_once_more(charlie):
    row = made(charlie)
    client = sign_in(charlie)

    answer = client.post(f"{PAGE}{row.pk}/test/", follow=True)
    assert words(answer)[-1] == "A test message is on its way."
    assert row.deliveries.get().event == "test.sent"

    dead = delivery(row, state="dead", attempts=10, status=500, error="status: oh no", next_at=None)
    assert "answered 500: oh no" in client.get(f"{PAGE}{row.pk}/").content.decode()
    client.post(f"{PAGE}{row.pk}/retry/{dead.pk}/")
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.next_at) == ("waiting", 0, NOW)


def test_all_that_was_given_up_goes_once_more_in_one_press(charlie):
    row = made(charlie)
    for _ in range(3):
        delivery(row, state="dead", next_at=None, attempts=10, error="timeout")

    answer = sign_in(charlie).post(f"{PAGE}{row.pk}/retry/", follow=True)

    assert words(answer)[-1] == "3 messages are sent once more."
    assert row.deliveries.filter(state="waiting").count() == 3


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "hook_new"),
        ({"state": "sent", "status": 200, "tried_at": NOW}, "hook_ok"),
        ({"attempts": 2, "tried_at": NOW, "error": "timeout"}, "hook_failing"),
    ],
)
def test_the_list_tells_how_each_is_doing(charlie, fields, state):
    row = made(charlie)
    delivery(row, **fields)

    assert f'data-state="{state}"' in sign_in(charlie).get(PAGE).content.decode()


def test_switched_off_and_on_and_removed(charlie):
    row = made(charlie)
    client = sign_in(charlie)

    client.post(f"{PAGE}{row.pk}/switch/")
    row.refresh_from_db()
    assert (row.enabled, hooks.hooks()) == (False, ())
    assert 'data-state="hook_off"' in client.get(PAGE).content.decode()

    client.post(f"{PAGE}{row.pk}/switch/")
    client.post(f"{PAGE}{row.pk}/delete/")
    assert not Hook.objects.exists()


def test_without_one_the_page_says_the_next_step(charlie):
    assert "No program is told anything" in sign_in(charlie).get(PAGE).content.decode()
