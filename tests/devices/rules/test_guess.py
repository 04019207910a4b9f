"""A new device's name tells where it most likely sits."""

import pytest

from devices.rules.guess import likely


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("laser-1", "laser-1"),
        ("plug-laser-1", "laser-1"),
        ("laser-1-power", "laser-1"),
        ("laser-12", "laser"),
        ("my-laser-1-cut", "laser-1"),
        ("four", None),
        ("", None),
    ],
)
def test_the_longest_place_whose_words_stand_in_the_name(name, place):
    assert likely(name, ["laser", "laser-1", "desk"]) == place
