"""The week of a space as a form, special days, closures."""

from datetime import date, datetime, time

import pytest

from lab.forms.hours import ClosureForm, SpecialDayForm, WeekForm
from lab.models import SpecialDay, Zone
from tests import factories

pytestmark = pytest.mark.django_db
NINE, NOON, ONE, SIX, TWO = time(9), time(12), time(13), time(18), time(2)


def week_form(*openings, **more) -> WeekForm:
    """Filled in: (weekday, row, opens, closes)."""
    data = dict(more)
    for day, row, opens, closes in openings:
        data |= {f"d{day}-{row}-opens": opens, f"d{day}-{row}-closes": closes}
    return WeekForm(data, zone=Zone(slug="fablab", name="Fablab"), week=[])


def test_several_openings_of_a_day_and_past_midnight_are_kept():
    form = week_form((0, 0, "13:00", "18:00"), (0, 1, "09:00", "12:00"), (4, 0, "18:00", "02:00"))

    assert form.is_valid(), form.errors
    assert form.cleaned_data["week"] == [(0, NINE, NOON), (0, ONE, SIX), (4, SIX, TWO)]


def test_there_is_always_room_for_one_more():
    form = WeekForm(zone=Zone(), week=[(0, NINE, NOON), (0, ONE, SIX)])

    assert [len(rows) for _day, _label, rows in form.days] == [3, 2, 2, 2, 2, 2, 2]
    assert form["d0-1-opens"].value() == ONE


@pytest.mark.parametrize(
    ("openings", "wrong"),
    [
        ([(0, 0, "09:00", "")], {"d0-0-closes"}),
        ([(0, 0, "", "18:00")], {"d0-0-opens"}),
        ([(0, 0, "09:00", "12:00"), (0, 1, "11:00", "18:00")], {"d0-0-opens", "d0-1-opens"}),
        ([(0, 0, "20:00", "03:00"), (1, 0, "02:00", "09:00")], {"d0-0-opens", "d1-0-opens"}),
        ([(6, 0, "20:00", "03:00"), (0, 0, "02:00", "09:00")], {"d6-0-opens", "d0-0-opens"}),
        ([(0, 0, "25:00", "26:00")], {"d0-0-opens", "d0-0-closes"}),
    ],
)
def test_what_is_half_or_overlaps_is_told_in_its_field(openings, wrong):
    assert set(week_form(*openings).errors) == wrong


def test_openings_that_touch_do_not_overlap():
    assert week_form((0, 0, "09:00", "12:00"), (0, 1, "12:00", "18:00"), (0, 2, "18:00", "00:00")).is_valid()


def test_mondays_hours_are_copied_until_friday():
    form = week_form((0, 0, "09:00", "18:00"), (1, 0, "10:00", "11:00"), (5, 0, "10:00", "16:00"))
    copied = WeekForm(form.copied(), zone=Zone(), week=[])

    assert copied.is_valid()
    assert copied.cleaned_data["week"] == [*((day, NINE, SIX) for day in range(5)), (5, time(10), time(16))]


def test_an_unknown_place_has_no_holidays_to_keep():
    assert set(week_form(holidays="XX-99").errors) == {"holidays"}
    assert week_form(holidays="FR-57").is_valid()


def special_form(zone, **data) -> SpecialDayForm:
    return SpecialDayForm({"day": "2026-12-24", **data}, instance=SpecialDay(zone=zone))


def test_a_special_day_without_hours_is_closed():
    form = special_form(factories.zone(), reason="Inventaire")

    assert form.is_valid(), form.errors
    saved = form.save()
    assert (saved.day, saved.opens, saved.closes) == (date(2026, 12, 24), None, None)


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"opens": "10:00"}, "closes"),
        ({"closes": "10:00"}, "opens"),
        ({"opens": "11:00", "closes": "14:00"}, "opens"),
        ({}, "day"),
    ],
)
def test_a_special_day_says_everything_once(data, wrong):
    zone = factories.zone()
    SpecialDay.objects.create(zone=zone, day=date(2026, 12, 24), opens=time(10), closes=time(12))

    assert list(special_form(zone, **data).errors) == [wrong]


def test_a_closure_ends_after_it_starts():
    form = ClosureForm({"starts_at": "2026-12-24T18:00", "ends_at": "2026-12-24T09:00"})
    assert list(form.errors) == ["ends_at"]

    form = ClosureForm({"starts_at": "2026-12-24T09:00", "ends_at": "2026-12-24T18:00", "zone": ""})
    assert form.is_valid()
    assert form.cleaned_data["starts_at"] == datetime(2026, 12, 24, 9, tzinfo=factories.PARIS)
