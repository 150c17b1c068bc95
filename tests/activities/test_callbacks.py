"""Services that call back: who is heard, and what of it reaches the flow."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import httpx
import pytest
from pydantic import SecretStr

from activities.callback_receiver import open_callbacks
from activities.callback_settings import CallbackSettings
from activities.callbacks import Callbacks, Caller

ADDING = Caller("access-R-1", "add_member")
SECRET = SecretStr("a secret of ours, long enough")


class Hearing(NamedTuple):
    callbacks: Callbacks
    heard: list[Caller]


@pytest.fixture
async def hearing() -> AsyncIterator[Hearing]:
    """A receiver; the flows whose id begins with `gone` do not run any more."""
    heard: list[Caller] = []

    async def hint(caller: Caller) -> bool:
        heard.append(caller)
        return not caller.workflow_id.startswith("gone")

    async with open_callbacks(CallbackSettings(), hint) as callbacks:
        yield Hearing(callbacks, heard)


async def posted(url: str) -> int:
    async with httpx.AsyncClient() as http:
        return (await http.post(url, json={"status": "whatever it says"})).status_code


async def test_who_has_the_address_is_heard(hearing: Hearing) -> None:
    """The flow is told which step it is, and nothing else."""
    status = await posted(hearing.callbacks.url(ADDING))

    assert (202, [ADDING]) == (status, hearing.heard)


@pytest.mark.parametrize("change", ["{}x", "{}.x", "x{}"])
async def test_who_makes_an_address_up_is_not(hearing: Hearing, change: str) -> None:
    """Nobody learns from the answer whether there is such a flow."""
    base, _, token = hearing.callbacks.url(ADDING).rpartition("/")

    status = await posted(f"{base}/{change.format(token)}")

    assert (404, []) == (status, hearing.heard)


async def test_another_secret_gives_other_addresses(hearing: Hearing) -> None:
    """What another process signs is not ours."""
    theirs = Callbacks("http://127.0.0.1", SECRET).url(ADDING).rpartition("/")[2]

    assert hearing.callbacks.caller(theirs) is None
    assert Callbacks("http://elsewhere", SECRET).caller(theirs) == ADDING


async def test_a_flow_that_has_ended_needs_no_callback(hearing: Hearing) -> None:
    """The service is told that nobody waits any more."""
    assert await posted(hearing.callbacks.url(ADDING._replace(workflow_id="gone-1"))) == 410
