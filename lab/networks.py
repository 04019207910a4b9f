"""Where messages may go: any public address, and those of the own networks that `HOOK_NETWORKS` names."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from lab.config import BadSetting

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
NAT64 = IPv6Network("64:ff9b::/96")


def load(environ: Mapping[str, str]) -> tuple[Network, ...]:
    """The own networks that hooks may reach.

    Raises:
        BadSetting: when one is no network.
    """
    told = environ.get("HOOK_NETWORKS", "")
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in told.split(",") if part.strip())
    except ValueError:
        must_be = f"networks such as 192.168.1.0/24,127.0.0.1/32, not {told!r}"
        raise BadSetting("HOOK_NETWORKS", must_be) from None


def may_reach(text: str, allowed: tuple[Network, ...]) -> bool:
    """May a message go to this address? IPv6 that only wraps an IPv4 address is judged as that one."""
    address = _unwrapped(ipaddress.ip_address(text.partition("%")[0]))
    if any(address in network for network in allowed):
        return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def _unwrapped(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
