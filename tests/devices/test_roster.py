"""Who may connect follows from the device table."""

import pytest

from devices.broker.accounts import Account
from devices.broker.roster import roster
from devices.models import Device
from tests.factories import NOW

SERVICE = Account("bridge", "$7$1$a$b", service=True)

pytestmark = pytest.mark.django_db


def test_devices_with_a_credential_may_connect_beside_the_server_itself():
    Device.objects.create(name="plug-1", profile="tasmota", credential="$7$1$c$d")
    Device.objects.create(name="door-1", credential="$7$1$e$f")

    assert roster(SERVICE, now=NOW) == (
        SERVICE,
        Account("door-1", "$7$1$e$f"),
        Account("plug-1", "$7$1$c$d", profile="tasmota"),
    )


@pytest.mark.parametrize("without", [{"credential": ""}, {"credential": "$7$1$c$d", "revoked": True}])
def test_without_a_credential_or_with_a_revoked_one_a_device_may_not(without):
    Device.objects.create(name="door-1", **without)

    assert roster(SERVICE, now=NOW) == (SERVICE,)


def test_no_device_can_become_the_server_s_own_account():
    Device.objects.create(name="bridge", credential="$7$1$c$d")

    assert roster(SERVICE, now=NOW) == (SERVICE,)
