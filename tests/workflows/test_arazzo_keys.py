"""Which idempotency key a step of a document sends, and how often a step without one is sent (D1, D2)."""

from typing import Any
from uuid import UUID

import pytest

from tests.arazzo.documents import Fields, document, workflow
from tests.workflows.playing import Playing
from tests.workflows.scripting import plan_of, scripted, step, undoable

POST = "POST /acts/one"
AGAIN = {"name": "again", "type": "retry", "retryLimit": 2}
COUNT = {"count": "$response.body#/count"}


def steps(*given: Fields, **fields: Any) -> Fields:  # noqa: ANN401 - any fields of a workflow
    return document(workflow(steps=list(given), **fields))


def counted(*counts: int) -> list[int | str | dict[str, Any]]:
    return [{"json": {"count": count}} for count in counts]


async def test_a_request_that_is_repeated_has_the_same_key(playing: Playing) -> None:
    """Whether its answer was a failure or none came."""
    async with scripted(playing, post_one=[503, "drop", 200]) as service:
        outcome = await service.run(plan_of(steps(step("one", onFailure=[AGAIN]))))

    assert outcome.success
    assert (3, 1) == (len(service.keys(POST)), len(set(service.keys(POST))))


async def test_a_changed_request_has_another_key(playing: Playing) -> None:
    """A repair has given something else to send: under the old key a service would refuse it, or not look at it."""
    repaired = {**AGAIN, "stepId": "token"}
    content = steps(
        step("token", "look", outputs=COUNT),
        step("one", requestBody={"payload": {"token": "$steps.token.outputs.count"}}, onFailure=[repaired]),
    )
    async with scripted(playing, post_one=[401, 401, 200], get_token=counted(1, 2, 2)) as service:
        outcome = await service.run(plan_of(content))
        first, second, third = service.keys(POST)

    assert outcome.success
    assert first != second == third


@pytest.mark.parametrize(("scope", "keys"), [("request", 2), ("visit", 2), ("step", 1)])
async def test_how_long_a_key_stays(playing: Playing, scope: str, keys: int) -> None:
    """A step that is visited again sends another one, unless its scope is the step."""
    back = {
        "name": "back",
        "type": "goto",
        "stepId": "one",
        "criteria": [{"condition": "$response.body#/count == 1"}],
    }
    content = steps(
        step("one", **{"x-idempotency": {"scope": scope}}), step("two", outputs=COUNT, onSuccess=[back])
    )
    async with scripted(playing, post_two=counted(1, 2)) as service:
        await service.run(plan_of(content))

    assert (2, keys) == (len(service.keys(POST)), len(set(service.keys(POST))))


async def test_a_key_for_a_visit_stays_whatever_is_asked_for(playing: Playing) -> None:
    """With the scope of a visit."""
    repaired = {**AGAIN, "stepId": "token"}
    body = {"payload": {"token": "$steps.token.outputs.count"}}
    content = steps(
        step("token", "look", outputs=COUNT),
        step("one", requestBody=body, onFailure=[repaired], **{"x-idempotency": {"scope": "visit"}}),
    )
    async with scripted(playing, post_one=[401, 200], get_token=counted(1, 2)) as service:
        await service.run(plan_of(content))

    assert [{"token": 1}, {"token": 2}] == [one.body for one in service.seen(POST)]
    assert 1 == len(set(service.keys(POST)))


async def test_a_key_goes_where_the_document_says(playing: Playing) -> None:
    """Under the name of the service's own header, also where the operation declares none."""
    content = steps(step("one", "unkeyed", **{"x-idempotency": {"header": "X-Request-Id"}}))
    async with scripted(playing) as service:
        await service.run(plan_of(content))

    (key,) = service.headers("POST /unkeyed/one", "X-Request-Id")
    assert str(UUID(key)) == key


async def test_undos_of_two_visits_have_keys_of_their_own(playing: Playing) -> None:
    """Each names the key of what it undoes."""
    back = {
        "name": "back",
        "type": "goto",
        "stepId": "one",
        "criteria": [{"condition": "$response.body#/count == 1"}],
    }
    content = steps(
        undoable("one", outputs=COUNT), step("two", outputs=COUNT, onSuccess=[back]), step("three")
    )
    async with scripted(playing, post_two=counted(1, 2), post_three=[409]) as service:
        await service.run(plan_of(content))

    assert [*reversed(service.keys(POST))] == service.headers("DELETE /acts/one", "X-Compensates")
    assert 2 == len(set(service.keys("DELETE /acts/one")))


async def test_each_request_that_may_have_had_its_effect_is_undone(playing: Playing) -> None:
    """Under whichever key it was sent."""
    repaired = {**AGAIN, "stepId": "token"}
    content = steps(
        step("token", "look", outputs=COUNT),
        undoable(
            "one", requestBody={"payload": {"token": "$steps.token.outputs.count"}}, onFailure=[repaired]
        ),
    )
    async with scripted(playing, post_one=["drop"], get_token=counted(1, 2, 2)) as service:
        await service.run(plan_of(content))

    assert (3, 2) == (len(service.keys(POST)), len(set(service.keys(POST))))
    assert set(service.keys(POST)) == set(service.headers("DELETE /acts/one", "X-Compensates"))
