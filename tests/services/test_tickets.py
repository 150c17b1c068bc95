"""The ticket systems among the stand-ins: versions, what is no change, and feeds with manners."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.ticket_feed import Change
from services.tickets import Changes, Ticket
from tests.standins import StandIns


class Desk:
    """The people of the desk, and a reader of its feed."""

    def __init__(self, stand_ins: StandIns) -> None:
        self._http = stand_ins.http

    async def write(self, ticket: str, *comments: str, **fields: str) -> bool:
        """Whether it was a change."""
        said = [{"text": text} for text in comments]
        return bool((await self._post("tickets", ticket=ticket, fields=fields, comments=said))["changed"])

    async def manners(self, **manners: int | bool) -> None:
        await self._post("feed", **manners)

    async def ticket(self, name: str) -> Ticket:
        return Ticket.model_validate_json((await self._http.get(f"/desk/tickets/{name}")).content)

    async def told(self, *, after: int = 0) -> Changes:
        answer = await self._http.get("/desk/changes", params={"after": after})
        return Changes.model_validate_json(answer.raise_for_status().content)

    async def all_told(self) -> list[Change]:
        changes: list[Change] = []
        cursor = 0
        while (page := await self.told(after=cursor)).changes:
            changes += page.changes
            cursor = page.cursor
        return changes

    async def _post(self, path: str, **body: object) -> dict[str, object]:
        key = {"Idempotency-Key": str(uuid4())}
        answer = await self._http.post(f"/desk/{path}", json=body, headers=key)
        found: dict[str, object] = answer.raise_for_status().json()
        return found


@pytest.fixture(name="desk")
async def _desk(stand_ins: StandIns) -> AsyncIterator[Desk]:
    yield Desk(stand_ins)
    await stand_ins.reset()


async def test_each_change_is_a_version(desk: Desk) -> None:
    """A ticket counts its changes, and says of each field since which of them it stands."""
    await desk.write("T-1", "dark", title="The screen stays dark", status="open")
    await desk.write("T-1", status="closed")

    ticket = await desk.ticket("T-1")
    versions = {name: (field.value, field.version) for name, field in ticket.fields.items()}

    assert versions == {"title": ("The screen stays dark", 1), "status": ("closed", 2)}
    assert (ticket.version, [comment.text for comment in ticket.comments]) == (2, ["dark"])


async def test_what_is_there_already_is_no_change(desk: Desk) -> None:
    """It has no version and no entry in the feed, so that nothing goes round in circles."""
    changed = [await desk.write("T-1", status="open"), await desk.write("T-1", status="open")]

    assert changed == [True, False]
    assert [change.sequence for change in await desk.all_told()] == [1]


async def test_the_feed_goes_on_from_a_place(desk: Desk) -> None:
    """It is read page by page; at its end there is nothing, and the place stays."""
    await desk.write("T-1", status="open")
    first = await desk.told()
    await desk.write("T-1", status="closed")

    second = await desk.told(after=first.cursor)
    end = await desk.told(after=second.cursor)

    assert [change.fields for change in (*first.changes, *second.changes)] == [
        {"status": "open"},
        {"status": "closed"},
    ]
    assert (end.changes, end.cursor) == ((), second.cursor)


async def test_an_unruly_feed(desk: Desk) -> None:
    """It tells everything, each twice, in another order than that in which it happened."""
    await desk.manners(handful=5, twice=True)
    for number in range(1, 13):
        await desk.write("T-1", f"{number}")

    told = [change.sequence for change in await desk.all_told()]

    assert sorted(told) == sorted([*range(1, 13)] * 2)
    assert told != sorted(told)


async def test_what_is_withheld(desk: Desk) -> None:
    """It comes when the feed is told to be orderly again, after what happened later."""
    await desk.manners(withhold=1)
    await desk.write("T-1", status="open")
    await desk.write("T-1", status="closed")
    without = [change.sequence for change in await desk.all_told()]

    await desk.manners()

    assert without == [2]
    assert [change.sequence for change in await desk.all_told()] == [2, 1]
