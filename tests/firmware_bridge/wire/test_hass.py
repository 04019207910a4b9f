"""Home Assistant's configurations written out: abbreviations, base topics, components."""

import pytest

from firmware_bridge.wire.hass import expand
from firmware_bridge.wire.hass_words import ABBREVIATIONS
from firmware_bridge.wire.payload import BadPayload


def test_every_abbreviation_has_one_meaning():
    assert len(ABBREVIATIONS) == 289
    assert expand({"stat_t": "a", "dev": {"ids": ["x"]}, "o": {"sw": "1"}, "avty": [{"t": "b"}]}) == {
        "state_topic": "a",
        "device": {"identifiers": ["x"]},
        "origin": {"sw_version": "1"},
        "availability": [{"topic": "b"}],
    }


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"~": "x" * 257, "stat_t": "~/a"}, "~ is not a topic of 1 to 256 characters"),
        ({"~": "x" * 200_000, "cmps": {"a": {"t": "~/a"}}}, "~ is not a topic of 1 to 256 characters"),
        ({"cmps": {"a": {"~": 7, "t": "~/a"}}}, "~ is not a topic of 1 to 256 characters"),
        ({"cmps": {str(number): {} for number in range(501)}}, "more than 500 components"),
    ],
)
def test_a_configuration_never_becomes_much_larger_than_it_is(config, reason):
    with pytest.raises(BadPayload, match=reason):
        expand(config)


def test_a_component_has_no_components():
    nested = {"cmps": {"a": {"p": "sensor", "cmps": {"b": {"t": "x"}}, "components": {}}}}

    assert expand(nested) == {"components": {"a": {"platform": "sensor"}}}
