"""Letting a device in, renewing it, putting it out: its password is on one page, once."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from devices import enrolment
from devices.credentials import verify
from devices.models import Device, Lockout
from devices.provisioning import document
from tests import factories

pytestmark = pytest.mark.django_db
DOOR = {"kind": "door-reader", "door": "door-1", "broker": "mqtt://broker.lab"}


@pytest.fixture
def manager():
    factories.door("door-1")
    return sign_in(factories.manager(language="en"))


@pytest.fixture
def reader(manager):
    """A reader that has been there for an hour."""
    manager.post("/devices/new/", DOOR)
    ago = timezone.now() - timedelta(hours=1)
    Device.objects.update(online=True, status_at=ago, connected_at=ago)
    return Device.objects.get()


def sign_in(member):
    client = Client()
    client.force_login(member)
    return client


def renewal(manager, **wish):
    """What the page of the account would send."""
    page = manager.get("/devices/door-1/credential/").content.decode()
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
    return {"seen": seen, "when": "later", "broker": "mqtt://broker.lab"} | wish


def renew(manager, **wish):
    return manager.post("/devices/door-1/credential/", renewal(manager, **wish))


def test_a_door_s_reader_is_made_and_speaks_for_its_door(manager):
    answer = manager.post("/devices/new/", DOOR | {"label": "Lecteur", "card": "rc522"})

    device, told = Device.objects.get(), answer.context["told"]
    assert (device.name, device.profile, device.label) == ("door-1", "door-reader", "Lecteur")
    assert (device.door.slug, device.claimed) == ("door-1", True)
    assert verify(told.facts["password"], device.credential)
    assert told.facts["card"] == "rc522"
    assert json.loads(told.line) == told.facts


def test_a_machine_s_reader_is_named_after_it(manager):
    factories.resource("laser-1")
    wish = {"kind": "machine-reader", "machine": "laser-1", "broker": "mqtt://broker.lab"}
    told = manager.post("/devices/new/", wish).context["told"]

    device = Device.objects.get()
    assert (device.name, device.resource.slug, told.facts["for"]) == ("reader-laser-1", "laser-1", "machine")


def test_a_sensor_needs_a_name_gets_no_keys_and_may_speak_for_nothing(manager):
    wish = {"kind": "native", "broker": "mqtt://broker.lab", "card": "rc522", "door": "door-1"}
    assert manager.post("/devices/new/", wish).status_code == 422

    told = manager.post("/devices/new/", wish | {"name": "air-1"}).context["told"]

    device = Device.objects.get()
    assert (device.claimed, device.door) == (False, None)
    assert told.facts.keys() == {"name", "password", "broker"}


def test_the_page_holds_the_secret_once_and_no_cache_may_keep_it(manager):
    answer = manager.post("/devices/new/", DOOR)
    told, page = answer.context["told"], answer.content.decode()

    assert told.facts["password"] in page
    assert "no-store" in answer["Cache-Control"]
    assert "style=" not in page.partition("<main")[2]
    for path in ("/devices/door-1/", "/devices/door-1/credential/", "/devices/", "/devices/new/"):
        assert told.facts["password"] not in manager.get(path).content.decode()


def test_sending_the_form_again_shows_nothing_and_changes_nothing(manager):
    first = manager.post("/devices/new/", DOOR)
    kept = Device.objects.get().credential

    again = manager.post("/devices/new/", DOOR)

    assert again.status_code == 422
    assert "“door-1” is there already" in again.content.decode()
    assert first.context["told"].facts["password"] not in again.content.decode()
    assert [device.credential for device in Device.objects.all()] == [kept]


def test_sending_a_renewal_again_shows_nothing_and_changes_nothing(manager, reader):
    wish = renewal(manager)
    first = manager.post("/devices/door-1/credential/", wish)
    kept = Device.objects.get().next_credential

    again = manager.post("/devices/door-1/credential/", wish)

    assert again["Location"] == "/devices/door-1/credential/"
    assert verify(first.context["told"].facts["password"], kept)
    assert Device.objects.get().next_credential == kept


def test_a_renewed_password_waits_for_the_reader(manager, reader):
    answer = renew(manager)

    device = Device.objects.get()
    assert (device.credential, device.renewing) == (reader.credential, True)
    assert "The old password counts until" in answer.content.decode()
    assert "A new one waits" in manager.get("/devices/door-1/").content.decode()


def test_the_keys_on_the_page_are_those_of_the_new_password(manager, reader, settings):
    told = renew(manager).context["told"]
    enrolment.settle(now=timezone.now() + enrolment.GRACE)

    device = Device.objects.get()
    expected = document(
        device, "", broker=settings.CONFIG.broker, secret=settings.CONFIG.reader_secret, language=""
    )
    assert verify(told.facts["password"], device.credential)
    assert told.facts["key"] == expected["key"]


def test_a_password_in_other_hands_ends_at_once(manager, reader):
    told = renew(manager, when="now").context["told"]

    device = Device.objects.get()
    assert verify(told.facts["password"], device.credential)
    assert not device.renewing


def test_a_device_that_never_came_is_not_asked_when(manager, reader):
    Device.objects.update(status_at=None)
    page = manager.get("/devices/door-1/credential/").content.decode()

    assert 'name="when"' not in page
    assert "a new one counts at once" in page


def test_revoking_is_told_and_only_a_new_password_undoes_it(manager, reader):
    assert manager.post("/devices/door-1/revoke/")["Location"] == "/devices/door-1/credential/"
    page = manager.get("/devices/door-1/credential/").content.decode()
    device = Device.objects.get()

    assert (device.revoked, device.credential) == (True, "")
    assert "is put out within seconds" in page
    assert "Account revoked" in page
    line = LogEntry.objects.latest("pk")
    manager.post(f"/manage/undo/{line.pk}/")
    assert Device.objects.get().revoked

    renew(manager)
    assert not Device.objects.get().revoked


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"door": ""}, "door"),
        ({"kind": "machine-reader"}, "machine"),
        ({"kind": "toaster"}, "kind"),
        ({"name": "Door 1"}, "name"),
        ({"name": "bridge"}, "name"),
        ({"broker": "broker.lab"}, "broker"),
        ({"broker": "mqtt://door-1:secret@broker.lab"}, "broker"),
        ({"broker": "mqtts://broker.lab"}, "broker"),
        ({"broker": ""}, "broker"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_makes_no_device(manager, wish, field):
    answer = manager.post("/devices/new/", DOOR | wish)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Device.objects.exists()


def test_over_tls_the_lab_s_certificate_goes_along_and_the_code_stays_readable(manager, settings, tmp_path):
    (tmp_path / "ca.pem").write_text(f"-----BEGIN CERTIFICATE-----\n{'A' * 600}\n-----END CERTIFICATE-----\n")
    broker = replace(settings.CONFIG.broker, ca=tmp_path / "ca.pem")
    settings.CONFIG = replace(settings.CONFIG, broker=broker)

    answer = manager.post("/devices/new/", DOOR | {"broker": "mqtts://broker.lab", "wifi": "lab"})
    told = answer.context["told"]

    assert told.facts["broker"] == {
        "host": "broker.lab",
        "port": 8883,
        "tls": True,
        "ca": (tmp_path / "ca.pem").read_text(),
    }
    assert "<svg" in told.code
    assert "  -----BEGIN CERTIFICATE-----\n" in told.secrets
    assert "A" * 600 in answer.content.decode()


def test_a_line_too_long_for_a_camera_is_still_a_line(manager, settings, tmp_path):
    (tmp_path / "ca.pem").write_text("A" * 3_000)
    broker = replace(settings.CONFIG.broker, ca=tmp_path / "ca.pem")
    settings.CONFIG = replace(settings.CONFIG, broker=broker)

    answer = manager.post("/devices/new/", DOOR | {"broker": "mqtts://broker.lab"})

    assert answer.context["told"].code is None
    assert "too long for a QR code" in answer.content.decode()


@pytest.mark.parametrize("path", ["new", "door-1/credential", "door-1/revoke"])
def test_accounts_are_a_manager_s_business(reader, path):
    maker = sign_in(factories.member())

    assert maker.post(f"/devices/{path}/", DOOR).status_code == 403
    assert maker.get(f"/devices/{path}/").status_code in (403, 405)
    device = Device.objects.get()
    assert (device.credential, device.renewing, device.revoked) == (reader.credential, False, False)


def test_a_locked_out_reader_says_so_and_a_manager_lets_it_be_heard(manager, reader):
    now = timezone.now()
    Lockout.objects.create(device=reader, since=now, until=now + timedelta(minutes=1), turned_away=1_204)
    assert "1204 were not looked at" in manager.get("/devices/door-1/").content.decode()
    assert "locked out" in manager.get("/devices/").content.decode()
    maker = sign_in(factories.member(language="en"))
    assert "Locked out" not in maker.get("/devices/door-1/").content.decode()
    assert maker.post("/devices/door-1/lift/").status_code == 403

    answer = manager.post("/devices/door-1/lift/", follow=True)

    page = answer.content.decode()
    assert "is heard again" in page
    assert "Locked out until" not in page
    assert "Lock-out lifted" in manager.get("/devices/door-1/credential/").content.decode()
