"""`arazzo explain`: a document in plain sentences."""

from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict

from pydantic import JsonValue
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from arazzo.explaining import Explanation
from arazzo.explaining import explain as explained
from cli.arazzo_documents import opened, plans_of
from cli.context import Context
from cli.exits import Exit
from cli.wording import plain


def explain(options: Namespace, context: Context) -> Exit:
    bundle = opened(options)
    told = explained(plans_of(bundle, options))
    info = bundle.root.arazzo.info
    output = context.output
    if output.json:
        workflows: list[JsonValue] = [asdict(one) for one in told]
        output.answer({"title": info.title, "version": info.version, "workflows": workflows})
        return Exit.DONE
    output.show(Text.assemble((plain(info.title), "bold"), (f"  {plain(info.version)}", "dim")))
    if about := info.summary or info.description:
        output.show(Text(plain(about)))
    for one in told:
        output.show("", *_lines(one))
    return Exit.DONE


def _lines(told: Explanation) -> Iterable[RenderableType]:
    yield Text.assemble(
        (plain(told.workflow), "bold cyan"), f" — {plain(told.summary)}" if told.summary else ""
    )
    yield from _indented(told.about, 2)
    for step in told.steps:
        number = f"{step.number:>3}  " if step.number else "     "
        title, dash, about = plain(step.title).partition(" — ")
        at_once = ("  at the same time", "dim") if step.beside else ""
        yield ""
        yield Text.assemble((number, "dim"), (title, "bold"), dash, about, at_once)
        yield from _indented(step.sentences, 5)
    yield ""
    yield from _indented(told.ends, 2)


def _indented(sentences: Iterable[str], by: int) -> Iterable[RenderableType]:
    return (Padding(Text(plain(one)), (0, 0, 0, by), expand=False) for one in sentences)
