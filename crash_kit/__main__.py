"""`python -m crash_kit FLOW --input FILE`: rehearses one flow, and shows which promises it has broken.

Exit status: 0 none, 1 some, 2 the flow could not be rehearsed.
"""

import asyncio
import json
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from shlex import join, split

from crash_kit.cases import Kind
from crash_kit.kit import OURS, CrashKit, Rehearsal
from crash_kit.refusals import CannotRehearse
from crash_kit.report import Report
from crash_kit.screen import Screen
from crash_kit.stage import Programs
from runtime.dev_server import ServerStartFailed
from runtime.ending import leave
from runtime.flows import Catalogue
from runtime.refusals import Refused
from runtime.toolchain import ServerNotFound

DONE, BROKEN, REFUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    screen = Screen()
    try:
        with _folder(options.folder) as folder:
            found = asyncio.run(_rehearse(options, screen, folder))
    except (Refused, ServerNotFound, ServerStartFailed) as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    if options.json:
        sys.stdout.write(f"{json.dumps(found.as_json(), indent=2)}\n")
    else:
        screen.show(found)
    return DONE if found.good else BROKEN


@contextmanager
def _folder(kept: str | None) -> Generator[Path]:
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory(prefix="crash-kit-") as temporary:
        yield Path(temporary)


async def _rehearse(options: Namespace, screen: Screen, folder: Path) -> Report:
    catalogue = _catalogue(options.catalogue)
    text = sys.stdin.read() if options.input == "-" else _read(Path(options.input))
    asked = Rehearsal(
        options.flow,
        catalogue[options.flow].read(text),
        only=[Kind(kind) for kind in options.only] or tuple(Kind),
        case=options.case,
        vary=options.vary,
        repeat=_repeat(options),
    )
    kit = CrashKit(catalogue, folder=folder, programs=_programs(options), tell=screen.tell)
    with screen.live():
        async with kit:
            (found,) = await kit.rehearse(asked)
    return found


def _programs(options: Namespace) -> Programs:
    own = options.worker is not None
    return Programs(
        worker=split(options.worker) if own else OURS.worker,
        ready=options.ready,
        task_queue=options.task_queue,
        other_queues=() if own else OURS.other_queues,
        in_folder={} if own else OURS.in_folder,
        services=OURS.services,
        stand_ins=options.stand_ins,
        folder=None if own else OURS.folder,
    )


def _catalogue(name: str) -> Catalogue:
    """Of `module:NAME`. Raises CannotRehearse."""
    module, _, attribute = name.partition(":")
    sys.path.insert(0, "")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise CannotRehearse(f"--catalogue {name}: {error}") from None
    if not isinstance(found, Catalogue):
        raise CannotRehearse(f"--catalogue {name}: it is a {type(found).__name__}, and no Catalogue")
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRehearse(f"{path} cannot be read: {error}") from None


def _repeat(options: Namespace) -> str:
    """The same command, for one case."""
    defaults = vars(_parser().parse_args([options.flow, "--input", options.input]))
    given = [
        (f"--{name.replace('_', '-')}", str(getattr(options, name)))
        for name in ("worker", "ready", "task_queue", "catalogue", "stand_ins")
        if getattr(options, name) != defaults[name]
    ]
    given += [("--vary", name) for name in options.vary]
    words = [options.flow, "--input", options.input, *(word for pair in given for word in pair)]
    return f"python -m crash_kit {join(words)} --case {{case}}"


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m crash_kit",
        description="Rehearse a flow: kills, faults and cancels at each of its places.",
        epilog="exit status: 0 all promises kept, 1 some broken, 2 the flow could not be rehearsed",
        allow_abbrev=False,
    )
    parser.add_argument("flow", metavar="FLOW", help="its name in the catalogue")
    parser.add_argument(
        "--input", required=True, metavar="FILE", help="an input with which it completes; - is standard input"
    )
    parser.add_argument(
        "--only", action="append", default=[], choices=[*Kind], metavar="KIND", help=f"of {', '.join(Kind)}"
    )
    parser.add_argument("--case", metavar="CASE", help="play this one, as a report names it")
    parser.add_argument("--json", action="store_true", help="the report for machines, on standard output")
    _own(parser)
    return parser


def _own(parser: ArgumentParser) -> None:
    own = parser.add_argument_group("for flows of your own")
    own.add_argument("--catalogue", default="catalogue:CATALOGUE", metavar="MODULE:NAME")
    own.add_argument("--worker", metavar="COMMAND", help="that serves the flow (default: python worker.py)")
    own.add_argument(
        "--ready", default="worker ready", metavar="TEXT", help="in the line that says it serves"
    )
    own.add_argument(
        "--task-queue", default=OURS.task_queue, metavar="NAME", help="the worker's (%(default)s)"
    )
    own.add_argument("--stand-ins", metavar="URL", help="that run already (default: python -m services)")
    own.add_argument(
        "--vary", action="append", default=[], metavar="FIELD", help="of the input, different for each run"
    )
    own.add_argument("--folder", metavar="FOLDER", help="keep databases and logs there")


if __name__ == "__main__":
    leave(main())
