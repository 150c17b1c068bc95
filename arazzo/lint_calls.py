"""Rules of calls: what a step passes is what the operation or workflow takes."""

import re
from collections.abc import Iterable

from arazzo.elements import Location, Parameter
from arazzo.linting import LintedStep, Linting
from arazzo.openapi.content_types import essence
from arazzo.openapi.operation import Operation
from arazzo.problems import one_of
from arazzo.reading import Path
from arazzo.references import Miss, WorkflowAt, find_workflow
from arazzo.targets import OperationAt

WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE"})
UNDECLARED = frozenset({"accept", "content-type", "authorization"})
"""Headers that OpenAPI does not let an operation declare."""
ENTITY = "<!ENTITY"
DOCUMENT_TYPE = re.compile(rf"<!DOCTYPE|{ENTITY}", re.IGNORECASE)


def calls(linting: Linting) -> None:
    """All rules of calls."""
    for workflow in linting.workflows:
        for step in workflow.steps:
            if isinstance(step.target, OperationAt):
                _operation(linting, step, step.target.operation)
            elif step.step.workflow_id is not None and step.step.own.activity is None:
                _workflow(linting, step, step.step.workflow_id)
            _querystring(linting, step)
            _document_types(linting, step)
            _criteria(linting, step)


def _operation(linting: Linting, step: LintedStep, operation: Operation) -> None:
    if step.step.own.activity is not None:
        return
    called = operation.operation_id or f"{operation.method} {operation.path}"
    declared = {_identity(one.name, one.location): one for one in operation.parameters}
    for parameter in step.parameters:
        location = parameter.location
        known = {name for name, _ in declared}
        if (location is None and parameter.name not in known) or (
            location is not None and _is_unknown(parameter, location, declared.keys())
        ):
            _undeclared(linting, step, parameter, called, known)
    given = {_identity(one.name, one.location) for one in step.parameters} | _sent_anyway(step, operation)
    unplaced = {one.name for one in step.parameters if one.location is None}
    for identity, one in declared.items():
        if one.required and identity not in given and one.name not in unplaced:
            said = f"{called} requires the {one.location} parameter {one.name}"
            linting.warn(
                "missing-parameter", step.path, said, f"a parameter {one.name}", "Step Object, parameters"
            )
    _body(linting, step, operation, called)


def _sent_anyway(step: LintedStep, operation: Operation) -> set[tuple[str, str]]:
    """The idempotency key is no matter of the document (D2)."""
    own = step.step.own.idempotency
    name = operation.declares_key if own is None else own.header
    return set() if name is None else {_identity(name, Location.HEADER)}


def _undeclared(
    linting: Linting, step: LintedStep, parameter: Parameter, called: str, known: set[str]
) -> None:
    said = f"{called} declares no {parameter.location or ''} parameter {parameter.name}".replace("  ", " ")
    expected = one_of(sorted(known))
    path = _where(step, parameter)
    in_path = parameter.location is Location.PATH
    (linting.depart if in_path else linting.warn)(
        "unknown-parameter", path, said, expected, "Parameter Object, name"
    )


def _is_unknown(parameter: Parameter, location: Location, declared: Iterable[tuple[str, str]]) -> bool:
    if location is Location.HEADER and parameter.name.lower() in UNDECLARED:
        return False
    return _identity(parameter.name, location) not in declared


def _identity(name: str, location: str | None) -> tuple[str, str]:
    return (name.lower() if location == "header" else name), location or ""


def _where(step: LintedStep, parameter: Parameter) -> Path:
    """Where the step says so, if it is not its workflow that does."""
    for index, one in enumerate(step.step.parameters):
        if isinstance(one, Parameter) and one == parameter:
            return (*step.path, "parameters", index)
    return step.path


