"""Public holidays by place: days, names in the reader's language, and places by name."""

from datetime import date

import pytest

from lab import holidays

TODAY = date(2026, 11, 23)


def test_moselle_keeps_two_more_than_france():
    assert date(2026, 12, 26) in holidays.public_holidays("FR-57")
    assert date(2026, 12, 26) not in holidays.public_holidays("FR")
    assert date(2026, 12, 25) in holidays.public_holidays("FR")


@pytest.mark.parametrize("where", ["", "XX", "FR-99", "nonsense"])
def test_an_unknown_place_keeps_none(where):
    assert date(2026, 12, 25) not in holidays.public_holidays(where)
    assert holidays.coming(where, since=TODAY, language="fr", number=5) == []
    assert holidays.holiday_name(where, date(2026, 12, 25), "fr") == ""


def test_the_next_ones_have_names_in_the_readers_language():
    french = holidays.coming("FR-57", since=TODAY, language="fr", number=3)
    english = holidays.coming("FR", since=TODAY, language="en", number=2)

    assert french == [
        (date(2026, 12, 25), "Noël"),
        (date(2026, 12, 26), "Saint-Étienne"),
        (date(2027, 1, 1), "Jour de l'an"),
    ]
    assert english == [(date(2026, 12, 25), "Christmas Day"), (date(2027, 1, 1), "New Year's Day")]


def test_places_are_called_by_name_home_first():
    (home, parts), (_others, countries) = holidays.places("fr")

    assert home == "France"
    assert parts[0] == ("FR", "France")
    assert ("FR-57", "France, Moselle") in parts
    assert ("DE", "Allemagne") in countries
    assert ("DE", "Germany") in holidays.places("en")[1][1]
