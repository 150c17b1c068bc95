"""Calls that a person or a probe has to see to, from the answer over HTTP to the end of the flow."""

import pytest
from temporalio.client import Client

from tests.activities.place import started

FORGETFUL = "1ms"


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_credentials_wait_for_whoever_mends_them(
    client: Client, task_queue: str, status: int
) -> None:
    """The flow waits with the setting to look at; tried again, it goes on as if nothing had been."""
    async with started(client, task_queue, [status, 201]) as place, place.worker():
        incident = await place.incident()
        await place.resolve(incident.id, "retry")
        answer = await place.handle.result()

    assert incident.cause.startswith(
        f"CredentialsRefused: things /things: answered {status}; check THINGS_TOKEN"
    )
    assert "thing_1" == answer.id
    assert [] == place.scripted.undone


async def test_refused_credentials_of_an_undone_flow(client: Client, task_queue: str) -> None:
    """Where nobody mends them the flow is undone, and fails with them."""
    async with started(client, task_queue, [401]) as place, place.worker():
        await place.resolve((await place.incident()).id, "compensate")
        failure = await place.failure()

    assert "CredentialsRefused" == failure.type
    assert [] == place.scripted.undone


async def test_an_old_key_waits_for_a_person(client: Client, task_queue: str) -> None:
    """A lost answer is not asked for again under a key that may be forgotten; what may have happened is undone."""
    async with (
        started(client, task_queue, ["drop"], key_retention=FORGETFUL) as place,
        place.worker(),
    ):
        incident = await place.incident()
        await place.resolve(incident.id, "compensate")
        failure = await place.failure()

    assert incident.cause.startswith("KeyExpired: things /things: not sent")
    assert "KeyExpired" == failure.type
    assert (1, 1) == (len(place.scripted.made), len(place.scripted.undone))


async def test_a_probe_finds_what_was_made_under_an_old_key(client: Client, task_queue: str) -> None:
    """Asked by the step's key, the downstream says that the effect took place, and the flow goes on with it."""
    async with started(client, task_queue, ["drop"], "probed-thing", key_retention=FORGETFUL) as place:
        place.scripted.found = True
        async with place.worker():
            answer = await place.handle.result()

    [made] = place.scripted.made
    assert "thing_1" == answer.id
    assert f"GET /things?key={made.headers['idempotency-key']} HTTP/1.1" == place.scripted.asked[0].line
    assert [] == place.scripted.undone


async def test_a_probe_finds_nothing_under_an_old_key(client: Client, task_queue: str) -> None:
    """Where there certainly is nothing, the step is tried again, under a new key."""
    async with (
        started(client, task_queue, ["drop", 201], "probed-thing", key_retention=FORGETFUL) as place,
        place.worker(),
    ):
        answer = await place.handle.result()

    assert "thing_1" == answer.id
    assert 2 == len({made.headers["idempotency-key"] for made in place.scripted.made})
    assert [] == place.scripted.undone
