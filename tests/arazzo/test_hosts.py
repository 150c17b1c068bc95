"""Which hosts documents may have called: the list, and what it means for addresses."""

from ipaddress import ip_address

import pytest

from arazzo.hosts import AllowedHost, AllowedHosts, HostRefused, kind_of


def allowed(*entries: str) -> AllowedHosts:
    return AllowedHosts(map(AllowedHost.read, entries))


def is_called(hosts: AllowedHosts, host: str, port: int = 443, address: str = "93.184.215.14") -> bool:
    try:
        hosts.check(host, port)
        hosts.check_address(host, port, ip_address(address))
    except HostRefused:
        return False
    return True


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize(
    ("entry", "host", "port", "expected"),
    [
        ("api.example.com", "api.example.com", 443, True),
        ("api.example.com", "API.Example.com.", 8443, True),
        ("API.example.com:8443", "api.example.com", 8443, True),
        ("api.example.com:8443", "api.example.com", 443, False),
        ("api.example.com", "x.api.example.com", 443, False),
        ("api.example.com", "evil.com", 443, False),
        ("api.example.com", "api.example.com.evil.com", 443, False),
        ("*.example.com", "a.b.example.com", 443, True),
        ("*.example.com", "example.com", 443, False),
        ("*.example.com", "evilexample.com", 443, False),
        ("*.example.com:8443", "a.example.com", 443, False),
        ("[2001:DB8::1]:80", "2001:db8:0::1", 80, True),
    ],
)
def test_the_list_names_hosts(entry: str, host: str, port: int, expected: bool) -> None:  # noqa: FBT001 - a column
    """Names are compared whole, ports where they are given, and a wildcard is what is below."""
    try:
        allowed(entry).check(host, port)
    except HostRefused:
        assert not expected
    else:
        assert expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "http://a.example",
        "a.example/path",
        "a.example:port",
        "a b",
        "*.10.0.0.1",
        "2130706433",
        "u@a",
        "ü.de",
    ],
)
def test_an_entry_that_is_none(text: str) -> None:
    """It is told with what it could be."""
    with pytest.raises(ValueError, match="expected host, host:port or"):
        AllowedHost.read(text)


@pytest.mark.parametrize("entry", ["a.example", "a.example:80", "*.a.example", "10.0.0.1:80", "[::1]:8090"])
def test_an_entry_is_shown_as_it_is_written(entry: str) -> None:
    """What settings show can be given again."""
    assert entry == str(AllowedHost.read(entry))


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("93.184.215.14", None),
        ("2606:2800:21f:cb07::1", None),
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("192.168.0.1", "private"),
        ("100.64.0.1", "private"),
        ("fd00::1", "private"),
        ("169.254.1.1", "link-local"),
        ("fe80::1", "link-local"),
        ("169.254.169.254", "metadata"),
        ("100.100.100.200", "metadata"),
        ("168.63.129.16", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("0.0.0.0", "unspecified"),  # noqa: S104 - an address that somebody may write
        ("::", "unspecified"),
        ("240.0.0.1", "reserved"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:8.8.8.8", None),
        ("2002:7f00:1::", "loopback"),
        ("64:ff9b::a9fe:a9fe", "metadata"),
        ("64:ff9b::808:808", None),
    ],
)
def test_what_an_address_is(address: str, kind: str | None) -> None:
    """Also one of IPv4 that is written in IPv6."""
    assert kind == kind_of(ip_address(address))


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize(
    ("entry", "address", "expected"),
    [
        ("api.corp.example", "10.0.0.1", True),
        ("*.corp.example", "10.0.0.1", False),
        ("*.corp.example", "127.0.0.1", False),
        ("*.corp.example", "93.184.215.14", True),
        ("api.corp.example:80", "127.0.0.1", False),
        ("api.corp.example", "169.254.169.254", False),
        ("api.corp.example", "224.0.0.1", False),
        ("api.corp.example", "0.0.0.0", False),  # noqa: S104 - what a name may stand for
    ],
)
def test_private_addresses_need_to_be_named(entry: str, address: str, expected: bool) -> None:  # noqa: FBT001 - a column
    """A wildcard lets nobody in; and what no service has, has to be named as an address."""
    assert expected is is_called(allowed(entry), "api.corp.example", address=address)


@pytest.mark.parametrize(("host", "address"), [("169.254.169.254", "169.254.169.254"), ("::1", "::1")])
def test_an_address_that_is_named_is_called(host: str, address: str) -> None:
    """Whoever names an address means it."""
    assert is_called(allowed(f"[{host}]:80" if ":" in host else f"{host}:80"), host, 80, address)


def test_a_refusal_says_what_to_do() -> None:
    """In one line: which host, why, and how it would be allowed."""
    with pytest.raises(HostRefused) as unknown:
        allowed("a.example").check("evil.example", 443)
    with pytest.raises(HostRefused) as private:
        allowed("*.example").check_address("db.example", 80, ip_address("10.0.0.7"))

    assert (
        "evil.example:443 is not called: it is not on the list of hosts;"
        " ARAZZO_ALLOWED_HOSTS names hosts that may be called (now a.example)"
    ) == str(unknown.value)
    assert (
        "db.example:80 is not called: it is at the private address 10.0.0.7;"
        " that host or address itself has to be named in ARAZZO_ALLOWED_HOSTS, as a wildcard does not do"
    ) == str(private.value)
