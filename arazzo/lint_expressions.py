"""Rules of expressions: each can be read, and what it names is there when it is evaluated."""

from collections.abc import Iterable

from arazzo.condition_grammar import parse_condition
from arazzo.elements import ExpressionKind
from arazzo.expression_error import ExpressionError
from arazzo.expressions import Expression, Source
from arazzo.json_paths import compile_path
from arazzo.linting import LintedStep, LintedWorkflow, Linting
from arazzo.problems import one_of
from arazzo.reading import Mode
from arazzo.references import Miss, find_workflow
from arazzo.regexes import compile_regex
from arazzo.sites import Form, Moment, Site, sites_of_step, sites_of_workflow
from arazzo.uses import expressions_at, readable_at
from arazzo.xpaths import compile_xpath

CLAUSE = "Runtime Expressions"
EXCHANGE = frozenset({Source.STATUS_CODE, Source.REQUEST, Source.RESPONSE, Source.URL, Source.METHOD})


def expressions(linting: Linting) -> None:
    """All rules of expressions."""
    for workflow in linting.workflows:
        for site in sites_of_workflow(workflow.workflow, workflow.path):
            _site(linting, workflow, None, site)
        for step in workflow.steps:
            for site in sites_of_step(step.step, step.path):
                _site(linting, workflow, step, site)


def _site(linting: Linting, workflow: LintedWorkflow, step: LintedStep | None, site: Site) -> None:
    try:
        found = tuple(expressions_at(linting.document, site))
    except ExpressionError as error:
        if "criteria" in site.path or site.form in {Form.CONDITION, Form.PATTERN}:
            # What cannot be read never holds (F6), so something plain comes of it.
            linting.depart("condition", site.path, str(error), "", "Criterion Object, condition")
        else:
            linting.error("expression", site.path, str(error), "", CLAUSE)
        return
    _forms(linting, site)
    for one in found:
        for departure in one.departures:
            linting.depart("expression-form", site.path, f"{one}: {departure}", str(one), CLAUSE)
        _named(linting, workflow, step, site, one)
    _pattern(linting, site, embedded=bool(found))


def _forms(linting: Linting, site: Site) -> None:
    """How a simple condition departs from the text."""
    if site.form is Form.CONDITION and isinstance(site.value, str):
        lenient, version = linting.document.mode is Mode.COMPAT, str(linting.document.arazzo.version)
        for departure in parse_condition(site.value, lenient=lenient, version=version).departures:
            linting.depart("condition-form", site.path, departure, "", "Criterion Object, condition")


def _pattern(linting: Linting, site: Site, *, embedded: bool) -> None:
    """A condition that cannot be read never holds (F6); with expressions in it, it is known only when it is evaluated."""
    text = site.value
    if site.form is not Form.PATTERN or embedded or not isinstance(text, str):
        return
    lenient = linting.document.mode is Mode.COMPAT
    try:
        match site.kind:
            case ExpressionKind.REGEX:
                departures: Iterable[str] = compile_regex(text, lenient=lenient).departures
                for departure in departures:
                    linting.depart("condition-form", site.path, departure, "", "Criterion Object, condition")
            case ExpressionKind.JSONPATH:
                compile_path(text, site.version)
            case ExpressionKind.XPATH:
                compile_xpath(text, site.version)
            case _:
                pass
    except ExpressionError as error:
        linting.depart("condition", site.path, str(error), "", "Criterion Object, condition")


def _named(
    linting: Linting, workflow: LintedWorkflow, step: LintedStep | None, site: Site, one: Expression
) -> None:
    match one.source:
        case Source.STEPS:
            _step_output(linting, workflow, step, site, one)
        case Source.INPUTS:
            _input(linting, workflow, site, one)
        case Source.WORKFLOWS:
            _workflow_value(linting, site, one)
        case Source.SOURCE_DESCRIPTIONS:
            if one.owner not in {source.name for source in linting.document.arazzo.source_descriptions}:
                linting.depart(
                    "unknown-source", site.path, f"there is no source description {one.owner}", "", CLAUSE
                )
        case _ if one.source in EXCHANGE:
            _exchange(linting, step, site, one)
        case _:
            pass


