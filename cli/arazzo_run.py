"""`arazzo run`: checks a document, compiles it, and starts one of its workflows, which carries its plan with it."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace

from arazzo.compiling import compile_plan
from arazzo.openapi.servers import is_address
from arazzo.problems import Problems
from cli.arazzo_documents import DocumentRefused, opened
from cli.context import Context
from cli.exits import Exit
from cli.start import start_flow
from runtime.document_flows import document_flow
from runtime.refusals import FieldProblem, InvalidInput


def run(options: Namespace, context: Context) -> Exit:
    bundle = opened(options)
    try:
        plan = compile_plan(bundle.documents, bundle.root, options.workflow)
    except Problems as refused:
        raise DocumentRefused(options.document, (*refused.problems, *bundle.found)) from None
    known = {one.name for one in bundle.root.arazzo.source_descriptions}
    servers = {**context.documents.servers, **_servers(options.server, known)}
    return start_flow(options, context, document_flow(plan, replace(context.documents, servers=servers)))


def _servers(given: list[str], known: set[str]) -> Mapping[str, str]:
    servers: dict[str, str] = {}
    for one in given:
        name, equals, url = one.partition("=")
        if not (name and equals and is_address(url)):
            raise InvalidInput("--server", [FieldProblem("", f"{one!r} is not NAME=URL")])
        if name not in known:
            there = ", ".join(sorted(known))
            raise InvalidInput("--server", [FieldProblem("", f"there is no source {name!r}, but {there}")])
        servers[name] = url
    return servers
