"""Managers settle what spaces demand, how doors let people through, and who teaches."""

import pytest

from lab.models import Programme
from tests import factories
from tests.lab.views.conftest import sign_in, undo, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(db):
    return factories.door()


def test_a_space_demands_what_a_manager_asks_for_and_it_is_taken_back(charlie, door):
    skill = factories.certification("chemistry")
    manager = sign_in(charlie)

    wish = {"capacity": "12", "certification": skill.pk, "role": "manager"}
    answer = manager.post("/manage/access/fablab/", wish, follow=True)

    door.zone.refresh_from_db()
    assert (door.zone.capacity, door.zone.certification, door.zone.role) == (12, skill, "manager")
    assert (
        "Habilitation chemistry" in answer.content.decode() or "chemistry training" in answer.content.decode()
    )

    undo(manager, manager.get("/manage/access/fablab/").content.decode())
    door.zone.refresh_from_db()
    assert (door.zone.capacity, door.zone.certification, door.zone.role) == (None, None, "")


def test_a_door_knows_its_way_and_what_opens_it(charlie, door):
    wish = {"way": "in", "unlock_seconds": "9", "assurance": "sun", "hard_passback": "on"}
    answer = sign_in(charlie).post("/manage/access/doors/door-fablab/", wish, follow=True)

    door.refresh_from_db()
    assert (door.way, door.unlock_seconds, door.assurance, door.hard_passback) == ("in", 9, "sun", True)
    assert "nobody comes in twice · locked without power" in answer.content.decode()
    assert not door.fail_safe


@pytest.mark.parametrize("seconds", ["0", "61", "-1", "x", ""])
def test_no_door_stays_open_for_a_senseless_time(charlie, door, seconds):
    wish = {"way": "in", "unlock_seconds": seconds, "assurance": "uid"}

    assert sign_in(charlie).post("/manage/access/doors/door-fablab/", wish).status_code == 422
    door.refresh_from_db()
    assert door.unlock_seconds == 5


@pytest.mark.parametrize("path", ["", "fablab/", "doors/door-fablab/"])
def test_access_is_for_managers(alice, charlie, door, path):
    assert sign_in(charlie).get(f"/manage/access/{path}").status_code == 200
    assert sign_in(alice).get(f"/manage/access/{path}").status_code == 403


def test_what_a_space_demands_is_not_removed_under_it(charlie, door):
    door.zone.programme = Programme.objects.create(slug="residency", name="Résidence")
    door.zone.save()

    sign_in(charlie).post("/manage/programmes/residency/delete/")

    assert Programme.objects.filter(slug="residency").exists()


def test_a_holder_becomes_instructor_and_ceases_to_be(charlie, alice):
    held = factories.award(alice, factories.certification())
    path = "/manage/certifications/laser/holders/alice/instructor/"

    answer = sign_in(charlie).post(path, {"instructor": "1"}, follow=True)
    held.refresh_from_db()
    assert held.instructor
    assert words(answer) == ["Instructor: no → yes."]

    sign_in(charlie).post(path)
    held.refresh_from_db()
    assert not held.instructor


def test_company_can_only_be_asked_for_where_somebody_is_known_to_be_in(charlie):
    laser = factories.resource()
    page = sign_in(charlie).post("/manage/rules/resources/laser-1/", {"buddy": "on", "assurance": "uid"})

    assert page.status_code == 422
    factories.door(zone=laser.zone)
    assert (
        sign_in(charlie)
        .post("/manage/rules/resources/laser-1/", {"buddy": "on", "assurance": "uid"})
        .status_code
        == 302
    )
    laser.refresh_from_db()
    assert laser.buddy
