"""The grammar of the command line. Imports nothing heavy, so that `--help` answers at once."""

import re
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Callable

from cli.arazzo_parser import add_arazzo
from cli.lengths import length

STATES = (
    *("running", "waiting_for_approval", "needs_attention", "compensating"),
    *("completed", "compensated", "failed", "cancelled", "terminated"),
)
CHOICES = ("retry", "skip", "compensate", "settle")
LIMIT = 50

OVERLAPS = ("skip", "buffer-one", "allow-all")

EPILOG = """\
exit status:
  0  done
  1  the flow failed, was compensated or cancelled
  2  wrong usage, invalid input, or refused: nothing was changed
  3  the Temporal server cannot be reached
"""

SCHEDULES = """\
Start a flow again and again. Each run is a flow of its own, with keys of its own: what `start` does with an id that
has run before does not apply. Nothing is joined and nothing refused; the overlap rule decides, and the same input
takes effect each time, unless a service refuses it."""
AGENTS = """\
Serve the flows to an AI agent as tools of the Model Context Protocol, on standard input and output: it lists, describes,
starts and follows flows, and sees what they wait for. It decides nothing."""
OVERLAP_HELP = "when a run is due and the one before goes on: skip it (the default), buffer-one to run afterwards, allow-all"
CALLS_HELP = "only what calls this API: its name or title, an operationId, 'METHOD /path' or an activity"
WITHIN_HELP = "how long to wait for the answer (default 30s); then the flow goes on, and can be asked again"
DIGEST_HELP = "of what one has seen, so that nothing else is decided on (default: of what is shown now)"
EVERY_HELP = "30m, 6h, 1d; by the clock, so that 1d is at midnight, UTC"
CRON_HELP = '"0 6 * * *", in UTC unless it begins with CRON_TZ=Europe/Berlin'
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

AddCommand = Callable[..., ArgumentParser]


