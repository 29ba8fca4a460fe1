"""Which addresses may be dialled: public ones by an explicit table, and those that the settings allow."""

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractors.errors import SettingsError
from flows.outcomes import FetchRefusedError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to the addresses that the name stands for; raises OSError if there are none."""

# IANA's IPv4 Special-Purpose Address Registry (RFC 6890) and multicast: `ipaddress.is_global` lets some of it pass.
_BLOCKED_V4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers (CGNAT); also a cloud's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's host agent, reachable from inside only
        "169.254.0.0/16",  # link-local, metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")  # the only range that IANA has given out for unicast
_BLOCKED_V6 = tuple(
    ipaddress.IPv6Network(net)
    for net in (
        "2001::/23",  # Teredo, benchmarks, ORCHID and other protocol assignments
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: networks without IPv4 reach all of it this way


def is_public(address: str) -> bool:
    """Say whether the address (as text, in its usual form) is one that anybody on the internet may offer pages on."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return _is_public(parsed)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in net for net in _BLOCKED_V4)
    if address.scope_id:
        return False
    if address in _NAT64:
        return _is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_V6 and not any(address in net for net in _BLOCKED_V6)


@dataclass(frozen=True, slots=True)
class AllowList:
    """Exceptions to the table: exact host and port, or whole networks."""

    exact: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, entries: Sequence[str]) -> "AllowList":
        """Read the setting `allow`. Raises SettingsError for what is neither host:port nor a network."""
        exact: set[tuple[str, int]] = set()
        networks: list[Network] = []
        for entry in entries:
            host, _, port = entry.strip().lower().rpartition(":")
            if "/" in entry:
                networks.append(_network(entry))
            elif host and port.isascii() and port.isdigit() and 0 < int(port) <= 65535:
                exact.add((host.strip("[]"), int(port)))
            else:
                raise SettingsError(
                    f"allow: {entry!r} is not allowed; expected host:port or a network like 10.1.0.0/16"
                )
        return cls(frozenset(exact), tuple(networks))

    def names(self, host: str, port: int) -> bool:
        """Say whether this exact host and port is allowed."""
        return (host.lower().strip("[]"), port) in self.exact

    def holds(self, address: str) -> bool:
        """Say whether the address lies in an allowed network."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed.version == net.version and parsed in net for net in self.networks)


def _network(entry: str) -> Network:
    try:
        return ipaddress.ip_network(entry.strip())
    except ValueError as error:
        raise SettingsError(f"allow: {entry!r} is no network ({error}); expected one like 10.1.0.0/16") from None


def checked_addresses(
    host: str, port: int, *, allow: AllowList, resolver: Resolver, timeout: float
) -> tuple[tuple[str, ...], bool]:
    """Return the addresses of a host that may be dialled, and whether the allow-list alone let them pass.

    Every one of them must be public or allowed: a name with one public and one private address is refused whole.
    `timeout` is in seconds.

    Raises:
        FetchRefusedError: with code `dns`, `timeout` or `blocked_address`.
    """
    literal = _literal(host)
    found = (literal,) if literal else tuple(dict.fromkeys(_resolved(host, port, resolver, timeout)))
    if not found:
        raise FetchRefusedError("dns", f"{host} has no address")
    if allow.names(host, port):
        return found, True
    private = [address for address in found if not is_public(address)]
    for address in private:
        if not allow.holds(address):
            raise FetchRefusedError(
                "blocked_address", f"{host} stands for {address}, which is not public; `allow` can except {host}:{port}"
            )
    return found, bool(private)


def _literal(host: str) -> str:
    """Return the address that a host written as numbers means (127.1, 2130706433, 0x7f000001, [::1]), or nothing."""
    bare = host.strip("[]")
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        pass
    last = bare.rstrip(".").rpartition(".")[2].lower()
    # A host whose last label is a number is an address to every resolver (WHATWG URL, "ends in a number").
    if last.isdigit() or (last.startswith("0x") and all(char in "0123456789abcdef" for char in last[2:])):
        try:
            return socket.inet_ntoa(socket.inet_aton(bare.rstrip(".")))
        except OSError:
            raise FetchRefusedError("bad_url", f"{host!r} is neither a name nor an address") from None
    return ""


def system_resolver(host: str, port: int) -> tuple[str, ...]:
    """Ask the operating system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(str(entry[4][0]) for entry in found)


def _resolved(host: str, port: int, resolver: Resolver, timeout: float) -> Sequence[str]:
    """Resolve with a time limit, which the operating system's call has not: it runs in a thread that may be left."""
    answer: list[Sequence[str] | Exception] = []

    def ask() -> None:
        try:
            answer.append(resolver(host, port))
        except (OSError, UnicodeError) as error:
            answer.append(error)

    thread = threading.Thread(target=ask, name=f"resolve {host}", daemon=True)
    thread.start()
    thread.join(timeout)
    if not answer:
        raise FetchRefusedError("timeout", f"the name {host} was not resolved within {timeout:.0f} s")
    if isinstance(answer[0], Exception):
        raise FetchRefusedError("dns", f"the name {host} cannot be resolved ({answer[0]})")
    return answer[0]
