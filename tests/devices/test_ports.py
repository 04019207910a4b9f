"""Serial ports in the table, and keys that the table does not tell."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError

from devices import ports
from devices.models import Device, SerialPort
from devices.rules.serial import kind_of
from devices.serial_keys import FACTORY, key_of, read_key, renew
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SECRET = b"a secret of the tests"
KEY = bytes(range(16))


def connect(name="door-1", *, kind="osdp", url="/dev/ttyUSB0", options="", key=None, by=None):
    return ports.connect(
        name=name, kind=kind_of(kind), url=url, options=options, key=key, secret=SECRET, by=by, now=NOW
    )


def test_a_device_that_nobody_knows_is_made_and_waits_for_adoption():
    connect(kind="rdm6300")

    device = Device.objects.get()
    assert (device.name, device.profile, device.claimed) == ("door-1", "rdm6300-reader", False)


def test_a_device_that_is_there_keeps_what_it_speaks_for():
    door = factories.door("door-1")
    device = factories.device("door-1", door=door, profile="door-reader")
    connect()
    device.refresh_from_db()

    assert (device.door, device.profile, device.serial_port.url) == (door, "door-reader", "/dev/ttyUSB0")


def test_a_new_reader_gets_a_key_of_ours_and_keeps_it_when_its_line_changes():
    first = key_of(connect(), SECRET)
    again = key_of(connect(url="/dev/ttyUSB1"), SECRET)

    assert (len(first), first == again) == (16, True)
    assert key_of(connect("door-2"), SECRET) != first
    assert key_of(SerialPort.objects.get(device__name="door-1"), b"another secret of a lab") != first


def test_a_key_that_a_reader_has_is_sealed():
    port = connect(key=KEY)

    kept = SerialPort.objects.filter(pk=port.pk).values().get()
    assert key_of(port, SECRET) == KEY
    assert KEY.hex() not in str(kept)
    sealed = port.sealed_key
    renew(port, SECRET, known=KEY)
    assert (port.sealed_key == sealed, key_of(port, SECRET)) == (False, KEY)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (KEY.hex(), KEY),
        ("00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F", KEY),
        (KEY.hex()[:-2], None),
        ("xx" * 16, None),
        ("", None),
        (FACTORY.hex(), None),
    ],
)
def test_a_key_is_32_hex_digits_and_not_the_factorys(text, key):
    assert read_key(text) == key


def test_what_is_out_of_service_or_revoked_is_not_served():
    on, off = connect("door-1"), connect("door-2", options="address=2")
    ports.switch(port=off, enabled=False, by=factories.manager(), now=NOW)
    connect("door-3", options="address=3")
    Device.objects.filter(name="door-3").update(revoked=True)

    assert list(ports.in_service()) == [on]


def test_a_line_serves_one_device_unless_it_is_a_bus():
    connect("door-1", kind="rdm6300")
    connect("door-2", options="address=2")
    with pytest.raises(IntegrityError):
        connect("door-3", kind="wiegand")


def test_how_a_port_fares_is_written_when_it_changes():
    connect()
    later = NOW + timedelta(hours=1)
    ports.note({"door-1": "the line is gone", "stranger": ""}, answering=(), now=later)
    ports.note({"door-1": "the line is gone"}, answering=(), now=later + timedelta(hours=1))

    port = SerialPort.objects.get()
    assert (port.trouble, port.trouble_at) == ("the line is gone", later)


def test_a_reader_may_take_its_key_for_minutes_or_until_it_has_it():
    port = connect()
    ports.begin_installing(port=port, by=factories.manager(), now=NOW)
    assert [ports.is_installing(port, NOW + timedelta(minutes=after)) for after in (0, 4, 5)] == [
        True,
        True,
        False,
    ]

    ports.note({"door-1": ""}, answering=(), now=NOW)
    port.refresh_from_db()
    assert ports.is_installing(port, NOW)
    ports.note({"door-1": ""}, answering=["door-1"], now=NOW)
    port.refresh_from_db()
    assert not ports.is_installing(port, NOW)


def test_who_changed_what_is_in_the_log_and_no_key_is():
    charlie = factories.manager()
    port = connect(key=KEY, by=charlie)
    ports.begin_installing(port=port, by=charlie, now=NOW)
    ports.switch(port=port, enabled=False, by=charlie, now=NOW)
    ports.disconnect(port=port, by=charlie, now=NOW)

    lines = LogEntry.objects.order_by("pk")
    assert [(line.user, line.action_flag) for line in lines] == [
        (charlie, 1),
        (charlie, 2),
        (charlie, 2),
        (charlie, 3),
    ]
    told = " ".join(line.change_message for line in lines).lower()
    assert KEY.hex() not in told
    assert "with a key" in told
    assert Device.objects.filter(name="door-1").exists()
