"""`demo`: finds a server, brings everything up, plays the stories, and leaves no process behind."""

import asyncio
import os
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from httpx import HTTPError
from rich.console import Console
from temporalio.service import RPCError

from cli.context import Context
from cli.exits import Exit
from cli.flow_screen import PROGRAM
from demo.approving import Approver
from demo.finale import as_told, show_finale, verdict
from demo.processes import ProcessEnded
from demo.programme import Programme, Told, run_suffix
from demo.repertoire import CHAPTERS, chapters
from demo.screen import Screen
from demo.stage import FIRST_CHOICE, FREE, Plan, Stage, open_stage
from demo.story import Chapter
from runtime.client import address_of
from runtime.dev_server import HOST, ServerStartFailed
from runtime.progress import Progress
from runtime.server import ExternalServer, find_server
from runtime.toolchain import ServerNotFound

EVERYTHING = "all flows, and what can go wrong with them"
TERMINATED = 128 + signal.SIGTERM


def demo(options: Namespace, context: Context) -> int:
    """0: every story ended as told. 1: one did not, or a process would not start. 3: no server can be had."""
    try:
        played = CHAPTERS if options.all else chapters(options.flow)
        plan = _plan(context)
    except ServerNotFound as error:
        return _failed(error, Exit.UNREACHABLE)
    if options.folder:
        plan = replace(plan, state=Path(options.folder).absolute(), ports=FREE)
    stays = not options.exit and not context.output.json and sys.stdin.isatty() and sys.stdout.isatty()
    try:
        return asyncio.run(_Demo(context, plan, played, stays=stays).run())
    except ServerStartFailed as error:
        return _failed(error, Exit.UNREACHABLE)
    except (ProcessEnded, RPCError, HTTPError) as error:
        return _failed(_lost(error), Exit.FAILED)
    except asyncio.CancelledError:
        return TERMINATED


def _lost(error: ProcessEnded | RPCError | HTTPError) -> str:
    """Which of the demo's processes is not there, or not any more."""
    if isinstance(error, RPCError):
        return f"The Temporal server does not answer any more: {error}"
    return f"The stand-ins do not answer any more: {error!r}" if isinstance(error, HTTPError) else str(error)


def _failed(reason: object, status: Exit) -> Exit:
    sys.stderr.write(f"{reason}\n")
    return status


def _plan(context: Context) -> Plan:
    """Finding a server may mean fetching it, which is shown. With a server of somebody else's the queue is our own."""
    server = find_server(progress=Progress())
    if isinstance(server, ExternalServer):
        queue = f"{context.task_queue}-demo-{os.getpid()}"
        return Plan(context.connect, context.web_ui, queue, context.downstreams)
    return Plan(
        context.connect, context.web_ui, context.task_queue, context.downstreams, executable=server.path
    )


class _Demo:
    """`stays`: somebody is at a terminal, who is asked, and who ends it with Ctrl-C."""

    def __init__(self, context: Context, plan: Plan, played: Sequence[Chapter], *, stays: bool) -> None:
        self._context = context
        self._plan = plan
        self._chapters = played
        self._stays = stays
        console = context.output.console
        self._screen = Screen(_on_stderr(console) if context.output.json else console)

    async def run(self) -> int:
        begin = time.monotonic()
        with _ended_by_signals():
            async with open_stage(self._plan) as stage:
                self._greet(stage, time.monotonic() - begin)
                told = await self._play(stage)
                self._say_goodbye(stage, told)
                if self._stays:
                    await _until_interrupted()
        return Exit.DONE if as_told(told) else Exit.FAILED

    async def _play(self, stage: Stage) -> Sequence[Told]:
        approver = Approver(self._screen, interactive=self._stays, program=_program(stage))
        programme = Programme(stage, self._screen, self._context.catalogue, approver, run_suffix())
        return await programme.play(self._chapters)

    def _greet(self, stage: Stage, took: float) -> None:
        screen = self._screen
        screen.heading(f"durable-sagas: {_heading(self._chapters)}")
        screen.say(f"Temporal server  {address_of(stage.client)}")
        screen.say(f"Web UI           {stage.web_ui.url}")
        screen.say(f"stand-ins        {stage.stand_ins.url}")
        screen.say(f"worker           process {stage.worker.pid}")
        screen.say(f"up in {took:.1f} s", style="dim")

    def _say_goodbye(self, stage: Stage, told: Sequence[Told]) -> None:
        show_finale(self._screen, told, stage.web_ui)
        if self._context.output.json:
            self._context.output.answer(verdict(told, stage.web_ui))
        if self._stays:
            self._screen.heading("Everything stays up until Ctrl-C")
            self._screen.verbatim(f"{_program(stage)} list")
            self._screen.verbatim(f"{_program(stage)} start order --input examples/order.json --wait")


def _heading(chapters: Sequence[Chapter]) -> str:
    if len(chapters) == 1:
        return chapters[0].heading
    flows = {chapter.flow for chapter in chapters}
    return EVERYTHING if len(flows) > 1 else f"{flows.pop()}, chapter by chapter"


def _program(stage: Stage) -> str:
    """How a command in another terminal finds the same server."""
    address = address_of(stage.client)
    return PROGRAM if address == f"{HOST}:{FIRST_CHOICE.server}" else f"TEMPORAL_ADDRESS={address} {PROGRAM}"


def _on_stderr(console: Console) -> Console:
    return Console(stderr=True, markup=False, emoji=False, highlight=False, width=console.width)


@contextmanager
def _ended_by_signals() -> Generator[None]:
    """SIGTERM and SIGHUP end the demo as Ctrl-C does: in order."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel if task else loop.stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)


async def _until_interrupted() -> None:
    """Ctrl-C is how it is meant to end here, so it is no failure."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task:
            task.uncancel()
