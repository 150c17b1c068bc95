"""The people of both ticket systems, who change the same tickets at the same time, by the systems' own doors."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from random import Random

from models.tickets import System
from tests.standins import StandIns

VALUES = {
    "title": [f"The screen stays dark, {n}" for n in range(20)],
    "priority": ["low", "normal", "high"],
    "status": ["open", "in progress", "waiting"],
    "assignee": ["ada", "grace", "heidi"],
}


class People:
    """`said` are the comments that they have written, by ticket and system, in their order."""

    def __init__(self, stand_ins: StandIns, random: Random, tickets: list[str]) -> None:
        self._stand_ins = stand_ins
        self._random = random
        self._tickets = tickets
        self.said: defaultdict[tuple[str, System], list[str]] = defaultdict(list)
        self.changes = 0

    async def are_busy(self, changes: int) -> None:
        """So many changes, half of them in each system."""
        halves = [self._work(system, changes // 2) for system in System]
        await asyncio.gather(*halves)

    async def close_all(self) -> None:
        for ticket in self._tickets:
            await self._write(System.DESK, ticket, {"status": "closed"})

    async def _work(self, system: System, changes: int) -> None:
        before = self.changes
        done = 0
        while done < changes:
            ticket = self._random.choice(self._tickets)
            name = self._random.choice(["comment", *VALUES])
            if name == "comment":
                text = f"{system} says {len(self.said[ticket, system]) + 1}"
                self.said[ticket, system].append(text)
                done += await self._write(system, ticket, {}, comments=[text])
            else:
                done += await self._write(system, ticket, {name: self._random.choice(VALUES[name])})
        assert self.changes >= before + changes

    async def _write(
        self, system: System, ticket: str, fields: dict[str, str], comments: list[str] | None = None
    ) -> bool:
        """Whether anything has changed by it."""
        body = {
            "ticket": ticket,
            "fields": fields,
            "comments": [{"text": text} for text in comments or ()],
        }
        answer = await self._stand_ins.http.post(
            f"/{system}/tickets", json=body, headers={"Idempotency-Key": str(uuid.uuid4())}
        )
        changed = bool(answer.raise_for_status().json()["changed"])
        self.changes += changed
        return changed
