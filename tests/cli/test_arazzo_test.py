"""`arazzo test`: the cases of a document, for people and machines, and the exit status."""

from pathlib import Path

from tests.arazzo.documents import document, step, workflow, written
from tests.cli.commands import CommandLine
from tests.cli.test_arazzo_dry_run import ORDER

SUBSCRIPTION = "examples/arazzo/subscription.arazzo.yaml"
API = """
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things: {get: {operationId: call, responses: {'200': {description: them}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: one, responses: {'200': {description: it}}}
"""


async def test_all_workflows_are_tested(nowhere: CommandLine) -> None:
    """Each with its cases and its actions; as expected is exit 0."""
    answer = await nowhere("arazzo", "test", SUBSCRIPTION)

    assert (0, "✔ 32 cases: 32 as expected") == (answer.status, answer.out.splitlines()[-1])
    assert "charge ✖ [twice again while nothing" in answer.out
    assert "4 of 4 actions were taken" in answer.out


async def test_machines_see_expected_and_seen_routes(nowhere: CommandLine) -> None:
    """With what is undone."""
    answer = await nowhere("arazzo", "test", ORDER, "--json")

    (suite,) = answer.json["workflows"]
    case = next(one for one in suite["cases"] if one["case"].startswith("createShipment fails: none"))
    assert ["reserveStock", "authorizePayment", "createShipment ✖"] == case["expected"] == case["seen"]
    assert (["authorizePayment", "reserveStock"], "failed") == (case["undone"], case["end"])
    assert (0, 21, suite["actions"]) == (answer.status, suite["as_expected"], suite["actions_taken"])


async def test_a_case_that_goes_otherwise_is_exit_one(nowhere: CommandLine, tmp_path: Path) -> None:
    """With the expected route beside the one that was seen; one that cannot be reached is no failure."""
    missing = {"name": "id", "in": "path", "value": "$steps.one.outputs.nothing"}
    ends = [{"name": "done", "type": "end"}, {"name": "never", "type": "end"}]
    steps = [
        step("one", outputs={"nothing": "$response.header.X-Nothing"}),
        step("two", operationId="one", parameters=[missing], onSuccess=ends),
    ]
    path = tmp_path / "flow.arazzo.yaml"
    path.write_text(written(document(workflow("main", steps))))
    (tmp_path / "api.yaml").write_text(API)

    answer = await nowhere("arazzo", "test", str(path))

    words = " ".join(answer.out.split())
    assert 1 == answer.status
    assert "the parameter id in path is missing" in words
    assert "done, which stands before it, always matches" in words
    assert "never two: done and two: never" in words
