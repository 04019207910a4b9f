"""The manager's pages of serial ports."""

import pytest
from django.test import Client

from devices.models import SerialPort
from devices.templatetags.serial_ui import TROUBLES
from firmware_bridge.links import serial as line_link
from firmware_bridge.serial import line, machines, osdp, service
from tests import factories

pytestmark = pytest.mark.django_db
KEY = "000102030405060708090a0b0c0d0e0f"
PLAIN = {"device": "door-1", "kind": "rdm6300", "url": "/dev/ttyUSB0", "options": "", "key": ""}


def sign_in(member):
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def manager():
    return sign_in(factories.manager(language="en"))


def connect(manager, **changed):
    return manager.post("/devices/serial/new/", PLAIN | changed)


def test_an_empty_page_says_the_next_step(manager):
    assert "Connect a device" in manager.get("/devices/serial/").content.decode()


def test_a_device_is_connected_and_shown(manager):
    answer = connect(manager, options="hold=2")

    assert (answer.status_code, answer.url) == (302, "/devices/serial/door-1/")
    assert "/dev/ttyUSB0" in manager.get("/devices/serial/").content.decode()
    page = manager.get("/devices/serial/door-1/").content.decode()
    assert 'value="hold=2"' in page


def test_it_is_changed_in_its_place(manager):
    connect(manager)
    manager.post("/devices/serial/door-1/", PLAIN | {"device": "other", "url": "socket://10.0.0.7:4001"})

    port = SerialPort.objects.get()
    assert (port.device.name, port.url) == ("door-1", "socket://10.0.0.7:4001")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"device": "Door 1"}, "device"),
        ({"kind": "barcode"}, "kind"),
        ({"url": "spy:///dev/ttyUSB0"}, "url"),
        ({"url": ""}, "url"),
        ({"options": "address=1"}, "options"),
        ({"options": "hold=99"}, "options"),
        ({"key": KEY}, "key"),
        ({"kind": "osdp", "key": "1234"}, "key"),
        ({"kind": "osdp", "key": "303132333435363738393a3b3c3d3e3f"}, "key"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_kept(manager, changed, field):
    answer = connect(manager, **changed)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not SerialPort.objects.exists()


def test_a_key_goes_in_and_never_comes_out(manager):
    connect(manager, kind="osdp", key=KEY)
    wrong = manager.post("/devices/serial/door-1/", PLAIN | {"kind": "osdp", "key": KEY, "url": "x"})

    for page in (wrong, manager.get("/devices/serial/door-1/"), manager.get("/devices/serial/")):
        assert KEY not in page.content.decode().lower()
        assert SerialPort.objects.get().key_salt not in page.content.decode()


def test_only_osdp_readers_share_a_line_each_with_its_address(manager):
    connect(manager, kind="osdp", options="address=1")

    same = connect(manager, device="door-2", kind="osdp", options="address=1")
    other = connect(manager, device="door-2", kind="rdm6300")
    good = connect(manager, device="door-2", kind="osdp", options="address=2")

    assert [same.status_code, other.status_code, good.status_code] == [422, 422, 302]


def test_a_line_is_taken_out_of_service_and_back(manager):
    connect(manager)
    manager.post("/devices/serial/door-1/switch/")
    assert SerialPort.objects.get().enabled is False
    connect(manager, device="door-2")
    manager.post("/devices/serial/door-1/switch/")

    assert SerialPort.objects.get(device__name="door-1").enabled is False  # door-2 has its line meanwhile
    manager.post("/devices/serial/door-2/remove/")
    manager.post("/devices/serial/door-1/switch/")
    assert SerialPort.objects.get().enabled is True


def test_only_an_osdp_reader_in_service_is_given_a_key(manager):
    connect(manager)
    connect(manager, device="door-2", kind="osdp", url="/dev/ttyUSB1")

    assert manager.post("/devices/serial/door-1/install/").status_code == 404
    assert manager.post("/devices/serial/door-2/install/").status_code == 302
    assert SerialPort.objects.get(device__name="door-2").install_until is not None


def test_what_is_wrong_is_said_in_words(manager):
    connect(manager)
    SerialPort.objects.update(trouble="there is no such line here")

    assert "is it plugged in?" in manager.get("/devices/serial/").content.decode()


def test_every_trouble_that_the_bridge_tells_has_words():
    told = {
        line_link.NOT_THERE, line_link.NOT_ALLOWED, line_link.TAKEN, line_link.NO_ANSWER, line_link.GONE,
        line.NOT_OPEN, line.FAILED, machines.SILENT, osdp.SILENT, osdp.WRONG_KEY, osdp.NO_READER,
        service.TAKEN,
    }  # fmt: skip

    assert told == set(TROUBLES)


@pytest.mark.parametrize("path", ["", "new/", "door-1/"])
def test_makers_have_no_business_here(manager, path):
    connect(manager)
    maker = sign_in(factories.member())

    assert maker.get(f"/devices/serial/{path}").status_code == 403
    assert Client().get(f"/devices/serial/{path}").status_code == 302


@pytest.mark.parametrize("act", ["switch", "install", "remove"])
def test_only_managers_act_and_only_by_post(manager, act):
    connect(manager, kind="osdp")
    maker = sign_in(factories.member())

    assert maker.post(f"/devices/serial/door-1/{act}/").status_code == 403
    assert manager.get(f"/devices/serial/door-1/{act}/").status_code == 405
    assert SerialPort.objects.filter(enabled=True, install_until=None).exists()
