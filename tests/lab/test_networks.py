"""Webhooks reach public addresses, and own networks only when they are named."""

import ipaddress

import pytest

from lab.config import BadSetting
from lab.networks import load, may_reach

OWN = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.9", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", OWN)
def test_what_is_not_public_is_out_of_reach(address):
    assert not may_reach(address, ())


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are_within_reach(address):
    assert may_reach(address, ())


def test_a_named_network_is_within_reach_and_its_neighbour_is_not():
    allowed = load({"HOOK_NETWORKS": "192.168.1.0/24, 127.0.0.1"})

    assert allowed == (ipaddress.ip_network("192.168.1.0/24"), ipaddress.ip_network("127.0.0.1/32"))
    reached = [
        may_reach(a, allowed) for a in ("192.168.1.9", "::ffff:192.168.1.9", "192.168.2.9", "127.0.0.2")
    ]
    assert reached == [True, True, False, False]


@pytest.mark.parametrize("told", ["192.168.1.9/24", "home", "10.0.0.0/33", "1.2.3.4;5.6.7.8"])
def test_what_is_no_network_stops_the_start(told):
    with pytest.raises(BadSetting, match=r"^HOOK_NETWORKS must be networks such as"):
        load({"HOOK_NETWORKS": told})


def test_none_is_named_at_first():
    assert load({}) == ()
