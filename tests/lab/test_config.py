"""The environment: good values are read, a bad one is one line that names its variable."""

import os
import subprocess
import sys

import pytest

from lab.config import BadSetting, Broker, load

SECRETS = {
    "SECRET_KEY": "made-here",
    "BADGE_PEPPER": "a pepper of this lab",
    "BRIDGE_PASSWORD": "bridge",
    "READER_SECRET": "the secret of the readers",
    "CARD_SECRET": "the secret of the cards",
}


def test_nothing_set_gives_a_lab_of_its_own(tmp_path):
    config = load({"ETABLI_STATE": str(tmp_path)}, secrets=SECRETS)

    assert config.state == tmp_path
    assert config.secret_key == "made-here"
    assert config.badge_pepper == b"a pepper of this lab"
    assert config.database["ENGINE"] == "django.db.backends.sqlite3"
    assert config.database["NAME"] == str(tmp_path / "db.sqlite3")
    assert config.broker == Broker("127.0.0.1", 1883, "bridge", "bridge", embedded=True)
    assert (config.bind, config.port, config.time_zone, config.language_code) == (
        "127.0.0.1",
        8000,
        "Europe/Paris",
        "fr",
    )
    assert config.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert not config.debug
    assert (config.offline_machine_hours, config.offline_door_hours) == (12, 72)


def test_an_empty_value_is_as_good_as_none():
    names = (
        "PORT",
        "MQTT_PORT",
        "MQTT_URL",
        "DATABASE_URL",
        "EMAIL_URL",
        "TIME_ZONE",
        "ALLOWED_HOSTS",
        "DEBUG",
    )

    assert load(dict.fromkeys(names, ""), secrets=SECRETS) == load({}, secrets=SECRETS)


def test_the_environment_goes_before_the_kept_secrets():
    config = load({"SECRET_KEY": "given", "BADGE_PEPPER": "another long pepper"}, secrets=SECRETS)

    assert (config.secret_key, config.badge_pepper) == ("given", b"another long pepper")


def test_readers_decide_alone_for_as_long_as_the_lab_says():
    config = load({"OFFLINE_MACHINE_HOURS": "1.5", "OFFLINE_DOOR_HOURS": "744"}, secrets=SECRETS)

    assert (config.offline_machine_hours, config.offline_door_hours) == (1.5, 744)


def test_a_postgresql_url_is_taken_apart():
    config = load({"DATABASE_URL": "postgres://alice:p%40ss@db:5433/lab"}, secrets=SECRETS)

    assert {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "lab",
        "USER": "alice",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": 5433,
    }.items() <= config.database.items()


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("mqtt://alice:p%40ss@broker", Broker("broker", 1883, "alice", "p@ss")),
        ("mqtts://alice:pass@broker", Broker("broker", 8883, "alice", "pass", tls=True)),
        ("mqtt://broker:1999", Broker("broker", 1999, "", "")),
        ("mqtt://[::1]:1999", Broker("::1", 1999, "", "")),
    ],
)
def test_a_broker_url_is_taken_apart(url, broker):
    assert load({"MQTT_URL": url}, secrets=SECRETS).broker == broker


def test_the_embedded_broker_listens_where_it_is_told():
    assert load({"MQTT_PORT": "1999"}, secrets=SECRETS).broker.port == 1999


BAD = [
    ("PORT", "http"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("PORT", "8000 "),
    ("PORT", "٨٠٠٠"),
    ("MQTT_PORT", "x"),
    ("LANGUAGE_CODE", "de"),
    ("DEBUG", "yes"),
    ("TIME_ZONE", "Paris"),
    ("TIME_ZONE", "../../etc/passwd"),
    ("TIME_ZONE", "Europe"),
    ("BADGE_PEPPER", "short"),
    ("BADGE_PEPPER_OLD", "short"),
    ("CARD_SECRET", "short"),
    ("READER_SECRET", "short"),
    ("OFFLINE_MACHINE_HOURS", "0.5"),
    ("OFFLINE_MACHINE_HOURS", "a day"),
    ("OFFLINE_MACHINE_HOURS", "745"),
    ("OFFLINE_DOOR_HOURS", "11"),
    ("OFFLINE_DOOR_HOURS", "-72"),
    ("OFFLINE_DOOR_HOURS", "inf"),
    ("ETABLI_BIND", "nowhere at all"),
    ("ETABLI_BIND", "1.2.3.4.5"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "mysql://alice@db/lab"),
    ("DATABASE_URL", "postgres://db:port/lab"),
    ("DATABASE_URL", "postgres://alice@db"),
    ("DATABASE_URL", "postgres://[::1/lab"),
    ("DATABASE_URL", "sqlite://"),
    ("MQTT_URL", "localhost:1883"),
    ("MQTT_URL", "http://broker"),
    ("MQTT_URL", "mqtt://"),
    ("MQTT_URL", "mqtt://broker:99999"),
    ("MQTT_URL", "mqtt://[::1"),
    ("EMAIL_URL", "nonsense"),
    ("EMAIL_URL", "smtp://host:port"),
    ("EMAIL_URL", "smtp://[::1"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_one_line_that_names_the_variable(name, value):
    with pytest.raises(BadSetting) as caught:
        load({name: value}, secrets=SECRETS)

    assert str(caught.value).startswith(f"{name} must be ")
    assert "\n" not in str(caught.value)


def test_secrets_never_show_in_a_trace():
    config = load({"MQTT_URL": "mqtt://alice:hush@broker"}, secrets=SECRETS)

    assert "hush" not in repr(config.broker)
    assert "pepper" not in repr(config)


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("DATABASE_URL", "nonsense"), ("ETABLI_STATE", "/dev/null")]
)
def test_a_start_with_a_bad_value_says_that_one_line_and_nothing_else(name, value, tmp_path):
    environ = os.environ | {"ETABLI_STATE": str(tmp_path), name: value}

    start = subprocess.run(
        [sys.executable, "-m", "lab", "check"], env=environ, capture_output=True, text=True
    )

    assert start.returncode == 1
    assert start.stdout == ""
    (line,) = start.stderr.splitlines()
    assert line.startswith(f"etabli: {name} must be ")


def test_without_a_mail_server_mails_are_lines_of_the_log():
    assert load({}, secrets=SECRETS).email == {"EMAIL_BACKEND": "lab.mail.Printed"}
