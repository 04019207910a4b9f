"""Templates of Home Assistant's documentation, and those that need more than we read."""

import pytest

from firmware_bridge.wire.payload import BadPayload
from firmware_bridge.wire.templates import Told, template

PAYLOAD = b'{"temperature":23.24,"a":{"b":[1,{"c-d":"7.5"}]},"on":true,"nothing":null,"word":" Up "}'


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("{{ value_json.temperature }}", 23.24),
        ("{{ value_json.temperature}}", 23.24),
        ("{{value_json.temperature|round(1)}}", 23.2),
        ("{{ value_json['temperature'] | float | round(0) }}", 23.0),
        ('{{ value_json["a"]["b"][0] }}', 1),
        ("{{ value_json.a.b[1]['c-d'] | float }}", 7.5),
        ("{{ value_json.temperature | int }}", 23.0),
        ("{{ value_json.temperature / 10 }}", 2.324),
        ("{{ (value_json.temperature | float * 2) | round(1) }}", 46.5),
        ("{{ value_json.temperature - 273.15 | float }}", -249.91),
        ("{{ value_json.a.b[1]['c-d'] | float / 10 + 1 }}", 1.75),
        ("{{ value_json.on }}", True),
        ("{{ value_json.word | trim | lower }}", "up"),
        ("{{ value_json.missing }}", None),
        ("{{ value_json.missing.deeper }}", None),
        ("{{ value_json.missing | float(0) }}", 0.0),
        ("{{ value_json.missing | default('x') }}", "x"),
        ("{{ value_json.nothing | round(1) }}", None),
        ("{{ value_json.temperature | is_defined }}", 23.24),
        ("{{- value_json.temperature -}}", 23.24),
        ("{{ value_json.temperature | round(%s) }}" % ("9" * 300), 23.24),
        ("{{ value_json.temperature * 0.1 }}", 2.324),
        ("{{ value_json.temperature | float / 10 | round(1) }}", 2.324),
        ("{{ value_json.temperature | multiply(10) | add(1) }}", 233.4),
        ("{{ value_json.get('temperature') }}", 23.24),
        ("{{ value_json.get('missing', 7) | float }}", 7.0),
        ("{{ value_json.a.b[1]['c-d'] | float(default=0) }}", 7.5),
        ("{{ float(value_json.a.b[1]['c-d'], 0) * 2 }}", 15.0),
        ("{{ value_json.word | replace(' ', '') }}", "Up"),
        ("{{ 'ON' if value_json.on else 'OFF' }}", "ON"),
        ("{{ 'ON' if value_json.temperature > 30 else 'OFF' }}", "OFF"),
        (
            "{{ 'hot' if value_json.temperature >= 30 else 'warm' if value_json.on else 'cold' }}",
            "warm",
        ),
        ("{{ 'yes' if value_json.word == ' Up ' else 'no' }}", "yes"),
        ("{{ value_json.missing if value_json.missing is defined else 0 }}", 0.0),
        ("{{ (value_json.temperature if value_json.temperature is not none else 0) | round(1) }}", 23.2),
        ("{{ 'x' if value_json.word > 3 else 'y' }}", "y"),
        ("{{ 'x' if value_json.missing }}", None),
        ("{{ value_json.on == true }}", True),
        ("{{ value | default(%s) }}" % ("9" * 400), None),
        ("{{ value_json.temperature * %s }}" % ("9" * 400), None),
    ],
)
def test_what_a_template_makes_of_a_payload(told, value):
    steps = template(told)

    assert (Told(PAYLOAD).read(steps) if steps else None) == value


def test_a_plain_value_may_be_read_too():
    assert Told(b" 21.5 ").read(template("{{ value | float }}")) == 21.5
    assert Told(b"ON").read(None) == "ON"


@pytest.mark.parametrize(
    "told",
    [
        "{{ 'ON' if value_json.a and value_json.b else 'OFF' }}",
        "{{ 'ON' if value_json.a is number else 'OFF' }}",
        "{{ 'ON' if value_json.a else }}",
        "{{ 'ON' if }}",
        "{{ value_json.a | multiply(value) }}",
        "{{ value_json.a / 10 | lower }}",
        "{{ value_json.a | replace(1, 2) }}",
        "{{ " + "'x' if value else " * 200 + "'y' }}",
        "{% if value == 'x' %}1{% endif %}",
        "{{ value_json.a }} and {{ value_json.b }}",
        "{{ states('sensor.x') }}",
        "{{ value_json.a | regex_replace('x', 'y') }}",
        "{{ value_json.values() | list | first }}",
        "{{ value_json.a + value_json.b }}",
        "{{ value_json.a + 1 * 2 }}",
        "{{ }}",
        "{{ (value_json.a }}",
        "{{ value_json. }}",
        "value_json.a",
        "{{ " + "(" * 600 + "value" + ")" * 600 + " }}",
    ],
)
def test_what_needs_jinja_is_none(told):
    assert template(told) is None


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b"nope", "{{ value_json.a }}"),
        (b'{"a":"x"}', "{{ value_json.a | float }}"),
        (b'{"a":1}', "{{ value_json.a / 0 }}"),
        (b'{"a":1e308}', "{{ value_json.a * 1000 }}"),
        (b'{"a":[1]}', "{{ value_json.a | round(1) }}"),
        (b"\xff", "{{ value }}"),
    ],
)
def test_a_payload_that_the_template_cannot_read_is_bad(payload, told):
    with pytest.raises(BadPayload):
        Told(payload).read(template(told))


@pytest.mark.parametrize(
    "told", ["{{ value_json.a | float }}", "{{ value_json.a * 2 }}", "{{ value_json.a | int }}"]
)
@pytest.mark.parametrize("value", ["9" * 400, "1e999", '"1e999"'])
def test_numbers_that_are_too_large_are_bad(told, value):
    with pytest.raises(BadPayload):
        Told(b'{"a":%s}' % value.encode()).read(template(told))
