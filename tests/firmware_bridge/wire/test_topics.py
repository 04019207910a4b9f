"""Topics and device names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.wire import topics


@pytest.mark.parametrize(
    ("topic", "place"),
    [
        ("fablab/v1/plug-1/readings", ("plug-1", "readings")),
        ("fablab/v1/plug-1", ("plug-1", "")),
        ("fablab/v1/a/b/c", ("a", "b/c")),
        ("tele/plug-1/SENSOR", None),
        ("fablab/v2/plug-1/readings", None),
    ],
)
def test_a_topic_of_ours_names_device_and_message(topic, place):
    assert topics.native(topic) == place


@pytest.mark.parametrize("name", ["a", "7", "door-fablab", "a" * 63])
def test_device_names(name):
    assert topics.is_device(name)


@pytest.mark.parametrize("name", ["", "-a", "A", "a_b", "é", "a" * 64, "a\n", "a/b"])
def test_what_is_no_device_name(name):
    assert not topics.is_device(name)


@pytest.mark.parametrize(
    ("foreign", "name"),
    [("Prise_Étau 2", "prise-etau-2"), ("DVES_2F1A", "dves-2f1a"), ("###", ""), ("x" * 80, "x" * 63)],
)
def test_a_foreign_id_becomes_a_device_name(foreign, name):
    assert topics.slug(foreign) == name


@given(st.text())
def test_a_slug_is_a_device_name_or_nothing(foreign):
    name = topics.slug(foreign)

    assert name == "" or topics.is_device(name)
