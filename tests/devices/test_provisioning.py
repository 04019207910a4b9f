"""A reader's file: everything that it needs to know, shown once."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from reader.settings import Settings

from devices.credentials import verify
from devices.models import Device
from devices.reader_keys import reader_key, site_key
from tests import factories

pytestmark = pytest.mark.django_db
PEM = "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n"


def provision(*words):
    told = StringIO()
    call_command("provision", *words, stdout=told)
    return json.loads(told.getvalue())


@pytest.fixture
def door():
    return factories.device("door-1", door=factories.door())


def test_the_reader_reads_what_the_server_prints(door, tmp_path):
    (tmp_path / "ca.pem").write_text(PEM)
    told = provision(
        "door-1",
        "--broker",
        "mqtts://broker.lab",
        "--ca",
        str(tmp_path / "ca.pem"),
        "--more",
        '{"card":"rc522"}',
    )

    device, secret = Device.objects.get(), settings.CONFIG.reader_secret
    read = Settings(told)
    assert (read.name, read.host, read.port, read.tls, read.is_door) == (
        "door-1",
        "broker.lab",
        8883,
        True,
        True,
    )
    assert (read.key, read.site_key) == (reader_key(device, secret), site_key(secret))
    assert (read.ca, read.card) == (PEM, "rc522")
    assert verify(read.password, device.credential)


def test_the_authority_of_the_settings_goes_along(door, tmp_path, settings):
    (tmp_path / "ca.pem").write_text(PEM)
    config = settings.CONFIG
    settings.CONFIG = replace(config, broker=replace(config.broker, ca=tmp_path / "ca.pem"))

    assert provision("door-1", "--broker", "mqtts://broker.lab")["broker"]["ca"] == PEM
    assert "ca" not in provision("door-1", "--broker", "mqtt://broker.lab")["broker"]


def test_a_machine_s_reader_knows_that_it_is_one():
    factories.device("reader-1", resource=factories.resource())

    assert provision("reader-1")["for"] == "machine"


def test_a_reader_beside_a_totem_has_no_bolt():
    factories.device("badge-1", zone=factories.zone(), profile="machine-reader")

    assert provision("badge-1")["for"] == "machine"


def test_each_time_is_another_credential_and_another_key(door):
    first, second = provision("door-1"), provision("door-1")

    assert first["password"] != second["password"]
    assert first["key"] != second["key"]
    assert first["site_key"] == second["site_key"]


@pytest.mark.parametrize(
    "words",
    [
        ["nobody"],
        ["air-1"],
        ["door-1", "--broker", "nonsense"],
        ["door-1", "--broker", "mqtts://broker.lab"],
        ["door-1", "--broker", "mqtts://broker.lab", "--ca", pytest.__file__],
    ],
    ids=["nobody", "no reader", "no broker", "no authority", "no certificate"],
)
def test_what_can_t_be_provisioned_is_told_and_keeps_its_credential(door, words):
    factories.device("air-1", zone=door.door.zone)

    with pytest.raises(CommandError):
        provision(*words)
    assert not Device.objects.exclude(credential="").exists()
