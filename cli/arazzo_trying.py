"""What `arazzo dry-run` and `arazzo test` read: a plan that is complete, and inputs for it."""

from argparse import Namespace

from arazzo.compiling import compile_plan
from arazzo.dry_runs.dry_run import DryRuns
from arazzo.dry_runs.inputs import Inputs
from arazzo.plan import Plan
from arazzo.problems import Problems
from cli.arazzo_documents import DocumentRefused
from cli.files import called, read_object
from runtime.documents import Bundle
from runtime.refusals import FieldProblem, InvalidInput


def plan_of(bundle: Bundle, options: Namespace, workflow: str | None) -> Plan:
    """The plan of a workflow, with all that it needs at hand; raises DocumentRefused."""
    try:
        plan = compile_plan(bundle.documents, bundle.root, workflow)
    except Problems as refused:
        raise DocumentRefused(options.document, (*refused.problems, *bundle.found)) from None
    if plan.missing:
        said = [
            FieldProblem("", f"{one}; its file can be given by --source NAME=FILE") for one in plan.missing
        ]
        raise InvalidInput(options.document, said)
    return plan


def inputs_of(runs: DryRuns, options: Namespace) -> Inputs:
    """As they are given, or made up; raises InvalidInput where what is given does not fit."""
    given = None if options.input is None else read_object(options.input)
    inputs = runs.inputs(given)
    ours = {f"{name}{mark}" for name in inputs.made_up for mark in ("/", ":")}
    wrong = [one for one in inputs.wrong if not one.startswith(tuple(ours))]
    if given is not None and wrong:
        name = called(str(options.input))
        raise InvalidInput(name, [FieldProblem("", one) for one in wrong])
    return inputs
