"""Where a host name leads, before anything is sent there: public addresses, or why not.

Names of hosts come from configurations that are read. One that leads into the network that this
runs in (a metadata service, an admin page on loopback) must not make it send requests there.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

_NAT64: Final = IPv6Network("64:ff9b::/96")
"""IPv6 addresses with an IPv4 address at their end (RFC 6052, 2.1)."""


class NotPublicError(Exception):
    """A host is not to be asked, or has no address: says why."""


def public_addresses(host: str, port: int) -> tuple[str, ...]:
    """One address of each family that `host` has, in the order to try them. Raises `NotPublicError`
    where it has none, or where any of all its addresses is not public."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotPublicError("its name does not resolve") from error
    found = [(family, str(place[0])) for family, _, _, _, place in rows]
    for _, text in found:
        if not is_public(ip_address(text.partition("%")[0])):
            raise NotPublicError("its name leads to an address that is not public")
    first = dict(reversed(found))
    return tuple(text for family, text in found if first[family] == text)


def is_public(address: Address) -> bool:
    """Whether `address` is one of the public internet: not private, loopback, link-local, shared,
    reserved or multicast, and not a way of writing one that is."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast


def _inner(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
