"""`flows`: the catalogue."""

from argparse import Namespace

from pydantic import JsonValue
from rich.text import Text

from cli.context import Context
from cli.exits import Exit
from cli.tables import table
from runtime.flows import Catalogue


def flows(_options: Namespace, context: Context) -> Exit:
    if context.output.json:
        context.output.answer(_catalogue(context.catalogue))
        return Exit.DONE
    rows = [(Text(f.name, style="bold"), f.version, f.owner, f.description) for f in context.catalogue]
    headings = ("flow", "version", "owner", "what it does")
    context.output.show(table(headings, rows, whole=headings[:3]))
    return Exit.DONE


def _catalogue(catalogue: Catalogue) -> list[JsonValue]:
    return [
        {
            "flow": flow.name,
            "version": flow.version,
            "owner": flow.owner,
            "description": flow.description,
            "input": flow.input.model_json_schema(),
        }
        for flow in catalogue
    ]
