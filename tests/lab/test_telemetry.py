"""What the environment says of the past: days of each tier, and a server that has it too."""

import pytest

from lab.config import BadSetting
from lab.telemetry import Influx, Past, load

SERVER = {"INFLUX_URL": "https://influx.example.org:8086/", "INFLUX_BUCKET": "lab"}


def test_without_a_word_the_embedded_store_keeps_a_month_a_year_and_for_ever():
    assert load({}) == load({"INFLUX_URL": "", "TELEMETRY_RAW_DAYS": ""}) == Past(30, 366, 0, None)


def test_days_and_a_server_are_read():
    given = {"TELEMETRY_RAW_DAYS": "0.5", "TELEMETRY_MINUTE_DAYS": "90", "TELEMETRY_HOUR_DAYS": "3660"}

    assert load(given | SERVER | {"INFLUX_ORG": "fablab", "INFLUX_TOKEN": "s3cret"}) == Past(
        0.5, 90, 3660, Influx("https://influx.example.org:8086", "lab", "fablab", "s3cret")
    )


def test_a_token_is_never_shown():
    assert "s3cret" not in repr(load(SERVER | {"INFLUX_TOKEN": "s3cret"}))


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"TELEMETRY_RAW_DAYS": "a month"}, "TELEMETRY_RAW_DAYS"),
        ({"TELEMETRY_MINUTE_DAYS": "-1"}, "TELEMETRY_MINUTE_DAYS"),
        ({"TELEMETRY_HOUR_DAYS": "99999"}, "TELEMETRY_HOUR_DAYS"),
        ({"INFLUX_URL": "influx.example.org"}, "INFLUX_URL"),
        ({"INFLUX_URL": "http://influx.example.org:port"}, "INFLUX_URL"),
        ({"INFLUX_URL": "http://me@influx.example.org"}, "INFLUX_URL"),
        ({"INFLUX_URL": "http://influx.example.org"}, "INFLUX_BUCKET"),
        (SERVER | {"INFLUX_TOKEN": "two\nlines"}, "INFLUX_TOKEN"),
    ],
)
def test_a_bad_value_is_told_by_its_name(given, name):
    with pytest.raises(BadSetting, match=f"^{name} must be "):
        load(given)


def test_a_password_in_the_address_is_not_said_again():
    with pytest.raises(BadSetting) as refused:
        load(SERVER | {"INFLUX_URL": "http://me:s3cret@influx.example.org:8086"})

    assert str(refused.value).startswith("INFLUX_URL must be an address without name and password")
