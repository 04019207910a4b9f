"""Members, cohorts, certifications and trainings on the managers' pages."""

from datetime import date, timedelta

import pytest

from lab.lab_time import last_moment
from lab.models import Award, Certification, Member, Programme, Training
from tests import factories
from tests.factories import NOW, at
from tests.lab.views.conftest import sign_in, undo, words

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2027, 5, 4)


@pytest.fixture
def skill(db: None) -> Certification:
    return factories.certification()


@pytest.fixture
def training(skill: Certification) -> Training:
    return Training.objects.create(certification=skill, starts_at=at(14, day=2), seats=2)


@pytest.mark.parametrize("q", ["ali", "martin", "ALICE@EXAMPLE", "alice mart"])
def test_a_member_is_found_by_what_one_remembers(charlie, alice, q):
    factories.member("bob")

    assert list(sign_in(charlie).get(f"/manage/members/?q={q}").context["members"]) == [alice]


def test_nobody_is_found_by_nonsense(charlie, alice):
    page = sign_in(charlie).get("/manage/members/?q=zzz%00").content.decode()

    assert "Nobody is called that" in page


def test_a_member_is_suspended_told_and_taken_back(charlie, alice):
    manager = sign_in(charlie)
    answer = manager.post(
        "/manage/members/alice/",
        {"suspended": "on", "member_until": "2026-12-31", "language": "fr"},
        follow=True,
    )
    alice.refresh_from_db()
    assert (alice.suspended, alice.member_until, alice.language) == (True, date(2026, 12, 31), "fr")
    assert words(answer) == [
        "Language: English → French · Suspended: no → yes · Member until: – → 31 December 2026."
    ]

    undo(manager, answer.content.decode())
    alice.refresh_from_db()
    assert (alice.suspended, alice.member_until, alice.language) == (False, None, "en")


def test_only_an_administrator_gives_roles(charlie, alice):
    wish = {"language": "en", "role": "manager"}
    sign_in(charlie).post("/manage/members/alice/", wish)
    alice.refresh_from_db()
    assert alice.role == "maker"

    sign_in(factories.member("root", role=Member.Role.ADMIN)).post(
        "/manage/members/alice/", wish | {"role": "admin"}
    )
    alice.refresh_from_db()
    assert (alice.role, alice.is_staff, alice.is_superuser) == ("admin", True, True)


def test_a_manager_changes_no_administrator(charlie):
    root = factories.member("root", role=Member.Role.ADMIN)
    answer = sign_in(charlie).post("/manage/members/root/", {"language": "en", "suspended": "on"})
    root.refresh_from_db()

    assert (answer.status_code, root.suspended) == (403, False)
    assert "Only an administrator" in sign_in(charlie).get("/manage/members/root/").content.decode()


def test_nobody_locks_themselves_out(charlie):
    sign_in(charlie).post("/manage/members/charlie/", {"language": "en", "suspended": "on", "role": "maker"})
    charlie.refresh_from_db()

    assert (charlie.suspended, charlie.role) == (False, "manager")


def test_a_cohort_has_dates_resources_and_members_by_search(charlie, alice):
    laser = factories.resource()
    manager = sign_in(charlie)
    data = {"name": "Résidence", "starts_on": "2026-05-01", "ends_on": "2026-07-31", "resources": laser.pk}
    manager.post("/manage/programmes/new/", data)
    cohort = Programme.objects.get()
    found = manager.get(f"/manage/programmes/{cohort.slug}/?q=alice").context["found"]
    manager.post(f"/manage/programmes/{cohort.slug}/members/alice/add/")

    assert (cohort.slug, cohort.ends_on, list(laser.programmes.all())) == (
        "residence",
        date(2026, 7, 31),
        [cohort],
    )
    assert (list(found), list(cohort.members.all())) == ([alice], [alice])
    answer = manager.post(f"/manage/programmes/{cohort.slug}/members/alice/remove/", follow=True)
    assert (words(answer), cohort.members.count()) == (
        ["Members: + Alice Martin.", "Members: − Alice Martin."],
        0,
    )


def test_a_cohort_ends_after_it_starts(charlie):
    data = {"name": "Résidence", "starts_on": "2026-07-31", "ends_on": "2026-05-01"}
    answer = sign_in(charlie).post("/manage/programmes/new/", data)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ends_on"])


