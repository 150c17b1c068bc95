"""The grammar of `starter.py arazzo …`: each action is the function of its name in a module `cli.arazzo_ACTION`."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable

from cli.arazzo_dry_parser import add_dry_run, add_test

AddCommand = Callable[..., ArgumentParser]

ARAZZO = """\
Flows as documents (Arazzo 1.0 and 1.1, JSON or YAML). A document is read with the files that it refers to, from its own
folder; nothing is fetched."""
CHECKING = """\
exit status:
  0  nothing is wrong (warnings count only with --warnings-as-errors)
  1  the document cannot do what it says
  2  there is no such document, or wrong usage
"""
RUNNING = """\
exit status:
  0  it was started, or with --wait has completed
  1  it has failed, and what it did was undone as far as the document says how
  2  the document or its inputs cannot be used: nothing was started
  3  the server cannot be reached
"""
SERVER_HELP = "call a source description's operations there, whatever it says; may be given again"
KEY_HELP = "make a key that seals secret inputs"
KEYS = """\
Make a key for SEAL_KEY or SEAL_KEY_FILE. With it, inputs that a document's schema calls `format: password` are sealed
before they reach a history. The starter and all workers have the same; a new key goes before the old one in the file."""
LOCK_HELP = "note what the workflows of a folder are, for `check` to hold against"
LOCKS = """\
Write the version and the plan's sha256 of each workflow in a folder to its arazzo.lock.json. From then on `arazzo check`
finds a workflow that does something else under the same version."""
ACCEPT_HELP = "write workflows that have changed under the same version, too"
STRICT_HELP = "by the text of the specification; else forms that other tools write are taken, too"
SOURCE_HELP = "where a source description is, whatever the document says; may be given again"
WITHIN_HELP = "where files that it refers to may be (default: its own folder)"
WORKFLOW_HELP = "only this one, and what it leads to (default: all)"


def add_arazzo(add: AddCommand) -> None:
    """`arazzo`, with its actions."""
    arazzo = add("arazzo", help="flows as documents: check, draw, explain, run", description=ARAZZO)
    add_action = arazzo.add_subparsers(dest="action", metavar="ACTION", required=True).add_parser
    check = action(add_action, "check", "say what is wrong with a document before it runs")
    check.epilog = CHECKING
    check.add_argument(
        "--format", choices=("table", "json", "sarif"), default="table", help="default: %(default)s"
    )
    check.add_argument("--warnings-as-errors", action="store_true", help="exit 1 for warnings, too")
    key = add_action("key", help=KEY_HELP, description=KEYS, allow_abbrev=False)
    key.add_argument(
        "--output", metavar="FILE", help="write it there, for its owner alone (default: show it)"
    )
    key.add_argument("--json", action="store_true", help="answer for machines, on standard output")
    _lock(add_action("lock", help=LOCK_HELP, description=LOCKS, allow_abbrev=False))
    draw = action(add_action, "draw", "a document as a picture")
    draw.add_argument("--workflow", metavar="W", help=WORKFLOW_HELP)
    draw.add_argument("--format", choices=("svg", "mermaid"), default="svg", help="default: %(default)s")
    draw.add_argument("--output", metavar="FILE", help="write it there (default: standard output)")
    explain = action(add_action, "explain", "a document in plain sentences")
    explain.add_argument("--workflow", metavar="W", help=WORKFLOW_HELP)
    _run(action(add_action, "run", "start a workflow of a document"))
    add_dry_run(action(add_action, "dry-run", "rehearse a workflow without calling anybody"))
    add_test(action(add_action, "test", "make up and rehearse a case for each branch and failure"))


def _lock(lock: ArgumentParser) -> None:
    lock.add_argument("folder", metavar="FOLDER", nargs="?", help="default: the one of the catalogue")
    lock.add_argument("--accept", action="store_true", help=ACCEPT_HELP)
    lock.add_argument("--json", action="store_true", help="answer for machines, on standard output")


def _run(run: ArgumentParser) -> None:
    run.epilog = RUNNING
    run.add_argument("--workflow", metavar="W", help="which one (default: the only one)")
    run.add_argument("--input", required=True, metavar="FILE", help="its inputs as JSON; - is standard input")
    run.add_argument("--server", action="append", default=[], metavar="NAME=URL", help=SERVER_HELP)
    run.add_argument("--id", help="workflow id (default: one that follows from the inputs)")
    run.add_argument("--wait", action="store_true", help="until it has ended")
    run.add_argument("--again", action="store_true", help="an id that has ended without completing")
    run.add_argument("--by", metavar="WHO", help="who starts it (default: the login name)")
    run.set_defaults(answer=False)


def action(add_action: AddCommand, name: str, help_: str) -> ArgumentParser:
    """An action on a document, with the options that say how it is read."""
    made = add_action(name, help=help_, description=f"{help_[0].upper()}{help_[1:]}.", allow_abbrev=False)
    made.formatter_class = RawDescriptionHelpFormatter
    made.add_argument("document", metavar="DOC", help="file, JSON or YAML")
    made.add_argument("--json", action="store_true", help="answer for machines, on standard output")
    made.add_argument("--strict", action="store_true", help=STRICT_HELP)
    made.add_argument("--source", action="append", default=[], metavar="NAME=FILE", help=SOURCE_HELP)
    made.add_argument("--within", metavar="FOLDER", help=WITHIN_HELP)
    return made
