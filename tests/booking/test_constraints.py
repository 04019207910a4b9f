"""The database refuses overlaps, whoever writes, and goes on doing so when its tables are remade."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import F, Q
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from booking.constraints import NoOverlap
from booking.models import Booking, Claim
from tests import factories
from tests.factories import NOW, span

pytestmark = pytest.mark.django_db

TAKEN = NoOverlap("unit", start="starts", end="ends", when=Q(standing=True), name="stay_unit_taken")


@pytest.fixture
def unit():
    return factories.resource(units=2).units.get(number=1)


@pytest.fixture
def stay(unit):
    """A booking without claims, to hang some on."""
    alice = factories.member()
    return Booking.objects.create(
        member=alice, booked_by=alice, starts_at=NOW, ends_at=NOW + timedelta(hours=1)
    )


def claim(stay, unit, when, **fields):
    return Claim(booking=stay, unit=unit, blocked_from=when.start, blocked_until=when.end, **fields)


def refused(act) -> bool:
    """Did the database say no, by the constraint's name?"""
    try:
        with transaction.atomic():
            act()
    except IntegrityError as error:
        return "claim_unit_taken" in str(error)
    return False


@pytest.mark.parametrize(
    "wished", [span(10, 12), span(9, 11), span(11, 13), span(10.5, 11.5), span(9, 13), span(11.99, 14)]
)
def test_two_claims_of_a_unit_never_share_time(stay, unit, wished):
    claim(stay, unit, span(10, 12)).save()

    assert refused(claim(stay, unit, wished).save)


@pytest.mark.parametrize("wished", [span(8, 10), span(12, 14)])
def test_claims_may_touch(stay, unit, wished):
    claim(stay, unit, span(10, 12)).save()

    assert not refused(claim(stay, unit, wished).save)


def test_a_claim_that_stands_no_more_and_another_unit_are_in_nobodys_way(stay, unit):
    claim(stay, unit, span(10, 12), standing=False).save()
    claim(stay, unit, span(10, 12)).save()

    assert not refused(claim(stay, unit, span(10, 12), standing=False).save)
    assert not refused(claim(stay, unit.resource.units.get(number=2), span(10, 12)).save)


def test_an_update_is_held_to_it_too(stay, unit):
    claim(stay, unit, span(8, 10)).save()
    later = claim(stay, unit, span(12, 14))
    later.save()
    row = Claim.objects.filter(pk=later.pk)

    assert refused(lambda: row.update(blocked_from=span(9, 10).start))
    assert not refused(lambda: row.update(blocked_from=span(10, 14).start))
    assert refused(lambda: Claim.objects.update(blocked_until=F("blocked_until") + timedelta(hours=3)))


def test_to_stand_again_a_claim_must_find_its_time_free(stay, unit):
    given_back = claim(stay, unit, span(10, 12), standing=False)
    given_back.save()
    claim(stay, unit, span(11, 13)).save()

    assert refused(lambda: Claim.objects.filter(pk=given_back.pk).update(standing=True))


def test_many_rows_at_once_are_checked_one_by_one(stay, unit):
    both = [claim(stay, unit, span(10, 12)), claim(stay, unit, span(11, 13))]

    assert refused(lambda: Claim.objects.bulk_create(both))
    assert Claim.objects.count() == 0


class AnyOrder(TestCase):
    """Whatever is tried in whatever order, the standing claims never overlap, and no free time is refused."""

    minutes = st.tuples(st.integers(0, 30), st.integers(1, 10))

    @given(st.lists(st.tuples(minutes, st.booleans()), max_size=12))
    def test_the_database_agrees_with_a_slow_model(self, tries):
        unit = factories.resource().units.get()
        alice = factories.member()
        stay = Booking.objects.create(
            member=alice, booked_by=alice, starts_at=NOW, ends_at=NOW + timedelta(hours=1)
        )
        taken: set[int] = set()
        for (start, length), standing in tries:
            wished = set(range(start, start + length))
            row = Claim(
                booking=stay,
                unit=unit,
                standing=standing,
                blocked_from=NOW + timedelta(minutes=start),
                blocked_until=NOW + timedelta(minutes=start + length),
            )

            assert refused(row.save) == (standing and bool(wished & taken))
            taken |= wished if standing and not wished & taken else set()


def test_validation_says_it_before_the_database_does(stay, unit):
    claim(stay, unit, span(10, 12)).save()

    with pytest.raises(ValidationError, match="claim_unit_taken"):
        claim(stay, unit, span(11, 13)).full_clean()
    claim(stay, unit, span(12, 13)).full_clean()
    claim(stay, unit, span(11, 13), standing=False).full_clean()
    Claim.objects.get().full_clean()


