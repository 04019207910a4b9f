"""A new resource, its names, what is claimed with it, its units."""

import pytest

from booking import actions
from lab.models import Link, Resource
from tests import factories
from tests.booking.views.conftest import sign_in
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db
NEW = "/manage/rules/resources/new/"
LASER = "/manage/rules/resources/laser-1/"


def new(zone, **more) -> dict[str, str]:
    plain = {"name": "Découpeuse à fil", "kind": "machine", "zone": zone.pk, "units": "2", "listed": "on"}
    return plain | more


def words(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_a_new_resource_can_be_booked_at_once(charlie, alice):
    zone = factories.zone()
    answer = sign_in(charlie).post(NEW, new(zone), follow=True)
    made = Resource.objects.get()
    actions.book(member=alice, by=alice, resources=[made], span=span(14, 16), now=NOW)

    assert (made.slug, made.units.count(), made.listed) == ("decoupeuse-a-fil", 2, True)
    assert answer.request["PATH_INFO"] == "/manage/rules/resources/decoupeuse-a-fil/"
    assert words(answer) == ["Added: Découpeuse à fil."]


def test_an_address_is_proposed_that_nobody_has(charlie):
    zone = factories.zone()
    manager = sign_in(charlie)
    for _ in range(2):
        manager.post(NEW, new(zone))

    assert set(Resource.objects.values_list("slug", flat=True)) == {"decoupeuse-a-fil", "decoupeuse-a-fil-2"}


@pytest.mark.parametrize("slug", ["new", "Laser", "laser_2", "laser 2", "laser-1"])
def test_an_address_that_can_not_be_is_told(charlie, laser, slug):
    answer = sign_in(charlie).post(NEW, new(laser.zone, slug=slug))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["slug"])
    assert 'value="Découpeuse à fil"' in answer.content.decode()


def test_names_change_and_the_address_stays(charlie, laser):
    data = {
        "name": "Trotec",
        "name_en": "Laser",
        "zone": laser.zone.pk,
        "slug": "other",
        "description": "80 W",
    }
    sign_in(charlie).post(f"{LASER}names/", data)
    laser.refresh_from_db()

    assert (laser.slug, laser.name, laser.name_en, laser.listed) == ("laser-1", "Trotec", "Laser", False)


def test_what_is_linked_is_claimed_along_until_it_is_taken_off(charlie, alice, laser):
    kit = factories.resource("kit-1", kind="kit", units=2)
    manager = sign_in(charlie)
    manager.post(f"{LASER}links/", {"also": kit.pk, "why": "kit", "units": "2"})
    booked = actions.book(member=alice, by=alice, resources=[laser], span=span(14, 16), now=NOW)
    manager.post(f"{LASER}links/kit-1/delete/")

    assert booked.claims.filter(linked=True, unit__resource=kit).count() == 2
    assert not Link.objects.exists()


@pytest.mark.parametrize(("units", "also"), [("3", "kit-1"), ("0", "kit-1"), ("1", "laser-1"), ("1", "")])
def test_a_link_that_can_not_hold_is_refused_in_place(charlie, laser, units, also):
    factories.resource("kit-1", kind="kit", units=2)
    other = Resource.objects.filter(slug=also).first()
    data = {"also": other.pk if other else "", "why": "kit", "units": units}
    answer = sign_in(charlie).post(f"{LASER}links/", data)

    assert answer.status_code == 422
    assert answer.context["link_form"].errors
    assert not Link.objects.exists()


def test_nothing_is_linked_twice(charlie, laser):
    kit = factories.resource("kit-1", kind="kit")
    laser.links.create(also=kit)
    answer = sign_in(charlie).post(f"{LASER}links/", {"also": kit.pk, "why": "kit", "units": "1"})

    assert answer.status_code == 422
    assert Link.objects.count() == 1


def test_units_come_and_go_and_one_that_is_booked_stays(charlie, alice, laser):
    manager = sign_in(charlie)
    assert words(manager.post(f"{LASER}units/", follow=True)) == ["Unit 2 can be booked."]
    factories.booking(alice, laser, span(14, 16), unit=2)
    refused = manager.post(f"{LASER}units/2/delete/", follow=True)
    gone = manager.post(f"{LASER}units/1/delete/", follow=True)
    last = manager.post(f"{LASER}units/2/delete/", follow=True)

    assert words(refused) == ["Unit 2 is booked for later; move or cancel those bookings first."]
    assert words(gone) == ["Unit 1 is out of service."]
    assert words(last) == ["Unit 2 is booked for later; move or cancel those bookings first."]
    assert list(laser.units.values_list("number", flat=True)) == [2]
    assert manager.post(f"{LASER}units/9/delete/").status_code == 404
