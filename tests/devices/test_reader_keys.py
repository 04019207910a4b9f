"""The keys of a reader: its own ends with its credential, the site's is everybody's."""

import pytest

from devices import actions, enrolment
from devices.models import Device
from devices.reader_keys import reader_key, site_key
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SECRET = b"the secret of the readers"


def test_every_reader_has_a_key_of_its_own():
    readers = [Device(name=name, key_salt=salt) for name in ("door-1", "door-2") for salt in ("a", "b")]

    keys = {site_key(SECRET), *(reader_key(one, SECRET) for one in readers)}

    assert len(keys) == 5
    assert {len(key) for key in keys} == {32}
    assert keys.isdisjoint({site_key(b"another"), *(reader_key(one, b"another") for one in readers)})


def test_a_new_credential_ends_the_key_and_nothing_else_does():
    device, _password = enrolment.register(name="door-1", profile="door-reader", now=NOW)
    key = reader_key(device, SECRET)
    actions.report_status(name="door-1", online=True, now=device.created_at)
    assert reader_key(Device.objects.get(), SECRET) == key

    enrolment.issue_credential(device=device, now=NOW)

    assert reader_key(Device.objects.get(), SECRET) != key
