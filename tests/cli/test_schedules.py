"""`schedule`: flows that are started again and again, by Temporal's own schedules."""

import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.status import flow_view
from tests.cli.commands import Answer, CommandLine, refusal
from tests.cli.orders import order_file
from tests.eventually import eventually
from tests.standins import StandIns

DAILY = ("--every", "1d")
SECOND = timedelta(seconds=1)
SIX = ("--cron", "0 6 * * *")


@pytest.fixture
async def name(client: Client) -> AsyncIterator[str]:
    """Of a schedule that is gone after the test."""
    chosen = f"nightly-{uuid.uuid4().hex[:8]}"
    yield chosen
    with suppress(RPCError):  # most tests leave it behind, some never make it
        await client.get_schedule_handle(chosen).delete()


async def create(cli: CommandLine, name: str, file: Path, *options: str) -> Answer:
    return await cli("schedule", "create", name, "order", "--input", str(file), *options)


async def listed(cli: CommandLine, name: str) -> dict[str, Any]:
    """The schedule, once the server lists it."""
    return await eventually(partial(_row, cli, name), bool)


async def _row(cli: CommandLine, name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = await cli.json("schedule", "list")
    return next((row for row in found if row["name"] == name), dict[str, Any]())


async def run_now(cli: CommandLine, client: Client, name: str) -> str:
    """As if its time had come; the id of the flow that is started."""
    before = (await listed(cli, name))["runs"]
    await eventually(partial(_in_another_second, client, name), bool)
    await client.get_schedule_handle(name).trigger()
    started = await eventually(partial(listed, cli, name), lambda row: row["runs"] > before)
    return str(started["last_id"])


async def _in_another_second(client: Client, name: str) -> bool:
    """The time in a run's id is in whole seconds."""
    info = (await client.get_schedule_handle(name).describe()).info
    return not info.recent_actions or datetime.now(UTC) - info.recent_actions[-1].scheduled_at > SECOND


async def test_each_run_is_a_flow_of_its_own(
    cli: CommandLine, client: Client, stand_ins: StandIns, name: str, tmp_path: Path
) -> None:
    """A run has an id and keys of its own: where the input is the same, only the services can tell it from a new one."""
    await create(cli, name, order_file(tmp_path), *DAILY, "--by", "ada")

    first, second = [await _ended(cli, client, name) for _ in range(2)]

    reserved = [
        {effect.key for effect in await stand_ins.effects(correlation_id=str(run["id"]))}
        for run in (first, second)
    ]
    assert ("completed", "compensated") == (first["status"], second["status"])
    assert "AlreadyAuthorized" in second["error"]
    assert {"by": "ada", "kind": None, "authenticated": False} == first["started_by"]
    assert first["id"] != second["id"]
    assert first["id"].startswith(f"{name}-2")
    assert all(reserved)
    assert not reserved[0] & reserved[1]


async def _ended(cli: CommandLine, client: Client, name: str) -> dict[str, Any]:
    """The status of a run that is started now, when it has ended."""
    run = await run_now(cli, client, name)
    await eventually(partial(flow_view, client, run), lambda view: view.ended)
    status: dict[str, Any] = await cli.json("status", run)
    return status


async def test_a_run_is_listed_as_any_flow(
    unserved: CommandLine, client: Client, name: str, tmp_path: Path
) -> None:
    """What a schedule has started is found by its state, which takes the first value of the search attribute."""
    await create(unserved, name, order_file(tmp_path), *SIX)
    run = await run_now(unserved, client, name)

    found = await eventually(partial(_running, client, run), bool)

    assert ["running"] == found


async def _running(client: Client, run: str) -> list[object]:
    query = f"WorkflowId = '{run}' AND SagaStatus = 'running'"
    return [flow.search_attributes["SagaStatus"][0] async for flow in client.list_workflows(query)]


async def test_a_run_that_is_not_over_keeps_the_next_away(
    unserved: CommandLine, client: Client, name: str, tmp_path: Path
) -> None:
    """By default what is due while the run before goes on is left out, and counted."""
    made = await create(unserved, name, order_file(tmp_path), *DAILY)
    await run_now(unserved, client, name)

    async def triggered() -> dict[str, Any]:
        await client.get_schedule_handle(name).trigger()
        return await _row(unserved, name)

    row = await eventually(triggered, lambda row: row["skipped"] > 0)

    assert "skip: a run that is due while the one before goes on is left out" in made.out
    assert ("skip", 1) == (row["overlap"], row["runs"])
    assert " skipped" in (await unserved("schedule", "list", COLUMNS="200")).out


async def test_time_starts_it(unserved: CommandLine, client: Client, name: str, tmp_path: Path) -> None:
    """Nobody has to do anything; and deleted, it starts nothing, but what it has started goes on."""
    await create(unserved, name, order_file(tmp_path), "--every", "1s")
    row = await eventually(partial(listed, unserved, name), lambda row: row["runs"] > 0)

    deleted = await unserved.json("schedule", "delete", name)
    gone = await eventually(partial(_row, unserved, name), lambda row: not row)

    assert ({"name": name, "deleted": True}, {}) == (deleted, gone)
    assert "running" == (await flow_view(client, row["last_id"])).status


@pytest.mark.parametrize("rule", ["skip", "buffer-one", "allow-all"])
async def test_the_overlap_rule_is_the_servers(
    unserved: CommandLine, name: str, tmp_path: Path, rule: str
) -> None:
    """Each rule is what the server then has, and is said in words."""
    answer = await create(unserved, name, order_file(tmp_path), *SIX, "--overlap", rule)

    row = await listed(unserved, name)
    assert f"{rule}: a run that is due while the one before goes on" in " ".join(answer.out.split())
    assert (rule, 3600.0, "0 6 * * *") == (row["overlap"], row["catch_up_s"], row["cron"])
    assert row["next_at"].endswith("T06:00:00Z")


async def test_it_is_told_legibly(unserved: CommandLine, name: str, tmp_path: Path) -> None:
    """Made, a schedule says when it runs next, what it makes up for, and that the id rules of `start` do not apply."""
    answer = await create(unserved, name, order_file(tmp_path), *DAILY)
    await listed(unserved, name)
    shown = await unserved("schedule", "list")

    for told in ("every 1 d", "made up for within 1 h", f"{name}-TIME; none is joined or refused"):
        assert told in " ".join(answer.out.split())
    assert max(map(len, (answer.out + shown.out).splitlines())) <= 80


async def test_a_schedule_is_paused_and_resumed(unserved: CommandLine, name: str, tmp_path: Path) -> None:
    """Who has paused it, and why, is kept with it and shown, until it is resumed."""
    made = await create(unserved, name, order_file(tmp_path), *DAILY, "--paused", "--json")
    await unserved.json("schedule", "resume", name)
    await unserved.json("schedule", "pause", name, "--note", "stocktaking", "--by", "ada")
    await listed(unserved, name)
    shown = await unserved("schedule", "list", COLUMNS="200")
    resumed = await unserved.json("schedule", "resume", name, "--by", "eve")

    assert (True, False) == (made.json["paused"], resumed["paused"])
    assert f"{name}: paused by ada (self-declared): stocktaking" in shown.out
    assert "resumed by eve (self-declared)" == resumed["note"]


async def test_what_cannot_be_scheduled(unserved: CommandLine, name: str, tmp_path: Path) -> None:
    """A time that the server does not understand and a name that is taken are refused, and nothing is made."""
    file = order_file(tmp_path)

    wrong = await create(unserved, name, file, "--cron", "0 25 * * *", "--json")
    unknown = await unserved("schedule", "pause", name, "--json")
    await create(unserved, name, file, *DAILY)
    taken = await create(unserved, name, file, *DAILY, "--json")

    assert (2, "ScheduleInvalid") == refusal(wrong)
    assert "'0 25 * * *' is not when a schedule can run: Hour is not in range" in wrong.err
    assert (2, "UnknownSchedule") == refusal(unknown)
    assert (2, "ScheduleExists") == refusal(taken)


@pytest.mark.parametrize("action", ["pause", "resume", "delete"])
async def test_an_unknown_schedule_is_told(unserved: CommandLine, action: str) -> None:
    """A schedule that the server does not know is refused by name."""
    answer = await unserved("schedule", action, "nobody")

    assert (2, "There is no schedule 'nobody' on this server.\n") == (answer.status, answer.err)


async def test_its_input_is_checked_before_anything_is_made(nowhere: CommandLine, tmp_path: Path) -> None:
    """Invalid input is refused with its fields before a server is even looked for."""
    answer = await create(nowhere, "nightly", order_file(tmp_path, items=[]), *DAILY, "--json")

    assert (2, "InvalidInput") == refusal(answer)
    assert ["items"] == [problem["field"] for problem in answer.json["error"]["fields"]]
