"""Every change leaves a line with what stood before, and most have a way back."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry

from lab.actions.changes import CannotUndo, can_undo, facts_of, note_added, note_change, remove, undo
from lab.actions.parts import set_week, week_of
from lab.models import Award, Link, Member, OpeningHours, Programme, Resource, Tariff, Training, Zone
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def charlie() -> Member:
    return factories.manager()


def changed(row, by, **fields) -> LogEntry:
    before = facts_of(row)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    line = note_change(row=row, before=before, by=by)
    assert line is not None
    return line


def test_a_line_says_who_what_before_and_after(charlie):
    laser = factories.resource(max_minutes=240)
    line = changed(laser, charlie, max_minutes=120)

    assert (line.user, line.object_id, line.object_repr) == (charlie, str(laser.pk), "laser-1")
    assert "max_minutes" in line.get_change_message()  # as the plain admin reads it
    assert '"max_minutes": [240, 120]' in line.change_message


def test_no_change_is_no_line(charlie):
    laser = factories.resource()

    assert note_change(row=laser, before=facts_of(laser), by=charlie) is None


def test_a_password_is_never_told(charlie):
    assert "password" not in facts_of(charlie)


def test_undo_puts_back_what_stood_before_and_leaves_the_rest(charlie):
    laser = factories.resource(max_minutes=240)
    line = changed(laser, charlie, max_minutes=120)
    Resource.objects.filter(pk=laser.pk).update(name="Trotec")
    undo(line=line, by=charlie)

    laser.refresh_from_db()
    assert (laser.max_minutes, laser.name) == (240, "Trotec")
    assert LogEntry.objects.count() == 2


def test_undo_twice_is_refused(charlie):
    laser = factories.resource(max_minutes=240)
    line = changed(laser, charlie, max_minutes=120)
    undo(line=line, by=charlie)

    assert not can_undo(line)
    with pytest.raises(CannotUndo):
        undo(line=line, by=charlie)


def test_what_somebody_changed_since_is_not_overwritten(charlie):
    laser = factories.resource(max_minutes=240)
    line = changed(laser, charlie, max_minutes=120)
    changed(laser, charlie, max_minutes=60)

    with pytest.raises(CannotUndo):
        undo(line=line, by=charlie)
    laser.refresh_from_db()
    assert laser.max_minutes == 60


def test_a_password_survives_the_undoing_of_another_change(charlie):
    alice = factories.member()
    before = alice.password
    line = changed(alice, charlie, suspended=True)
    undo(line=line, by=charlie)

    alice.refresh_from_db()
    assert (alice.suspended, alice.password) == (False, before)


def test_what_was_added_goes_again(charlie):
    tariff = Tariff.objects.create(slug="std", name="Std", credits_per_hour=Decimal("2.50"))
    undo(line=note_added(row=tariff, by=charlie), by=charlie)

    assert not Tariff.objects.exists()


def test_what_was_removed_comes_back_with_its_key_and_members(charlie):
    alice = factories.member()
    cohort = Programme.objects.create(slug="res", name="Résidence", ends_on=date(2026, 12, 31))
    cohort.members.add(alice)
    pk = cohort.pk
    line = remove(row=cohort, by=charlie)
    undo(line=line, by=charlie)

    back = Programme.objects.get(pk=pk)
    assert (back.name, back.ends_on, list(back.members.all())) == ("Résidence", date(2026, 12, 31), [alice])


def test_what_can_not_come_back_says_so(charlie):
    tariff = Tariff.objects.create(slug="std", name="Std")
    line = remove(row=tariff, by=charlie)
    Tariff.objects.create(slug="std", name="Another one of that address")

    with pytest.raises(CannotUndo):
        undo(line=line, by=charlie)
    assert Tariff.objects.count() == 1


def test_the_week_of_a_space_is_one_value_and_comes_back(charlie):
    zone = factories.zone(hours=(9, 20))
    before = facts_of(zone)
    set_week(zone, [[6, "18:00", "02:00"]])
    line = note_change(row=zone, before=before, by=charlie)
    undo(line=line, by=charlie)

    assert week_of(zone) == [[day, "09:00", "20:00"] for day in range(6)]
    assert OpeningHours.objects.filter(zone=zone, opens=time(9)).count() == 6


def test_links_and_programmes_of_a_resource_come_back(charlie):
    laser, kit = factories.resource(), factories.resource("kit-1", units=3)
    cohort = Programme.objects.create(slug="res", name="Résidence")
    Link.objects.create(resource=laser, also=kit, units=2)
    laser.programmes.add(cohort)
    before = facts_of(laser)
    laser.links.all().delete()
    laser.programmes.clear()
    undo(line=note_change(row=laser, before=before, by=charlie), by=charlie)

    assert list(laser.links.values_list("also", "why", "units")) == [(kit.pk, "kit", 2)]
    assert list(laser.programmes.all()) == [cohort]


def test_units_have_no_way_back_by_a_press(charlie):
    laser = factories.resource()
    before = facts_of(laser)
    laser.units.create(number=2)

    assert not can_undo(note_change(row=laser, before=before, by=charlie))


def test_a_revoked_award_comes_back_as_it_was(charlie):
    held = factories.award(factories.member(), factories.certification(), expires_at=NOW)
    line = remove(row=held, by=charlie)
    undo(line=line, by=charlie)

    assert Award.objects.get().expires_at == NOW


def test_a_removed_training_comes_back_with_who_had_signed_up(charlie):
    alice, skill = factories.member(), factories.certification()
    training = Training.objects.create(certification=skill, starts_at=NOW)
    training.taken.create(member=alice, number=1)
    undo(line=remove(row=training, by=charlie), by=charlie)

    assert list(Training.objects.get().attendees.all()) == [alice]


def test_a_line_that_somebody_else_wrote_is_left_alone(charlie):
    zone = factories.zone()
    line = LogEntry.objects.create(
        user=charlie, object_id=str(zone.pk), object_repr="zone", action_flag=2, change_message="by hand"
    )

    assert not can_undo(line)
    assert Zone.objects.filter(pk=zone.pk).exists()