def test_a_certification_is_given_renewed_revoked_and_comes_back(charlie, alice, skill):
    manager, address = sign_in(charlie), f"/manage/certifications/{skill.slug}/holders/alice/"
    manager.post(address, {"expires_on": "2026-06-01"})
    manager.post(address, {"expires_on": NEXT_YEAR.isoformat()})
    held = Award.objects.get()
    assert (held.member, held.awarded_by, held.expires_at) == (alice, charlie, last_moment(NEXT_YEAR))

    page = manager.post(f"{address}revoke/", follow=True).content.decode()
    assert not Award.objects.exists()
    undo(manager, page)
    assert Award.objects.get().expires_at == last_moment(NEXT_YEAR)


def test_an_award_does_not_end_before_it_begins(charlie, alice, skill):
    answer = sign_in(charlie).post(
        f"/manage/certifications/{skill.slug}/holders/alice/", {"expires_on": "2020-01-01"}
    )

    assert answer.status_code == 422
    assert not Award.objects.exists()


def test_what_somebody_holds_is_not_removed(charlie, alice, skill):
    factories.award(alice, skill)
    answer = sign_in(charlie).post(f"/manage/certifications/{skill.slug}/delete/", follow=True)

    assert words(answer) == ["It is still needed by: Alice Martin. Change that first."]


def test_a_session_is_planned_like_the_last_one(charlie, skill, training):
    manager = sign_in(charlie)
    form = manager.get(f"/manage/certifications/{skill.slug}/trainings/new/").context["form"]
    assert (form["minutes"].value(), form["seats"].value()) == ("2 h", 2)

    data = {"starts_at": "2026-05-20T14:00", "minutes": "1 h 30", "seats": "4", "place": "Fablab"}
    manager.post(f"/manage/certifications/{skill.slug}/trainings/new/", data)
    made = Training.objects.latest("pk")
    assert (made.starts_at, made.minutes, made.seats, made.place) == (at(14, day=16), 90, 4, "Fablab")


def test_seats_that_are_taken_are_not_taken_away(charlie, alice, training):
    training.taken.create(member=alice, number=1)
    training.taken.create(member=factories.member("bob"), number=2)
    page, data = (
        f"/manage/certifications/trainings/{training.pk}/",
        {"starts_at": "2026-05-06T14:00", "minutes": "2 h"},
    )
    manager = sign_in(charlie)
    assert manager.post(page, data | {"seats": "1"}).status_code == 422

    manager.post(f"{page}seats/alice/free/")
    manager.post(page, data | {"seats": "1"})
    training.refresh_from_db()
    assert (training.seats, list(training.taken.values_list("member__username", "number"))) == (
        1,
        [("bob", 1)],
    )


def test_those_who_came_are_certified_in_one_action(charlie, alice, training):
    bob, carol = factories.member("bob"), factories.member("carol")
    training.taken.create(member=alice, number=1)
    training.taken.create(member=bob, number=2)
    answer = sign_in(charlie).post(
        f"/manage/certifications/trainings/{training.pk}/awards/",
        {"members": [alice.pk, bob.pk], "expires_on": NEXT_YEAR.isoformat()},
        follow=True,
    )

    assert set(Award.objects.values_list("member__username", "expires_at")) == {
        ("alice", last_moment(NEXT_YEAR)), ("bob", last_moment(NEXT_YEAR)),
    }  # fmt: skip
    assert words(answer) == ["2 members now hold “laser training”."]
    refused = sign_in(charlie).post(
        f"/manage/certifications/trainings/{training.pk}/awards/", {"members": [carol.pk]}
    )
    assert refused.status_code == 422


def test_a_session_with_people_in_it_is_not_removed(charlie, alice, training):
    training.taken.create(member=alice, number=1)
    manager, page = sign_in(charlie), f"/manage/certifications/trainings/{training.pk}/"
    answer = manager.post(f"{page}delete/", follow=True)
    assert words(answer) == ["Members have signed up; tell them and free their seats first."]

    training.taken.all().delete()
    manager.post(f"{page}delete/")
    assert not Training.objects.exists()


def test_expired_ones_are_told_as_such(charlie, alice, skill):
    factories.award(alice, skill, expires_at=NOW - timedelta(days=1))
    page = sign_in(charlie).get(f"/manage/certifications/{skill.slug}/").content.decode()

    assert "ended 3 May 2026" in page
