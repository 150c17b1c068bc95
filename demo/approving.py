"""Gets a decision for the large order: from the person at the terminal, or from the demo itself where there is none."""

import asyncio
import sys
import termios
from collections.abc import Awaitable, Callable

from cli.flow_screen import PROGRAM
from cli.wording import command
from demo.screen import Screen
from runtime.deciding import Decider
from runtime.identity import Actor, actor
from runtime.refusals import HasEnded, MessageRefused
from runtime.status import FlowView
from saga.messages import Verdict

BY_ITSELF = Actor(by="demo")


class Approver:
    """`program` is how the command line is called from another terminal."""

    def __init__(self, screen: Screen, *, interactive: bool, program: str = PROGRAM) -> None:
        self._screen = screen
        self._interactive = interactive
        self.program = program

    async def decide(
        self, decider: Decider, view: FlowView, decided_elsewhere: Callable[[], Awaitable[None]]
    ) -> None:
        """Returns when somebody has decided, here or elsewhere."""
        approval = view.approvals[0]
        typed = f"{self.program} {command('approve', view.id, approval.name, '--by', 'YOU')}"
        if not self._interactive:
            self._screen.note(f"{approval.summary}. In another terminal it would be:")
            self._screen.note(typed)
            await decider.decide(
                "approve", approval=approval.name, by=BY_ITSELF, comment="nobody is here to ask"
            )
            return
        with self._screen.paused():
            self._screen.say(f"{approval.summary}. Decide here, in the Web UI, or in another terminal:")
            self._screen.verbatim(typed, style="yellow")
            await self._ask(decider, approval.name, decided_elsewhere)

    async def _ask(self, decider: Decider, name: str, elsewhere: Callable[[], Awaitable[None]]) -> None:
        termios.tcflush(sys.stdin, termios.TCIFLUSH)  # what was typed before the question is no answer
        self._screen.prompt("Approve? [Y/n] ")
        answer = asyncio.ensure_future(_line())
        decided = asyncio.ensure_future(elsewhere())
        try:
            await asyncio.wait({answer, decided}, return_when=asyncio.FIRST_COMPLETED)
            if decided.done():
                self._screen.console.print()
                self._screen.say("decided elsewhere")
                return
            await self._send(decider, name, answer.result())
        finally:
            answer.cancel()
            decided.cancel()

    async def _send(self, decider: Decider, name: str, answer: str) -> None:
        verdict: Verdict = "reject" if answer.strip().lower().startswith("n") else "approve"
        try:
            await decider.decide(verdict, approval=name, by=actor(), comment="at the demo's prompt")
        except (MessageRefused, HasEnded) as error:  # somebody was quicker elsewhere
            self._screen.say(str(error))


async def _line() -> str:
    """The next line that is typed, waited for in a way that Ctrl-C ends."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def readable() -> None:
        if not line.done():
            line.set_result(sys.stdin.readline())

    loop.add_reader(sys.stdin, readable)
    try:
        return await line
    finally:
        loop.remove_reader(sys.stdin)
