"""Calls that documents ask for go to named hosts, to the addresses that were checked, and nowhere else."""

import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import httpx
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from activities.outbound import open_outbound, timeouts
from activities.outbound_settings import OutboundSettings
from arazzo.hosts import HostRefused
from tests.activities.raw import RawServer, Request, answering, recording


@dataclass
class Names(AbstractResolver):
    """Each look-up of any name is answered with the next of `answers`, the last one again and again."""

    answers: Sequence[str]
    asked: list[str] = field(default_factory=list[str])

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = self.answers[min(len(self.asked), len(self.answers) - 1)].split()
        self.asked.append(host)
        return [
            ResolveResult(
                hostname=host, host=one, port=port, family=family or socket.AF_INET, proto=0, flags=0
            )
            for one in found
        ]

    async def close(self) -> None: ...


@dataclass
class Service:
    """A real server on the loopback, and what has reached it."""

    server: RawServer
    requests: list[Request]

    @property
    def port(self) -> int:
        return int(self.server.url.rpartition(":")[2])


@pytest.fixture(name="service")
async def _service() -> AsyncIterator[Service]:
    requests: list[Request] = []
    async with RawServer(recording(requests, b"{}")) as server:
        yield Service(server, requests)


async def get(
    url: str, allowed: str, names: Names | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    settings = OutboundSettings.model_validate({"allowed_hosts": allowed, "pool_timeout": "2s"})
    transport = open_outbound(settings, resolver=names)
    async with httpx.AsyncClient(transport=transport, timeout=timeouts(settings)) as client:
        return await client.get(url, headers=headers)


async def refusal(url: str, allowed: str, names: Names | None = None, **headers: str) -> HostRefused:
    with pytest.raises(HostRefused) as raised:
        await get(url, allowed, names, headers)
    return raised.value


async def test_a_named_host_is_called(service: Service) -> None:
    """By its name, at the address that the name stands for."""
    names = Names(["127.0.0.1"])
    answer = await get(f"http://api.corp.example:{service.port}/a", "api.corp.example", names)

    assert 201 == answer.status_code
    assert [f"api.corp.example:{service.port}"] == [request.headers["host"] for request in service.requests]


@pytest.mark.arazzo("D22")
async def test_a_host_that_is_not_named_is_not_even_looked_up(service: Service) -> None:
    """Names of strangers' documents do not leave the machine."""
    names = Names(["127.0.0.1"])
    refused = await refusal(f"http://other.example:{service.port}/", "api.corp.example", names)

    assert refused.host == f"other.example:{service.port}"
    assert ([], 0) == (names.asked, service.server.connections)


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize("answer", ["127.0.0.1", "93.184.215.14 127.0.0.1", "169.254.169.254"])
async def test_a_wildcard_reaches_nothing_private(service: Service, answer: str) -> None:
    """Whatever the owner of a domain says its hosts' addresses are; one of them is enough."""
    refused = await refusal(f"http://a.example.com:{service.port}/", "*.example.com", Names([answer]))

    assert "it is at the" in refused.why
    assert 0 == service.server.connections


@pytest.mark.arazzo("D22")
async def test_a_name_is_looked_up_once(service: Service) -> None:
    """What was checked is what is connected to: the second answer of a name that rebinds is not asked for."""
    names = Names(["127.0.0.1", "127.0.0.2"])
    await get(f"http://api.corp.example:{service.port}/", "api.corp.example", names)

    assert ["api.corp.example"] == names.asked


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "2130706433", "127.1", "0x7f.1"],
)
async def test_however_the_loopback_is_written(service: Service, host: str) -> None:
    """Only the list decides, and here it is named in no way."""
    await refusal(f"http://{host}:{service.port}/", "api.corp.example *.example.com")

    assert 0 == service.server.connections


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://user:s3cret@127.0.0.1/", "its address has a user or password"),
        ("http://user@127.0.0.1/", "its address has a user or password"),
        ("ftp://127.0.0.1/", "its address is not one of HTTP"),
        ("file:///etc/passwd", "its address is not one of HTTP"),
    ],
)
async def test_what_is_no_plain_address(url: str, why: str) -> None:
    """Other schemes, and credentials in addresses, are refused without being repeated."""
    refused = await refusal(url, "127.0.0.1")

    assert why == refused.why
    assert "s3cret" not in str(refused)


async def test_another_host_in_the_header() -> None:
    """A server of several names is reached by the one that was checked."""
    refused = await refusal("http://127.0.0.1:1/", "127.0.0.1", Host="internal.example")

    assert "the request says that it is for another host" == refused.why


@pytest.mark.arazzo("D18", "D22")
async def test_redirects_are_answers() -> None:
    """What they lead to is not called."""
    requests: list[Request] = []
    async with RawServer(recording(requests, b"")) as other:
        away = {"Location": f"{other.url}/private"}
        async with RawServer(answering(302, b"", away)) as server:
            answer = await get(f"{server.url}/", "127.0.0.1")

    assert (302, 0) == (answer.status_code, other.connections)


async def test_many_hosts_share_one_pool(service: Service) -> None:
    """Connections are counted over all of them, and kept for each."""
    settings = OutboundSettings.model_validate({"allowed_hosts": "a.example b.example", "max_connections": 1})
    names = Names(["127.0.0.1"])
    async with httpx.AsyncClient(transport=open_outbound(settings, resolver=names)) as client:
        for host in ("a.example", "a.example", "b.example", "b.example"):
            await client.get(f"http://{host}:{service.port}/")

    assert 2 == service.server.connections
