"""Who is in: names for those who may see them, a way out for who forgot to tap, a list to call out."""

from datetime import timedelta

import pytest

from booking.models import Presence
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import LONG_AGO, NOW, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def fablab():
    return factories.zone("fablab", hours=(9, 20), capacity=40)


def comes(zone, name, hours=1, **fields) -> Presence:
    who = factories.member(name, first_name=name.title(), **fields)
    return Presence.objects.create(member=who, zone=zone, since=NOW - timedelta(hours=hours))


def text(answer) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_members_see_counts_and_the_names_of_those_who_agreed(fablab, alice):
    comes(fablab, "bob")
    comes(fablab, "yuna", shows_name=True)

    page = text(sign_in(alice).get("/presence/"))

    assert "Yuna" in page
    assert "Bob" not in page
    assert "and 1 person who is not named" in page
    assert "/out/" not in page


def test_strangers_sign_in_first(client):
    assert client.get("/presence/").status_code == 302


def test_a_manager_counts_somebody_out_and_the_record_says_who(fablab, alice, charlie):
    row = comes(fablab, "bob")

    page = text(sign_in(charlie).post(f"/presence/{row.pk}/out/", follow=True))

    row.refresh_from_db()
    assert (row.until, row.how, row.ended_by) == (NOW, "manager", charlie)
    assert "by a manager, charlie" in page
    assert "Bob is no longer counted in Fablab." in page


def test_nobody_is_counted_out_twice(fablab, charlie):
    row = comes(fablab, "bob")
    Presence.objects.filter(pk=row.pk).update(until=at(9.5))

    sign_in(charlie).post(f"/presence/{row.pk}/out/")

    row.refresh_from_db()
    assert (row.until, row.how) == (at(9.5), "badge")


def test_a_maker_counts_nobody_out(fablab, alice):
    row = comes(fablab, "bob")

    assert sign_in(alice).post(f"/presence/{row.pk}/out/").status_code == 403
    assert Presence.objects.get().until is None


def test_the_muster_list_says_how_far_to_trust_it(fablab, charlie):
    comes(fablab, "bob", hours=1)
    comes(fablab, "night", hours=9)
    reader = factories.device("door-1", door=factories.door(zone=fablab), online=True, status_at=LONG_AGO)
    gone = comes(fablab, "gone", hours=20)
    Presence.objects.filter(pk=gone.pk).update(until=NOW - timedelta(hours=14), how="automatic")
    client = sign_in(charlie)

    zone = client.get("/presence/muster/").context["zones"][0]

    assert zone.sure
    assert [(one.presence.member.username, len(one.doubts)) for one in zone.people] == [
        ("night", 1),
        ("bob", 0),
    ]
    assert [row.member.username for row in zone.automatic] == ["gone"]

    type(reader).objects.update(online=False, status_at=NOW)
    answer = client.get("/presence/muster/")

    assert not answer.context["zones"][0].sure
    assert (answer.context["total"], answer.context["unsure"]) == (2, 2)
    assert "reader out of contact since 10:00" in text(answer)


def test_who_tapped_in_elsewhere_since_is_one_person_and_unsure_in_the_first_space(fablab, charlie):
    studio = factories.zone("studio", hours=(9, 20))
    first = comes(fablab, "bob", hours=2)
    Presence.objects.create(member=first.member, zone=studio, since=NOW - timedelta(hours=1))

    answer = sign_in(charlie).get("/presence/muster/")

    zones = answer.context["zones"]
    assert [len(one.doubts) for zone in zones for one in zone.people] == [1, 0]
    assert "tapped in since: Studio, 09:00" in text(answer)
    assert (answer.context["total"], answer.context["unsure"]) == (1, 0)


def test_a_zone_without_a_reader_says_that_it_knows_nothing(fablab, charlie):
    assert "No reader counts here" in text(sign_in(charlie).get("/presence/muster/"))


def test_after_closing_who_is_still_counted_is_unsure(fablab, charlie, clock):
    comes(fablab, "bob", hours=0)
    clock(at(20.25))

    (zone,) = sign_in(charlie).get("/presence/muster/").context["zones"]

    assert "the space is closed" in zone.people[0].doubts
