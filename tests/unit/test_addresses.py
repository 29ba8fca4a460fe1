import ipaddress
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.errors import SettingsError
from flows.addresses import AllowList, checked_addresses, is_public
from flows.outcomes import FetchRefusedError

PRIVATE = """0.0.0.0 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.7 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1
203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::10.0.0.1
64:ff9b::169.254.169.254 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
2002:7f00:1:: 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1
ff0e::1 2606:4700::1111%1"""
NO_ADDRESS = ["0x7f000001", "2130706433", "127.1", "0177.0.0.1", "localhost", "", "1.1.1.1.", "[::1]", " 1.1.1.1"]
PUBLIC = """1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1
198.17.1.1 198.20.0.1 223.255.255.255 2606:4700::1111 2a00:1450:4001::200e 64:ff9b::8.8.8.8 2001:200::1"""


@pytest.mark.parametrize("address", PRIVATE.split() + NO_ADDRESS)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_nothing_that_the_standard_library_calls_private_is_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if address.is_private or address.is_loopback or address.is_multicast or address.is_link_local:
        assert not is_public(str(address))


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_never_more_public_than_itself(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    nat64 = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + number)
    assert is_public(str(nat64)) == is_public(str(address))
    for embedded in (ipaddress.IPv6Address(number), ipaddress.IPv6Address((0xFFFF << 32) + number)):
        assert not is_public(str(embedded))
    assert not is_public(str(ipaddress.IPv6Address((0x2002 << 112) + (number << 80))))


def checked(host: str, *answers: str, port: int = 80, allow: tuple[str, ...] = ()) -> tuple[tuple[str, ...], bool]:
    def resolver(name: str, asked: int) -> tuple[str, ...]:
        assert (name, asked) == (host, port)
        return answers

    return checked_addresses(host, port, allow=AllowList.of(allow), resolver=resolver, timeout=1)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0x7f.1", "[::1]", "::ffff:7f00:1", "127.1."],
)
def test_numeric_hosts_mean_addresses_and_are_never_asked_for(host: str) -> None:
    with pytest.raises(FetchRefusedError) as caught:
        checked(host)
    assert caught.value.code == "blocked_address"


def test_one_private_address_among_public_ones_blocks_the_name() -> None:
    assert checked("a.example", "1.1.1.1", "2606:4700::1111") == (("1.1.1.1", "2606:4700::1111"), False)
    with pytest.raises(FetchRefusedError, match=r"10\.0\.0\.1"):
        checked("a.example", "1.1.1.1", "10.0.0.1")


def test_allow_list() -> None:
    assert checked("a.example", "127.0.0.1", allow=("A.example:80",)) == (("127.0.0.1",), True)
    assert checked("a.example", "10.1.2.3", allow=("10.1.0.0/16",)) == (("10.1.2.3",), True)
    for allow in (("a.example:81",), ("b.example:80",), ("10.2.0.0/16",), ("fd00::/8",)):
        with pytest.raises(FetchRefusedError):
            checked("a.example", "10.1.2.3", allow=allow)


@pytest.mark.parametrize("entry", ["a.example", "a.example:0", "a.example:x", "10.0.0.0/99", "", ":80"])
def test_allow_list_refuses_what_it_cannot_read(entry: str) -> None:
    with pytest.raises(SettingsError, match="expected"):
        AllowList.of([entry])


def test_names_without_address_and_slow_resolvers() -> None:
    def failing(host: str, port: int) -> tuple[str, ...]:
        raise OSError("Name or service not known")

    released = threading.Event()

    def slow(host: str, port: int) -> tuple[str, ...]:
        released.wait(5)
        return ()

    def empty(host: str, port: int) -> tuple[str, ...]:
        return ()

    for resolver, code in ((failing, "dns"), (slow, "timeout"), (empty, "dns")):
        with pytest.raises(FetchRefusedError) as caught:
            checked_addresses("a.example", 80, allow=AllowList(), resolver=resolver, timeout=0.05)
        assert caught.value.code == code
    released.set()
