"""`arazzo key`: makes a key for sealing the secret inputs of documents."""

import os
from argparse import Namespace
from pathlib import Path

from cli.context import Context
from cli.exits import Exit
from cli.flow_screen import verbatim
from models.sealing import new_key
from runtime.refusals import FieldProblem, InvalidInput


def key(options: Namespace, context: Context) -> Exit:
    made = new_key()
    if options.output:
        _write(Path(options.output), made)
    if context.output.json:
        context.output.answer({"file": options.output} if options.output else {"key": made})
    elif options.output:
        context.output.show(f"✔ {options.output}: for SEAL_KEY_FILE, of the starter and of all workers")
    else:
        context.output.show_verbatim(verbatim(made))
    return Exit.DONE


def _write(path: Path, made: str) -> None:
    """What is there stays: it may be the only key to what was sealed."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InvalidInput(
            "--output", [FieldProblem("", f"{path} is there already, and stays as it is")]
        ) from None
    except OSError as error:
        raise InvalidInput(
            "--output", [FieldProblem("", f"{path} cannot be written: {error.strerror}")]
        ) from None
    with os.fdopen(file, "w", encoding="ascii") as opened:
        opened.write(f"{made}\n")
