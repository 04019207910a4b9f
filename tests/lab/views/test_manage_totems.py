"""Managers pair screens: the key is shown once, renamed ones keep theirs, another screen takes the place."""

import pytest

from lab.models import Totem
from tests import factories
from tests.lab.views.conftest import sign_in, words

pytestmark = pytest.mark.django_db
PAGE = "/manage/totems/"


@pytest.fixture
def fablab(db):
    return factories.zone("fablab")


def made(client, zone, label="Entrance", **more):
    answer = client.post(PAGE, {"zone": zone.pk, "label": label, **more})
    return answer.context["pairing"].address.partition("?key=")[2], answer


def test_a_new_screens_address_is_shown_once_with_its_code(fablab, charlie):
    key, answer = made(sign_in(charlie), fablab)

    row = Totem.objects.get()
    assert row.digest == Totem.digest_of(key)
    assert f"/totem/fablab/?key={key}" in answer.content.decode()
    assert "<svg" in answer.content.decode().partition('id="pairing"')[2]
    assert "no-store" in answer["Cache-Control"]
    assert key not in sign_in(charlie).get(PAGE).content.decode()
    assert key not in str(Totem.objects.values().get())


def test_a_screen_needs_a_place(fablab, charlie):
    assert sign_in(charlie).post(PAGE, {"zone": fablab.pk, "label": ""}).status_code == 422
    assert not Totem.objects.exists()


def test_renaming_keeps_key_and_zone(fablab, charlie):
    client = sign_in(charlie)
    key, _ = made(client, fablab)
    other, row = factories.zone("carrefour"), Totem.objects.get()

    client.post(f"{PAGE}{row.pk}/", {"label": "Above the laser", "zone": other.pk})

    row.refresh_from_db()
    assert (row.label, row.zone, row.digest) == ("Above the laser", fablab, Totem.digest_of(key))


def test_a_new_address_ends_the_old_one(fablab, charlie):
    client = sign_in(charlie)
    old, _ = made(client, fablab)
    new, _ = made(client, fablab, instead=Totem.objects.get().pk)

    alive = Totem.objects.filter(revoked_at=None)
    assert [row.digest for row in alive] == [Totem.digest_of(new)]
    assert Totem.objects.get(digest=Totem.digest_of(old)).revoked_at is not None


def test_revoking_says_so_and_takes_it_off_the_list(fablab, charlie):
    client = sign_in(charlie)
    made(client, fablab)

    answer = client.post(f"{PAGE}{Totem.objects.get().pk}/revoke/", follow=True)

    assert answer.context["shown"] == []
    assert words(answer) != []
