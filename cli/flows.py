"""`flows`: the catalogue, one flow of it with all that is known of it, and the flows that call an API."""

from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pydantic import JsonValue
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from arazzo.blueprint import blueprints_of
from cli.blueprint_lines import blueprint_lines
from cli.context import Context
from cli.exits import Exit
from cli.flow_calls import apis, callers
from cli.flow_screen import PROGRAM, verbatim
from cli.tables import table
from cli.wording import command, plain, span
from runtime.document_flows import DocumentFlow
from runtime.flow_calls import calls_of_flow, calls_to
from runtime.flows import Catalogue, Flow
from runtime.input_fields import InputField, input_fields
from saga import Sla


def flows(options: Namespace, context: Context) -> Exit:
    output = context.output
    shown = [context.catalogue[options.flow]] if options.flow else context.catalogue
    if options.calls is not None:
        found = calls_to(options.calls, shown)
        if output.json:
            machines: list[JsonValue] = [asdict(one) for one in found]
            output.answer(machines)
        else:
            output.show(*callers(options.calls, found, context.catalogue))
    elif options.flow:
        flow = context.catalogue[options.flow]
        if output.json:
            output.answer({**_described(flow), **_of_plan(flow)})
        else:
            output.show_verbatim(*_card(flow))
    elif output.json:
        listed: list[JsonValue] = [_described(flow) for flow in context.catalogue]
        output.answer(listed)
    else:
        output.show(_listing(context.catalogue))
    return Exit.DONE


def _listing(catalogue: Catalogue) -> RenderableType:
    headings = ("flow, and what it does", "version", "owner", "SLA")
    rows = [
        (_named(f), plain(f.version), plain(f.owner), span(f.sla.limit) if f.sla else "") for f in catalogue
    ]
    return table(headings, rows, whole=headings[1:])


def _named(flow: Flow[Any]) -> Text:
    return Text.assemble((plain(flow.name), "bold"), "\n", (plain(flow.description), "dim"))


def _card(flow: Flow[Any]) -> Iterable[RenderableType]:
    yield Text.assemble((plain(flow.name), "bold"), ("  " + plain(f"{flow.version}  {flow.owner}"), "dim"))
    yield Text(plain(flow.description))
    yield Text()
    yield _fields(input_fields(flow.schema))
    yield Text()
    if isinstance(flow, DocumentFlow):
        yield from blueprint_lines(flow.plan)
    facts = [*(("SLA", line) for line in _promise(flow.sla)), ("answer", _early(flow))]
    yield _facts([*facts, *(("calls", line) for line in apis(flow)), *_of_document(flow)])
    yield Text()
    typed = [*("start", flow.name, "--input", flow.example), *(("--answer",) if flow.answer else ())]
    yield verbatim(f"  {PROGRAM} {command(*typed)}", style="dim")
    if isinstance(flow, DocumentFlow) and flow.document:
        told = ("arazzo", "explain", flow.document, "--workflow", flow.plan.root.partition("/")[2])
        yield verbatim(f"  {PROGRAM} {command(*told)}", style="dim")


def _fields(fields: Iterable[InputField]) -> RenderableType:
    rows = [
        (plain(field.path), plain(field.type), "yes" if field.required else "", plain(field.allowed))
        for field in fields
    ]
    return table(("input", "type", "required", "allowed"), rows, whole=("input", "required"))


def _facts(facts: Iterable[tuple[str, str]]) -> RenderableType:
    """A name that is the same as the one before is not said again."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    before = ""
    for name, value in facts:
        grid.add_row(Text(name if name != before else "", style="dim"), value)
        before = name
    return grid


def _promise(sla: Sla | None) -> Iterable[str]:
    """Times count from the flow's start, as people see them there."""
    if sla is None:
        yield "none"
        return
    yield f"done within {span(sla.limit)}"
    if sla.warn:
        yield f"after {span(sla.warn)} ops are warned"
    yield f"after {span(sla.limit)} ops are told that it is breached"
    for escalation in sla.escalations:
        yield f"after {span(sla.limit + escalation.after)} {escalation.to} is told"
    if sla.escalations:
        yield f"then {sla.escalations[-1].to} again, every {span(sla.repeat)}"


def _early(flow: Flow[Any]) -> str:
    if flow.answer is None:
        return "at its end"
    fields = ", ".join(flow.answer.model_fields)
    return f"early, with {fields}; the rest goes on behind"


def _of_document(flow: Flow[Any]) -> Iterable[tuple[str, str]]:
    if isinstance(flow, DocumentFlow):
        yield "document", plain(flow.document)
        yield "plan", flow.plan.sha256


def _of_plan(flow: Flow[Any]) -> dict[str, JsonValue]:
    if not isinstance(flow, DocumentFlow):
        return {}
    blueprint: list[JsonValue] = [asdict(one) for one in blueprints_of(flow.plan)]
    return {"document": flow.document, "plan_sha256": flow.plan.sha256, "blueprint": blueprint}


def _described(flow: Flow[Any]) -> dict[str, JsonValue]:
    return {
        "flow": flow.name,
        "version": flow.version,
        "owner": flow.owner,
        "description": flow.description,
        "sla": _sla(flow.sla) if flow.sla else None,
        "input": flow.schema,
        "answer": flow.answer.model_json_schema() if flow.answer else None,
        "example": flow.example,
        "calls": [asdict(one) for one in calls_of_flow(flow)],
    }


def _sla(sla: Sla) -> JsonValue:
    return {
        "limit_s": sla.limit.total_seconds(),
        "warn_s": sla.warn.total_seconds() if sla.warn else None,
        "escalations": [{"after_s": step.after.total_seconds(), "to": step.to} for step in sla.escalations],
        "repeat_s": sla.repeat.total_seconds() if sla.escalations else None,
    }
