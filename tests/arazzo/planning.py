"""Plans of small documents."""

from arazzo.compiling import compile_plan
from arazzo.elements import Location, Parameter
from arazzo.identity import DocumentSet
from arazzo.loading import Document
from arazzo.plan import Plan, PlannedStep
from arazzo.reading import Mode
from tests.arazzo.api import API
from tests.arazzo.documents import Fields, loaded


def planned(fields: Fields, mode: Mode = Mode.STRICT, others: tuple[Document, ...] = ()) -> Plan:
    root = loaded(fields, mode)
    return compile_plan(DocumentSet([root, *others], [API]), root, fields["workflows"][0]["workflowId"])


def first(plan: Plan) -> PlannedStep:
    return plan.workflows[plan.root].steps[0]


def passed(step: PlannedStep) -> list[tuple[str, Location | None, object]]:
    given = [one for one in step.step.parameters if isinstance(one, Parameter)]
    return [(one.name, one.location, one.value) for one in given]