def _step_output(
    linting: Linting, workflow: LintedWorkflow, step: LintedStep | None, site: Site, one: Expression
) -> None:
    place = workflow.routes.places.get(one.owner)
    if place is None:
        linting.depart(
            "unknown-step", site.path, f"there is no step {one.owner}", one_of(workflow.routes.places), CLAUSE
        )
        return
    outputs = workflow.steps[place].step.outputs
    if one.name is not None and not _has(one, outputs):
        said = f"the step {one.owner} has no output {one.name}"
        linting.depart("unknown-output", site.path, said, one_of(outputs), CLAUSE)
    if step is not None and not _known_before(workflow, place, step.place, site.moment):
        clause = "Step Object: Validation Recommendations"
        said = f"{one} is read, and {one.owner} never runs before"
        linting.depart("forward-reference", site.path, said, "a step that runs before", clause)


def _has(one: Expression, outputs: Iterable[str]) -> bool:
    """By its name, or by the part before a dot, where dots dereference."""
    known = set(outputs)
    return one.name in known or (one.dots_dereference and (one.name or "").partition(".")[0] in known)


def _known_before(workflow: LintedWorkflow, source: int, reader: int, moment: Moment) -> bool:
    """Whether a run may have the step's outputs when they are read; a step that never runs reads nothing."""
    if reader not in workflow.routes.reached or workflow.routes.comes_after(reader, source):
        return True
    waits = {workflow.routes.places.get(name) for name in workflow.steps[reader].step.depends_on}
    return source in waits or (source == reader and moment is not Moment.REQUEST)


def _input(linting: Linting, workflow: LintedWorkflow, site: Site, one: Expression) -> None:
    schema = workflow.workflow.inputs
    clause = "Workflow Object, inputs"
    if schema is None and one.name is not None:
        linting.depart(
            "unknown-input", site.path, f"the workflow has no inputs, and {one} is read", "", clause
        )
        return
    if not isinstance(schema, dict) or one.name is None:
        return
    properties = schema.get("properties")
    if (
        not isinstance(properties, dict)
        or {"$ref", "allOf", "anyOf", "oneOf", "patternProperties"} & schema.keys()
    ):
        return
    if not _has(one, properties):
        linting.depart(
            "unknown-input", site.path, f"there is no input {one.name}", one_of(properties), clause
        )


def _workflow_value(linting: Linting, site: Site, one: Expression) -> None:
    found = find_workflow(linting.documents, linting.document, one.owner)
    if isinstance(found, Miss):
        linting.depart("unknown-workflow", site.path, found.message, found.expected, CLAUSE)
    elif one.part == "outputs" and one.name is not None and not _has(one, found.workflow.outputs):
        said = f"the workflow {one.owner} has no output {one.name}"
        linting.depart("unknown-output", site.path, said, one_of(found.workflow.outputs), CLAUSE)


def _exchange(linting: Linting, step: LintedStep | None, site: Site, one: Expression) -> None:
    """A step that runs a workflow has no exchange of its own (D9); one that asks people has none either."""
    if step is None:
        return
    own = step.step.own
    in_a_call = any(part in {"x-compensate", "x-probe"} for part in site.path)
    if not in_a_call and step.step.workflow_id is not None and own.activity is None:
        said = f"{one} is null: the step runs a workflow"
        linting.depart("exchange-of-workflow", site.path, said, "$outputs.NAME", "D9")
    if site.moment is Moment.REQUEST and one.source in {Source.STATUS_CODE, Source.RESPONSE}:
        said = f"{one} is not known before the step's call"
        linting.depart("response-before-call", site.path, said, "$steps.STEP.outputs.NAME", CLAUSE)


def reads_own_outputs(linting: Linting, step: LintedStep, name: str) -> bool:
    """Whether what is done beside a step needs what only the step's answer tells."""
    return any(
        one.source in {Source.RESPONSE, Source.STATUS_CODE}
        or (one.source is Source.STEPS and one.owner == step.name)
        for site in sites_of_step(step.step, step.path)
        if site.moment is Moment.COMPENSATION and name in site.path
        for one in readable_at(linting.document, site)
    )
