"""What channels are called on pages."""

import pytest
from django.utils import translation

from devices.channel_words import channel_word, reading, seconds


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("power", "Power"),
        ("power_a", "Power, phase A"),
        ("energy_returned_c", "Energy returned, phase C"),
        ("apparent_power", "Apparent power"),
        ("power_1", "power 1"),
        ("vitamin_c", "vitamin c"),
        ("_a", " a"),
    ],
)
def test_a_channel_has_a_word_and_a_phase_its_letter(key, word):
    with translation.override("en"):
        assert channel_word(key) == word


def test_a_managers_label_comes_first():
    assert channel_word("power_a", "Saw") == "Saw"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        ("idle", "idle"),
        (0.004, "0"),
        (-56.04, "−56"),
        (1234.6, "1\xa0235"),
        (5.25, "5,25"),
        (1e300, "1e+300"),
        (-1.2345e20, "−1.23e+20"),
        (999_999_999_999_999, "999\xa0999\xa0999\xa0999\xa0999"),
    ],
)
def test_a_value_has_as_many_digits_as_help(value, said):
    with translation.override("fr"):
        assert reading(value) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (0.5, "0,5 s"),
        (45, "45 s"),
        (60, "1 min"),
        (90, "1 min 30 s"),
        (119.7, "2 min"),
        (590, "9 min 50 s"),
        (610, "10 min"),
        (1e300, "1e+300 s"),
    ],
)
def test_a_length_keeps_the_seconds_that_a_manager_wrote(length, said):
    with translation.override("fr"):
        assert (
            seconds(length).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
            == said
        )
