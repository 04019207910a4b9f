"""A device's account: told once, renewed without cutting anybody off, taken back at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from devices import actions, enrolment
from devices.broker.accounts import Account
from devices.broker.attendance import Attendance
from devices.broker.roster import roster
from devices.credentials import verify
from devices.models import Device
from devices.reader_keys import reader_key
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

SERVICE = Account("bridge", "$7$1$a$b", service=True)
SECRET = b"the secret of the readers"


@pytest.fixture
def door():
    """A reader that has been there for an hour, and its password."""
    _device, password = enrolment.register(name="door-1", profile="door-reader", now=NOW)
    actions.report_status(name="door-1", online=True, now=NOW)
    return Device.objects.get(), password


def later(seconds):
    return NOW + timedelta(hours=1, seconds=seconds)


def lets_in(*passwords, now, attendance=None):
    """Which of these passwords the broker takes for the door now."""
    accounts = roster(SERVICE, now=now, attendance=attendance)
    known = {account.name: account.credential for account in accounts}
    return [verify(password, known.get("door-1", "")) for password in passwords]


def test_a_credential_is_told_once_and_kept_only_as_a_hash():
    device, first = enrolment.register(name="plug-1", profile="native", label="Prise", now=NOW)
    kept = device.credential

    second = enrolment.issue_credential(device=device, now=later(0))

    device.refresh_from_db()
    assert first != second
    assert kept != device.credential
    assert device.credential.startswith("$7$")
    assert second not in device.credential
    assert device.credential_at == later(0)


def test_a_name_is_given_once():
    enrolment.register(name="plug-1", profile="native", now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        enrolment.register(name="plug-1", profile="native", now=NOW)


def test_a_renewed_password_leaves_a_reader_that_is_there_alone(door):
    device, old = door
    key = reader_key(device, SECRET)

    new = enrolment.renew(device=device, now=later(0))

    assert lets_in(old, new, now=later(0)) == [True, False]
    assert lets_in(old, new, now=later(86_400)) == [True, False]
    assert reader_key(Device.objects.get(), SECRET) == key


def test_a_reader_that_comes_back_with_the_new_one_ends_the_old_one(door):
    device, old = door
    new = enrolment.renew(device=device, now=later(0))
    actions.report_status(name="door-1", online=False, now=later(100))
    assert lets_in(old, new, now=later(101)) == [True, False]
    assert lets_in(old, new, now=later(116)) == [False, True]

    actions.report_status(name="door-1", online=True, now=later(117))

    assert lets_in(old, new, now=later(118)) == [False, True]
    assert Device.objects.get().renewing
    assert lets_in(old, new, now=later(140)) == [False, True]
    device = Device.objects.get()
    assert (device.renewing, device.credential_at) == (False, later(0))


def test_a_reader_that_comes_back_with_the_old_one_keeps_it(door):
    device, old = door
    new = enrolment.renew(device=device, now=later(0))
    actions.report_status(name="door-1", online=False, now=later(100))
    actions.report_status(name="door-1", online=True, now=later(103))

    assert lets_in(old, new, now=later(1_000)) == [True, False]
    assert Device.objects.get().renewing


def test_the_old_one_ends_after_a_week(door):
    device, old = door
    new = enrolment.renew(device=device, now=later(0))

    assert lets_in(old, new, now=later(0) + enrolment.GRACE) == [False, True]
    assert not Device.objects.get().renewing


def test_what_the_broker_sees_of_a_reader_counts_more_than_what_it_said_of_itself(door):
    """It left no last will: its `online` stays for ever, and so would its old password."""
    device, old = door
    moments = iter([later(-70), later(-60), later(-50), later(100), later(117)])
    seen = Attendance(lambda: next(moments))
    seen.came("etabli-doors", "bridge")
    seen.came("auto-1", "door-1")
    new = enrolment.renew(device=device, now=later(0))
    assert lets_in(old, new, now=later(90), attendance=seen) == [True, False]

    seen.went("auto-1")
    assert lets_in(old, new, now=later(101), attendance=seen) == [True, False]
    assert lets_in(old, new, now=later(116), attendance=seen) == [False, True]
    seen.came("auto-2", "door-1")

    assert lets_in(old, new, now=later(140), attendance=seen) == [False, True]
    assert not Device.objects.get().renewing


def test_a_broker_that_tells_of_no_connections_is_not_asked(door):
    device, old = door
    new = enrolment.renew(device=device, now=later(0))
    mute = Attendance(lambda: NOW)

    assert lets_in(old, new, now=later(86_416), attendance=mute) == [True, False]


def test_a_plug_without_a_status_waits_for_its_new_password_too(door):
    Device.objects.update(status_at=None, online=False)
    device = Device.objects.get()
    device.channels.create(key="power")

    enrolment.renew(device=device, now=later(0))

    assert Device.objects.get().renewing


def test_a_second_renewal_takes_the_place_of_the_first(door):
    device, old = door
    first = enrolment.renew(device=device, now=later(0))
    second = enrolment.renew(device=device, now=later(60))
    actions.report_status(name="door-1", online=False, now=later(100))

    assert lets_in(old, first, second, now=later(116)) == [False, False, True]


def test_one_that_may_be_known_to_others_ends_at_once(door):
    device, old = door
    waiting = enrolment.renew(device=device, now=later(0))

    new = enrolment.issue_credential(device=device, now=later(1))

    assert lets_in(old, waiting, new, now=later(2)) == [False, False, True]
    assert not Device.objects.get().renewing


@pytest.mark.parametrize("fields", [{"status_at": None}, {"credential": ""}, {"revoked": True}])
def test_who_has_nothing_to_lose_gets_the_new_one_at_once(door, fields):
    Device.objects.update(**fields)

    new = enrolment.renew(device=Device.objects.get(), now=later(0))

    assert lets_in(new, now=later(1)) == [True]


def test_a_revoked_device_has_no_account_until_it_gets_a_new_one(door):
    device, old = door
    waiting = enrolment.renew(device=device, now=later(0))

    enrolment.revoke(device=device, now=later(1))
    assert lets_in(old, waiting, now=later(1)) == [False, False]
    Device.objects.update(revoked=False)  # as the plain admin can
    assert lets_in(old, waiting, now=later(2)) == [False, False]

    new = enrolment.issue_credential(device=Device.objects.get(), now=later(3))
    assert lets_in(old, new, now=later(4)) == [False, True]


def test_a_credential_that_was_given_meanwhile_is_not_overwritten(door):
    device, _old = door
    enrolment.renew(device=device, now=later(0))
    stale = Device.objects.get()

    new = enrolment.issue_credential(device=device, now=later(1))
    enrolment._change_over(stale, later(2))

    assert lets_in(new, now=later(3)) == [True]


def test_what_a_renewed_reader_is_told_are_the_keys_of_its_new_password(door):
    device, _old = door
    enrolment.renew(device=device, now=later(0))
    told = reader_key(device, SECRET, salt=device.next_salt)

    roster(SERVICE, now=later(0) + enrolment.GRACE)

    assert reader_key(Device.objects.get(), SECRET) == told


def test_each_device_s_last_coming_and_going_are_kept():
    factories.device("plug-1")
    for online, seconds in ((True, 0), (False, 10), (True, 20)):
        actions.report_status(name="plug-1", online=online, now=later(seconds))

    device = Device.objects.get()
    assert (device.connected_at, device.away_at, device.status_at) == (later(20), later(10), later(20))


def test_who_gave_and_took_what_is_kept_without_any_password():
    charlie = factories.manager()
    device, first = enrolment.register(name="door-1", profile="door-reader", now=NOW, by=charlie)
    actions.report_status(name="door-1", online=True, now=NOW)
    device.refresh_from_db()
    second = enrolment.renew(device=device, now=later(1), by=charlie)
    third = enrolment.issue_credential(device=device, now=later(2), by=charlie)
    enrolment.revoke(device=device, now=later(3), by=charlie)

    lines = list(enrolment.history(device))

    assert [line.change_message for line in lines] == [
        enrolment.REVOKED,
        enrolment.ISSUED,
        enrolment.RENEWED,
        enrolment.MADE,
    ]
    assert {line.user for line in lines} == {charlie}
    told = " ".join(f"{line.object_repr} {line.change_message}" for line in lines)
    assert not any(secret in told for secret in (first, second, third, device.key_salt))
