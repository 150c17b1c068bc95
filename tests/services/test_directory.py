"""The directory's own rules: members with an end, entitlements, and groups that only accept."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import JsonValue

from tests.services.caller import Input, made, new_key, problem_of, send
from tests.standins import StandIns

LATER = datetime(2099, 1, 1, tzinfo=UTC)
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def patch(op: str, path: str, value: JsonValue = None) -> Input:
    return Input({"schemas": [PATCH_OP], "Operations": [{"op": op, "path": path, "value": value}]})


def adding(user: str = "usr-ada", *, expires: datetime = LATER) -> Input:
    return patch("add", "members", [{"value": user, "expires": expires.isoformat()}])


async def patched(
    stand_ins: StandIns, group: str, sent: Input, *, key: str = "", callback: str = ""
) -> httpx.Response:
    headers = {"Idempotency-Key": key or new_key(), **({"Callback-Url": callback} if callback else {})}
    return await stand_ins.http.patch(f"/directory/Groups/{group}", json=sent.body, headers=headers)


async def members(stand_ins: StandIns, group: str) -> list[str]:
    answer = (await stand_ins.http.get(f"/directory/Groups/{group}")).raise_for_status().json()
    return [member["value"] for member in answer["members"]]


async def test_a_member_is_added_once(stand_ins: StandIns) -> None:
    """Who is a member is not added again, as the end of one access must not end another."""
    await made(stand_ins, "patchGroup", adding())

    assert (409, "urn:problem:already-member") == problem_of(await send(stand_ins, "patchGroup", adding()))
    assert ["usr-ada"] == await members(stand_ins, "grp-payroll")


async def test_a_member_who_is_removed_leaves_nothing_open(stand_ins: StandIns) -> None:
    """Removed in the course of things, as by the compensation, the ledger has it as undone; once more is no error."""
    await made(stand_ins, "patchGroup", adding())
    removing = patch("remove", 'members[value eq "usr-ada"]')
    answers = [await send(stand_ins, "patchGroup", removing) for _ in range(2)]

    assert [200, 200] == [answer.status_code for answer in answers]
    assert [] == await members(stand_ins, "grp-payroll")
    assert [] == await stand_ins.open_effects()


async def test_whose_time_is_over_is_no_member(stand_ins: StandIns) -> None:
    """The directory holds to the end that it was told, also to a new one; and there is room for the next access."""
    await made(stand_ins, "patchGroup", adding())
    before = await members(stand_ins, "grp-payroll")
    over = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    await send(stand_ins, "patchGroup", patch("replace", 'members[value eq "usr-ada"].expires', over))
    after = await members(stand_ins, "grp-payroll")
    await made(stand_ins, "patchGroup", adding())

    assert (["usr-ada"], []) == (before, after)
    assert ["usr-ada"] == await members(stand_ins, "grp-payroll")


async def test_who_comes_late_is_no_member(stand_ins: StandIns) -> None:
    """A request that took longer than the access was to last is done, and gives none."""
    over = datetime.now(UTC) - timedelta(seconds=1)
    answer = await send(stand_ins, "patchGroup", adding(expires=over))

    assert 200 == answer.status_code
    assert [] == await members(stand_ins, "grp-payroll")


async def test_the_end_of_nobody_cannot_be_changed(stand_ins: StandIns) -> None:
    """There is nothing at that path (RFC 7644 section 3.5.2.3)."""
    sent = patch("replace", 'members[value eq "usr-ada"].expires', LATER.isoformat())

    assert (400, "urn:problem:no-target") == problem_of(await send(stand_ins, "patchGroup", sent))


async def test_a_locked_group_takes_nobody(stand_ins: StandIns) -> None:
    """Its name says so."""
    answer = await patched(stand_ins, "grp-locked-vault", adding())

    assert (409, "urn:problem:group-locked") == problem_of(answer)
    assert [] == await stand_ins.effects()


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ('/directory/Users?filter=userName eq "ada"', ["usr-ada"]),
        ('/directory/Users?filter=userName eq "unknown-7"', []),
        ('/directory/Groups?filter=displayName eq "payroll"', ["grp-payroll"]),
    ],
)
async def test_users_and_groups_are_found_by_name(stand_ins: StandIns, path: str, found: list[str]) -> None:
    """A list, which is empty where there is none (RFC 7644 section 3.4.2)."""
    answer = (await stand_ins.http.get(path)).raise_for_status().json()

    assert found == [resource["id"] for resource in answer["Resources"]]
    assert len(found) == answer["totalResults"]


async def test_an_entitlement_is_recorded_and_removed(stand_ins: StandIns) -> None:
    """It stands at the user."""
    await made(stand_ins, "patchUser", patch("add", "entitlements", [{"value": "R-1", "display": "payroll"}]))
    user = (await stand_ins.http.get("/directory/Users/usr-ada")).json()
    await send(stand_ins, "patchUser", patch("remove", 'entitlements[value eq "R-1"]'))

    assert ["R-1"] == [one["value"] for one in user["entitlements"]]
    assert [] == await stand_ins.open_effects()


async def test_what_is_only_accepted_can_be_undone(stand_ins: StandIns) -> None:
    """Nobody is a member of a stuck group, and yet it is an effect."""
    accepted = await patched(stand_ins, "grp-stuck-vault", adding(), key="step")
    meanwhile = (await members(stand_ins, "grp-stuck-vault"), len(await stand_ins.open_effects()))
    await stand_ins.http.patch(
        "/directory/Groups/grp-stuck-vault",
        json=adding().body,
        headers={"Idempotency-Key": new_key(), "X-Compensates": "step"},
    )

    assert 202 == accepted.status_code
    assert ([], 1) == meanwhile
    assert [] == await stand_ins.open_effects()


async def test_a_silent_group_shows_its_member_later(stand_ins: StandIns) -> None:
    """Whoever asks twice is told, and nobody else."""
    accepted = await patched(stand_ins, "grp-silent-vault", adding())
    seen = [await members(stand_ins, "grp-silent-vault") for _ in range(2)]

    assert 202 == accepted.status_code
    assert [[], ["usr-ada"]] == seen


async def test_a_slow_group_calls_back(stand_ins: StandIns) -> None:
    """When it has taken the member it posts to the address that came with the request."""
    called: asyncio.Queue[str] = asyncio.Queue()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.put_nowait((await reader.readline()).decode().strip())
        writer.close()

    async with await asyncio.start_server(hear, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}/here"
        accepted = await patched(stand_ins, "grp-slow-vault", adding(), callback=address)
        line = await asyncio.wait_for(called.get(), timeout=10)

    assert 202 == accepted.status_code
    assert "POST /here HTTP/1.1" == line
    assert ["usr-ada"] == await members(stand_ins, "grp-slow-vault")


async def test_where_it_calls_back_is_no_part_of_what_is_asked(stand_ins: StandIns) -> None:
    """The same key with another address is the same request."""
    answers = [
        await patched(stand_ins, "grp-payroll", adding(), key="step", callback=f"http://127.0.0.1:9/{n}")
        for n in range(2)
    ]

    assert [200, 200] == [answer.status_code for answer in answers]
