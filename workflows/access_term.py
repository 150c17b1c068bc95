"""How long access lasts: the end, which people may move, and to which the directory holds as a second line. No flow."""

from datetime import datetime, timedelta
from functools import partial

from pydantic import AwareDatetime
from temporalio import workflow
from temporalio.exceptions import ApplicationError
from temporalio.workflow import ActivityConfig

from saga import Resumable, Saga

with workflow.unsafe.imports_passed_through():
    from activities.directory import Directory
    from models.access import (
        LONGEST,
        AccessRequest,
        AccessView,
        EarlyEnd,
        EndMoved,
        Extension,
        Refusal,
        Standing,
        too_long,
    )
    from models.queues import PRIVATE_QUEUE

PRIVATE = ActivityConfig(task_queue=PRIVATE_QUEUE)

TELL_AGAIN = timedelta(hours=1)
"""After the directory could not be told another end."""


class Access(AccessRequest, Resumable):
    """A request, as a run hands it to the one that it continues as."""

    standing: Standing | None = None
    moves: tuple[EndMoved, ...] = ()
    told: AwareDatetime | None = None
    """The end that the directory holds to."""


class Term:
    """Made in `@workflow.init`: it takes the messages `extend` and `revoke`, and answers the query `access`."""

    def __init__(self, saga: Saga, request: Access) -> None:
        self._saga = saga
        self._request = request
        self._told = request.told
        self._end = saga.alarm("access ends", at=request.ends(workflow.now()))
        self.standing, self.moves = request.standing, request.moves
        saga.hear("extend", Extension, self.extend, check=self.check)
        saga.hear("revoke", EarlyEnd, self.revoke, check=self.check)
        workflow.set_query_handler("access", self.view)

    @property
    def end(self) -> datetime:
        return self._end.at

    def begin(self) -> datetime:
        """Count from now; the end, which the directory is about to be told. Raises as `check_end`."""
        self._end.move(at=self._request.ends(workflow.now()))
        self.check_end()
        self._told = self.end
        return self.end

    def check_end(self) -> None:
        """Raises ApplicationError: `AccessOver` or `AccessTooLong`."""
        if self._end.passed:
            raise _failed(Refusal("AccessOver", f"It was to end at {self.end:%Y-%m-%d %H:%M %Z}."))
        if refusal := too_long(self.end, since=workflow.now()):
            raise _failed(refusal)

    async def over(self, standing: Standing) -> None:
        """Wait for the end. Meanwhile the directory is told of another one, which never keeps the end waiting."""
        self.standing = standing
        await self._saga.meanwhile(self._keep_directory_told(standing), until=self._end.wait())

    async def _keep_directory_told(self, standing: Standing) -> None:
        """While it cannot be told of a later end, access is over at the old one."""
        while not self._end.passed:
            if self._saga.roll_over_due:
                known = {"standing": standing, "moves": self.moves, "told": self._told}
                await self._saga.roll_over(self._request.model_copy(update=known))
            end = self.end
            if end != self._told:
                membership = self._request.membership(standing.found, end)
                moving = self._saga.execute_activity(Directory.move_expiry, membership, **PRIVATE)
                if await self._saga.optional(moving):
                    self._told = end
            pause = LONGEST if self._told == end else TELL_AGAIN
            await self._saga.wait("another end", partial(self._has_news, end), within=pause)

    def _has_news(self, end: datetime) -> bool:
        return self.end != end or self._saga.roll_over_due

    # --- messages ------------------------------------------------------------------------------------------

    def view(self) -> AccessView:
        return AccessView(ends=self.end, standing=self.standing, moves=self.moves)

    def check(self, said: Extension | EarlyEnd) -> None:
        """Raises ApplicationError: `NoAccess`, `AccessOver`, `OwnAccess`, `NotLater` or `AccessTooLong`."""
        if refusal := self.view().refusal_of(said, self._request, workflow.now()):
            raise _failed(refusal)

    def extend(self, said: Extension) -> EndMoved:
        return self._moved(EndMoved(how="extended", at=workflow.now(), **said.model_dump()))

    def revoke(self, said: EarlyEnd) -> EndMoved:
        now = workflow.now()
        return self._moved(EndMoved(how="revoked", until=now, at=now, **said.model_dump()))

    def _moved(self, moved: EndMoved) -> EndMoved:
        self.moves = (*self.moves, moved)
        self._end.move(at=moved.until)
        return moved


def _failed(refusal: Refusal) -> ApplicationError:
    return ApplicationError(refusal.why, type=refusal.kind, non_retryable=True)
