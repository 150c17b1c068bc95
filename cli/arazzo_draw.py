"""`arazzo draw`: a document as a picture, SVG or Mermaid."""

import sys
from argparse import Namespace
from pathlib import Path

from arazzo.drawing_mermaid import mermaid
from arazzo.drawing_svg import svg
from cli.arazzo_documents import opened, plans_of
from cli.context import Context
from cli.exits import Exit
from cli.flow_screen import verbatim
from cli.wording import plain
from runtime.refusals import FieldProblem, InvalidInput


def draw(options: Namespace, context: Context) -> Exit:
    bundle = opened(options)
    plans = plans_of(bundle, options)
    info = bundle.root.arazzo.info
    picture = mermaid(plans) if options.format == "mermaid" else svg(plans, f"{info.title} {info.version}")
    output = context.output
    if options.output:
        _write(Path(options.output), picture)
    if output.json:
        said = {"output": options.output} if options.output else {"picture": picture}
        output.answer({"format": options.format, **said})
    elif options.output:
        output.show_verbatim(verbatim(f"{plain(options.output)} shows {plain(info.title)}."))
    else:
        sys.stdout.write(picture)
    return Exit.DONE


def _write(path: Path, picture: str) -> None:
    try:
        path.write_text(picture, encoding="utf-8")
    except OSError as error:
        said = f"it cannot be written: {error.strerror or error}"
        raise InvalidInput(str(path), [FieldProblem("", said)]) from None