def _body(linting: Linting, step: LintedStep, operation: Operation, called: str) -> None:
    body, clause = step.step.request_body, "Step Object, requestBody"
    if body is None:
        if operation.body_required:
            linting.warn("missing-body", step.path, f"{called} requires a body", "requestBody", clause)
        return
    if operation.method in WITHOUT_BODY:
        said = f"the body of a {operation.method} means nothing in HTTP"
        linting.warn("body-without-meaning", (*step.path, "requestBody"), said, "no requestBody", clause)
    if body.content_type is None and len(operation.bodies) > 1:
        kinds = one_of(one.content_type for one in operation.bodies)
        said = f"{called} takes several content types"
        linting.warn("which-content-type", (*step.path, "requestBody"), said, f"contentType: {kinds}", clause)


def _querystring(linting: Linting, step: LintedStep) -> None:
    """It is the whole query, so there is no other one (C7)."""
    whole = [one for one in step.parameters if one.location is Location.QUERYSTRING]
    parts = [one for one in step.parameters if one.location is Location.QUERY]
    if len(whole) > 1 or (whole and parts):
        linting.error(
            "querystring",
            (*step.path, "parameters"),
            "the whole query is given, and parts of it too",
            "one querystring, or query parameters",
            "Parameter Object, in",
        )


def _document_types(linting: Linting, step: LintedStep) -> None:
    """Entities are never expanded here, and what a service makes of them is not for a document to try (D22)."""
    own = step.step.own
    for name, call in (("", step.step), ("x-compensate", own.compensate), ("x-probe", own.probe)):
        body = None if call is None else call.request_body
        if body is None or not isinstance(body.payload, str) or not DOCUMENT_TYPE.search(body.payload):
            continue
        path = (*step.path, *([name] if name else []), "requestBody", "payload")
        kind = essence(body.content_type or "")
        if kind.endswith("xml") or (not kind and ENTITY in body.payload):
            said = "the XML has a document type, and may have entities in it"
            linting.error("document-type", path, said, "XML without <!DOCTYPE", "D22")


def _criteria(linting: Linting, step: LintedStep) -> None:
    if step.calls_operation and step.step.action is None and not step.step.success_criteria:
        said = "nothing says what success is; an answer below 400 is taken for one, unless x-default-success is any"
        linting.note("no-criteria", step.path, said, "successCriteria", "D12")


def _workflow(linting: Linting, step: LintedStep, name: str) -> None:
    """What it is given are the inputs of the workflow (C5)."""
    found = find_workflow(linting.documents, linting.document, name)
    if step.step.request_body is not None:
        said = "a workflow takes no body"
        linting.warn(
            "body-of-workflow", (*step.path, "requestBody"), said, "parameters", "Step Object, requestBody"
        )
    if isinstance(found, Miss):
        return
    required, properties = _taken(found)
    given = {one.name for one in step.parameters}
    for missing in sorted(required - given):
        said = f"{name} requires the input {missing}"
        linting.depart("missing-input", step.path, said, f"a parameter {missing}", "Workflow Object, inputs")
    for one in step.parameters:
        if properties is not None and one.name not in properties:
            expected = one_of(sorted(properties))
            said = f"{name} has no input {one.name}"
            linting.warn("unknown-input", _where(step, one), said, expected, "Workflow Object, inputs")


def _taken(found: WorkflowAt) -> tuple[set[str], set[str] | None]:
    """The inputs that have to be given, and all that there are, as far as the schema tells."""
    schema = found.workflow.inputs
    if not isinstance(schema, dict):
        return set(), set() if schema is None else None
    named, required = schema.get("properties"), schema.get("required")
    properties = named if isinstance(named, dict) else {}
    with_default = {name for name, one in properties.items() if isinstance(one, dict) and "default" in one}
    needed = (
        {name for name in required if isinstance(name, str)} if isinstance(required, list) else set[str]()
    )
    whole = not {"$ref", "allOf", "anyOf", "oneOf", "patternProperties"} & schema.keys()
    return needed - with_default, set(properties) if whole else None
