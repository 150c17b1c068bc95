"""`schedule`: make, list, pause, resume and delete what starts flows again and again."""

from argparse import Namespace
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

from rich.console import RenderableType
from rich.text import Text
from temporalio.client import Client

from cli.context import Context
from cli.exits import Exit
from cli.files import called, read_text
from cli.flow_screen import PROGRAM, verbatim
from cli.tables import table
from cli.wording import moment, plain, span
from runtime.identity import actor
from runtime.schedule import Overlap, Scheduled, When
from runtime.scheduling import Scheduler

Found = TypeVar("Found")

RULES = {
    "skip": "a run that is due while the one before goes on is left out",
    "buffer-one": "a run that is due while the one before goes on comes after it, but never more than one",
    "allow-all": "a run that is due while the one before goes on begins beside it",
}


def schedule(options: Namespace, context: Context) -> Exit:
    return ACTIONS[options.action](options, context)


def _create(options: Namespace, context: Context) -> Exit:
    flow = context.catalogue[options.flow]
    flow_input = flow.read(read_text(options.input), what=called(options.input))

    async def create(scheduler: Scheduler) -> Scheduled:
        return await scheduler.create(
            options.name,
            flow,
            flow_input,
            when=When(options.every, options.cron),
            overlap=Overlap(options.overlap),
            paused=options.paused,
            by=actor(options.by),
        )

    made = _with_scheduler(context, create)
    return _answer(context, made, _told_made(made))


def _list(_options: Namespace, context: Context) -> Exit:
    found = _with_scheduler(context, lambda scheduler: scheduler.all(context.catalogue.names))
    if context.output.json:
        context.output.answer(found)
    elif found:
        context.output.show(_listing(found), *_pauses(found))
    else:
        context.output.show("No schedule yet.")
    return Exit.DONE


def _pause(options: Namespace, context: Context) -> Exit:
    by = actor(options.by)
    paused = _with_scheduler(context, lambda s: s.pause(options.name, note=options.note, by=by))
    return _answer(context, paused, [f"{plain(paused.name)} is {plain(paused.note)}"])


def _resume(options: Namespace, context: Context) -> Exit:
    by = actor(options.by)
    resumed = _with_scheduler(context, lambda s: s.resume(options.name, note=options.note, by=by))
    told = f"{plain(resumed.name)} is {plain(resumed.note)}; next {_next(resumed)}"
    return _answer(context, resumed, [told])


def _delete(options: Namespace, context: Context) -> Exit:
    _with_scheduler(context, lambda scheduler: scheduler.delete(options.name))
    if context.output.json:
        context.output.answer({"name": options.name, "deleted": True})
    else:
        context.output.show(f"{plain(options.name)} is deleted; what it has started goes on")
    return Exit.DONE


ACTIONS = {"create": _create, "list": _list, "pause": _pause, "resume": _resume, "delete": _delete}


def _with_scheduler(context: Context, work: Callable[[Scheduler], Awaitable[Found]]) -> Found:
    async def connected(client: Client) -> Found:
        return await work(Scheduler(client, task_queue=context.task_queue))

    return context.with_client(connected)


def _answer(context: Context, found: Scheduled, told: Iterable[RenderableType]) -> Exit:
    if context.output.json:
        context.output.answer(found)
    else:
        context.output.show_verbatim(*told)
    return Exit.DONE


def _told_made(made: Scheduled) -> Iterable[RenderableType]:
    yield Text.assemble((plain(made.name), "bold"), f" is made: {made.flow}, {_when(made)}")
    for name, value in (
        ("next", _next(made)),
        ("overlap", f"{made.overlap}: {RULES[made.overlap]}"),
        ("catch-up", f"what is missed while the server is away is made up for within {_catch_up(made)}"),
        ("ids", f"each run is a flow of its own, {plain(made.name)}-TIME; none is joined or refused"),
    ):
        yield Text.assemble((f"  {name:10}", "dim"), value)
    yield verbatim(f"  {PROGRAM} schedule list", style="dim")


def _listing(found: Sequence[Scheduled]) -> RenderableType:
    headings = ("schedule", "flow", "when", "overlap", "last", "next", "runs")
    rows = [
        (plain(s.name), s.flow, _when(s), s.overlap, moment(s.last_at), _next(s), _runs(s)) for s in found
    ]
    return table(headings, rows, whole=("last", "next"), right=("runs",))


def _pauses(found: Sequence[Scheduled]) -> Iterable[Text]:
    for one in found:
        if one.paused:
            yield Text(f"{plain(one.name)}: {plain(one.note)}", style="yellow")


def _when(found: Scheduled) -> str:
    every = [f"every {span(timedelta(seconds=found.every_s))}"] if found.every_s else []
    zone = "" if (found.cron or "").startswith("CRON_TZ=") else ", UTC"
    return plain(", ".join([*every, *([f"{found.cron}{zone}"] if found.cron else [])]))


def _next(found: Scheduled) -> str:
    return "paused" if found.paused else moment(found.next_at) or "never"


def _catch_up(found: Scheduled) -> str:
    return span(timedelta(seconds=found.catch_up_s)) if found.catch_up_s else "a year"


def _runs(found: Scheduled) -> str:
    left_out = ((found.skipped, "skipped"), (found.missed, "missed"))
    return ", ".join([str(found.runs), *(f"{number} {how}" for number, how in left_out if number)])
