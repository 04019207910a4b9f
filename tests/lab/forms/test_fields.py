"""Lengths as people type them, and yes–no–inherited."""

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from lab.forms.fields import DAY, DayField, LengthField, MomentField, TriStateField, length_text, minutes_of


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        ("90 min", 90),
        ("1 h", 60),
        ("1 h 30", 90),
        ("1h30", 90),
        ("1 H 30 min", 90),
        ("2 j", 2 * DAY),
        ("2 d", 2 * DAY),
        ("1 jour 4 h", DAY + 240),
        ("0", 0),
        ("", None),
        ("h", None),
        ("1 h 30 30", None),
        ("-5", None),
        ("1.5 h", None),
        ("deux heures", None),
        ("9" * 31, None),
    ],
)
def test_a_length_is_read_as_people_type_it(text, minutes):
    assert minutes_of(text) == minutes


@given(st.integers(0, 400 * DAY), st.sampled_from(["fr", "en"]))
def test_what_a_field_shows_it_reads_back(minutes, language):
    with translation.override(language):
        assert minutes_of(length_text(minutes)) == minutes


@given(st.text(max_size=40))
def test_no_text_breaks_it(text):
    assert minutes_of(text) is None or minutes_of(text) >= 0


@pytest.mark.parametrize(("text", "code"), [("soon", "length"), ("0", "range"), ("3 j", "range")])
def test_a_wrong_length_is_told_in_its_field(text, code):
    with pytest.raises(forms.ValidationError) as refused:
        LengthField(least=1, most=2 * DAY).clean(text)

    assert refused.value.code == code


def test_three_states_come_and_go():
    field = TriStateField(required=False)

    assert [field.clean(text) for text in ("", "true", "false")] == [None, True, False]
    assert [field.prepare_value(value) for value in (None, True, False)] == ["", "true", "false"]
    with pytest.raises(forms.ValidationError):
        field.clean("maybe")


@pytest.mark.parametrize("text", ["1850-01-01T10:00", "9999-12-31T23:59"])
def test_a_moment_is_one_that_a_lab_can_mean(text):
    with pytest.raises(forms.ValidationError):
        MomentField().clean(text)


def test_an_hour_that_a_spring_night_leaves_out_is_explained():
    with pytest.raises(forms.ValidationError) as refused:
        MomentField().clean("2026-03-29T02:30")

    assert refused.value.code == "ambiguous_timezone"


def test_a_day_is_within_two_centuries():
    with pytest.raises(forms.ValidationError):
        DayField().clean("1999-12-31")
