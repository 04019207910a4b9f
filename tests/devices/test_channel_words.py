"""What channels are called on pages."""

import pytest
from django.utils import translation

from devices.channel_words import channel_word, reading


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
    [(None, "–"), ("idle", "idle"), (0.004, "0"), (-56.04, "−56"), (1234.6, "1\xa0235"), (5.25, "5,25")],
)
def test_a_value_has_as_many_digits_as_help(value, said):
    with translation.override("fr"):
        assert reading(value) == said