def parser() -> ArgumentParser:
    top = ArgumentParser(
        prog="starter.py",
        description="Start, watch and decide durable business flows.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = top.add_subparsers(dest="command", metavar="COMMAND", required=True).add_parser
    _looking(add)
    _starting(add)
    _deciding(add)
    _scheduling(add)
    _serving_agents(add)
    add_arazzo(add)
    _playing(_command(add, "demo", "play a flow on a real server, with everything that can go wrong"))
    return top


def _serving_agents(add: AddCommand) -> None:
    mcp = add("mcp", help="the flows as tools for an AI agent", description=AGENTS, allow_abbrev=False)
    mcp.set_defaults(json=False)
    mcp.add_argument("--by", metavar="WHO", help="who the agent is (default: what its client calls itself)")


def _playing(demo: ArgumentParser) -> None:
    which = demo.add_mutually_exclusive_group()
    which.add_argument("flow", metavar="FLOW", nargs="?", default="order", help="default: %(default)s")
    which.add_argument("--all", action="store_true", help="play all flows, one after the other")
    demo.add_argument(
        "--exit", action="store_true", help="end when the stories are told, without asking anything"
    )
    demo.add_argument(
        "--folder",
        metavar="FOLDER",
        help="keep its files there, on free ports (default: var/demo, the usual ports)",
    )


def _command(add: AddCommand, name: str, help_: str) -> ArgumentParser:
    description = f"{help_[0].upper()}{help_[1:]}."
    command = add(name, help=help_, description=description, allow_abbrev=False)
    command.add_argument("--json", action="store_true", help="answer for machines, on standard output")
    return command


def _looking(add: AddCommand) -> None:
    flows = _command(add, "flows", "the catalogue: which flows there are, or all about one of them")
    flows.add_argument("flow", metavar="FLOW", nargs="?", help="its input, its SLA, and how to start it")
    flows.add_argument("--calls", metavar="API", help=CALLS_HELP)
    listing = _command(add, "list", "running and recent flows, newest first")
    listing.add_argument("--flow", help="only this flow")
    listing.add_argument("--status", choices=STATES, metavar="STATUS", help=f"one of {', '.join(STATES)}")
    _limited(listing)
    status = _command(add, "status", "where a flow stands, step by step")
    status.add_argument("id", metavar="ID")
    status.add_argument(
        "--watch", action="store_true", help="until it ends; then the exit status is the flow's"
    )
    _limited(_command(add, "incidents", "what waits for a person: approvals and incidents"))
    inbox = _command(add, "inbox", "what waits for one person over all flows, the oldest deadline first")
    inbox.add_argument("--for", dest="who", metavar="WHO", help="for whom (default: the login name)")
    _limited(inbox)


def _limited(command: ArgumentParser) -> None:
    command.add_argument(
        "--limit", type=_count, default=LIMIT, metavar="N", help="at most (default %(default)s)"
    )


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _starting(add: AddCommand) -> None:
    start = _command(add, "start", "start a flow; the same input under the same id joins the running one")
    start.add_argument("flow", metavar="FLOW")
    start.add_argument(
        "--input", required=True, metavar="FILE", help="its input as JSON; - is standard input"
    )
    start.add_argument("--id", help="workflow id, instead of the one that comes from the input")
    wait = start.add_mutually_exclusive_group()
    wait.add_argument("--wait", action="store_true", help="wait for the result; exit 1 unless it completes")
    wait.add_argument(
        "--answer", action="store_true", help="wait for the early answer of a flow that has one"
    )
    start.add_argument("--within", type=length, metavar="LENGTH", help=WITHIN_HELP)
    start.add_argument(
        "--again", action="store_true", help="run an id again that has failed or was compensated"
    )
    start.add_argument("--by", metavar="WHO", help="who starts it (default: the login name)")
    event = _command(add, "event", "tell a flow that something has happened; it begins if it does not run")
    event.add_argument("flow", metavar="FLOW")
    event.add_argument("key", metavar="KEY", help="whose event it is, such as the ticket's name")
    event.add_argument(
        "--input", required=True, metavar="FILE", help="what has happened, as JSON; - is standard input"
    )
    event.add_argument("--by", metavar="WHO", help="who says so (default: the login name)")


def _deciding(add: AddCommand) -> None:
    approve = _command(add, "approve", "approve what a flow waits for")
    _decision(approve)
    _seen(approve)
    approve.add_argument("--comment", default="", help="kept with the decision")
    approve.add_argument(
        "--input", metavar="FILE", help="what the approval asks for, as JSON; - is standard input"
    )
    reject = _command(add, "reject", "reject what a flow waits for; what it has done is undone")
    _decision(reject)
    _seen(reject)
    reject.add_argument("--comment", required=True, help="why; kept with the decision")
    delegate = _command(add, "delegate", "let somebody else decide in one's place")
    _decision(delegate)
    delegate.add_argument("--to", required=True, metavar="WHO", help="who decides instead")
    delegate.add_argument("--comment", default="", help="kept with the delegation")
    withdraw = _command(add, "withdraw", "take back what one has asked for; what was done is undone")
    _decision(withdraw)
    withdraw.add_argument("--comment", required=True, help="why; kept with the withdrawal")
    tell = _command(add, "tell", "send a flow a message that is its own, such as `amend`")
    tell.add_argument("id", metavar="ID")
    tell.add_argument("message", metavar="MESSAGE", help="name of the update")
    tell.add_argument(
        "--input", required=True, metavar="FILE", help="what it says as JSON; - is standard input"
    )
    _resolving(_command(add, "resolve", "settle an incident"))
    cancel = _command(add, "cancel", "end a flow; what it has done is undone")
    cancel.add_argument("id", metavar="ID")
    _who_and_why(cancel)


def _decision(command: ArgumentParser) -> None:
    command.add_argument("id", metavar="ID")
    command.add_argument("name", metavar="NAME", nargs="?", help="of the approval, where several are open")
    command.add_argument("--by", required=True, metavar="WHO", help="who decides")


def _seen(command: ArgumentParser) -> None:
    command.add_argument("--digest", metavar="DIGEST", help=DIGEST_HELP)


def _resolving(resolve: ArgumentParser) -> None:
    resolve.add_argument("id", metavar="ID")
    resolve.add_argument(
        "incident", metavar="INCIDENT", help="its id, or the step's name where that is clear"
    )
    resolve.add_argument("decision", choices=CHOICES, metavar="|".join(CHOICES))
    _who_and_why(resolve)
    resolve.add_argument("--input", metavar="FILE", help="corrected input of the step, as JSON")
    resolve.add_argument("--result", metavar="FILE", help="the step's result as settled by hand, as JSON")


def _who_and_why(command: ArgumentParser) -> None:
    command.add_argument("--by", required=True, metavar="WHO", help="who decides")
    command.add_argument("--reason", required=True, metavar="WHY", help="kept with the decision")


def _scheduling(add: AddCommand) -> None:
    schedule = add("schedule", help="start a flow again and again", description=SCHEDULES, allow_abbrev=False)
    add_action = schedule.add_subparsers(dest="action", metavar="ACTION", required=True).add_parser
    create = _command(add_action, "create", "make a schedule; its runs have ids of their own, NAME-TIME")
    create.add_argument("name", metavar="NAME", type=_name)
    create.add_argument("flow", metavar="FLOW")
    create.add_argument(
        "--input", required=True, metavar="FILE", help="of each run, as JSON; - is standard input"
    )
    when = create.add_mutually_exclusive_group(required=True)
    when.add_argument("--every", type=length, metavar="LENGTH", help=EVERY_HELP)
    when.add_argument("--cron", metavar="EXPRESSION", help=CRON_HELP)
    create.add_argument("--overlap", choices=OVERLAPS, default=OVERLAPS[0], metavar="RULE", help=OVERLAP_HELP)
    create.add_argument("--paused", action="store_true", help="make it, and start nothing until `resume`")
    create.add_argument("--by", metavar="WHO", help="who makes it (default: the login name)")
    _command(add_action, "list", "when each runs, and what has become of it")
    for name, help_ in (
        ("pause", "start nothing until `resume`"),
        ("resume", "go on; nothing is made up for"),
    ):
        action = _command(add_action, name, f"{help_}; what runs goes on")
        action.add_argument("name", metavar="NAME")
        action.add_argument("--note", default="", metavar="WHY", help="kept with the schedule")
        action.add_argument("--by", metavar="WHO", help="who says so (default: the login name)")
    delete = _command(add_action, "delete", "forget it; what runs goes on")
    delete.add_argument("name", metavar="NAME")


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ArgumentTypeError(f"{text!r} is not letters, digits, dot, underscore and hyphen, 100 at most")
    return text