def test_validation_leaves_an_incomplete_form_to_its_own_errors(unit):
    with pytest.raises(ValidationError) as caught:
        Claim(unit=unit).full_clean()

    assert sorted(caught.value.message_dict) == ["blocked_from", "blocked_until", "booking"]


def test_it_survives_the_way_through_a_migration_file():
    path, args, kwargs = TAKEN.deconstruct()

    assert path == "booking.constraints.NoOverlap"
    assert NoOverlap(*args, **kwargs) == TAKEN == TAKEN.clone()
    assert hash(TAKEN) == hash(TAKEN.clone())
    assert NoOverlap("room", **kwargs) != TAKEN


class Stays:
    """A table of its own, taken through migrations as Django would run them, one operation a migration."""

    def __init__(self) -> None:
        self.state = ProjectState()
        fields = [
            ("id", models.BigAutoField(primary_key=True)),
            ("unit", models.IntegerField()),
            ("starts", models.DateTimeField()),
            ("ends", models.DateTimeField()),
            ("standing", models.BooleanField(default=True)),
        ]
        self.run(migrations.CreateModel("Stay", fields, {"constraints": [TAKEN]}))

    def run(self, *operations) -> None:
        for operation in operations:
            self.run_together(operation)

    def run_together(self, *operations) -> None:
        with connection.schema_editor(atomic=True) as editor:
            for operation in operations:
                after = self.state.clone()
                operation.state_forwards("hotel", after)
                operation.database_forwards("hotel", editor, self.state, after)
                self.state = after

    def undo(self, operation) -> None:
        """Back to before the operation that was run last."""
        before = ProjectState()
        for (label, _name), model in self.state.models.items():
            kept = [c for c in model.options["constraints"] if c.name != operation.constraint.name]
            options = model.options | {"constraints": kept}
            before.add_model(ModelState(label, model.name, dict(model.fields), options))
        with connection.schema_editor(atomic=True) as editor:
            operation.database_backwards("hotel", editor, self.state, before)
        self.state = before

    def double_booked(self) -> bool:
        """Can the same time be written twice?"""
        stay = self.state.apps.get_model("hotel", "Stay")
        stay.objects.all().delete()
        row = {"unit": 7, "starts": span(10, 12).start, "ends": span(10, 12).end}
        stay.objects.create(**row)
        try:
            with transaction.atomic():
                stay.objects.create(**row)
        except IntegrityError as error:
            return "stay_unit_taken" not in str(error)
        return True


@pytest.fixture
def stays(transactional_db):
    table = Stays()
    yield table
    with connection.schema_editor() as editor:
        editor.delete_model(table.state.apps.get_model("hotel", "Stay"))


ADD = migrations.AddField("stay", "note", models.CharField(max_length=9, default=""))
ALTER = migrations.AlterField("stay", "unit", models.BigIntegerField())
CHECK = migrations.AddConstraint(
    "stay", models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="stay_ends_after_start")
)
INDEX = migrations.AddIndex("stay", models.Index("unit", "starts", name="stay_by_unit"))
REMOVE = migrations.RemoveField("stay", "note")
UNIQUE = migrations.AlterUniqueTogether("stay", {("unit", "starts")})


@pytest.mark.parametrize(
    "operations",
    [(), (ADD,), (ALTER,), (CHECK,), (INDEX,), (UNIQUE,), (ADD, ALTER, CHECK, INDEX, REMOVE)],
    ids=lambda operations: "+".join(type(one).__name__ for one in operations) or "as made",
)
@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one migration"])
def test_it_survives_what_later_migrations_do_to_the_table(stays, operations, together):
    (stays.run_together if together else stays.run)(*operations)

    assert not stays.double_booked()


def test_it_can_be_taken_away_and_put_back(stays):
    add = migrations.AddConstraint("stay", TAKEN)

    stays.run(migrations.RemoveConstraint("stay", "stay_unit_taken"))
    assert stays.double_booked()
    stays.state.apps.get_model("hotel", "Stay").objects.all().delete()
    stays.run(add)
    assert not stays.double_booked()
    stays.undo(add)
    assert stays.double_booked()


def test_it_can_not_be_put_on_a_table_that_breaks_it_already(stays):
    stays.run(migrations.RemoveConstraint("stay", "stay_unit_taken"))
    assert stays.double_booked()

    with pytest.raises(IntegrityError):
        stays.run(migrations.AddConstraint("stay", TAKEN))
