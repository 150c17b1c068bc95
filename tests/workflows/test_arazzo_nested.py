"""Workflows of documents within workflows: run as steps, depended on, gone to; and undone with what runs them."""

from tests.arazzo.documents import document, loaded, workflow
from tests.endings import end_of, status_of
from tests.workflows.playing import Playing
from tests.workflows.scripting import ended, plan_of, running, scripted, step, undoable

SHARED = loaded(
    document(
        workflow(
            "pay",
            [undoable("payment", outputs={"id": "$response.body#/id"})],
            inputs={"type": "object", "properties": {"amount": {"type": "integer"}}},
            outputs={"paid": "$steps.payment.outputs.id", "amount": "$inputs.amount"},
        )
    ),
    uri="file:///flows/shared.arazzo.yaml",
)
SOURCES = [
    {"name": "api", "url": "api.yaml", "type": "openapi"},
    {"name": "shared", "url": "shared.arazzo.yaml", "type": "arazzo"},
]
PAY = running(
    "pay",
    "$sourceDescriptions.shared.pay",
    parameters=[{"name": "amount", "value": 7}],
    outputs={"paid": "$outputs.paid"},
)


async def test_a_workflow_of_another_document_is_run_as_a_step(playing: Playing) -> None:
    """With its own inputs, and its outputs are the step's."""
    flow = workflow(steps=[undoable("stock"), PAY], outputs={"paid": "$steps.pay.outputs.paid"})
    async with scripted(playing, post_payment=[{"json": {"id": "p-1"}}]) as service:
        outcome = await service.run(plan_of(document(flow, sourceDescriptions=SOURCES), SHARED))

    assert (True, {"paid": "p-1"}) == (outcome.success, outcome.outputs)
    assert ["POST /acts/stock", "POST /acts/payment"] == service.calls


async def test_a_workflow_that_was_run_is_undone_with_the_one_that_ran_it(playing: Playing) -> None:
    """Step by step, newest first, whoever began it."""
    flow = workflow(steps=[undoable("stock"), PAY, step("send")])
    async with scripted(playing, post_send=[409]) as service:
        outcome = await service.run(plan_of(document(flow, sourceDescriptions=SOURCES), SHARED))

    assert (False, "send") == (outcome.success, outcome.step)
    assert ["DELETE /acts/payment", "DELETE /acts/stock"] == service.calls[-2:]


async def test_a_workflow_that_fails_has_undone_itself(playing: Playing) -> None:
    """The step that ran it fails with its outputs, and its actions are asked."""
    inner = workflow(
        "inner",
        [undoable("one", outputs={"id": "$response.body#/id"}), step("two")],
        outputs={"one": "$steps.one.outputs.id"},
    )
    away = [{"name": "away", "type": "goto", "stepId": "instead"}]
    outer = workflow(
        steps=[
            running("run", "inner", outputs={"one": "$outputs.one"}, onFailure=away),
            step("not_this"),
            step("instead"),
        ],
        outputs={"one": "$steps.run.outputs.one"},
    )
    async with scripted(playing, post_one=[{"json": {"id": 3}}], post_two=[500]) as service:
        outcome = await service.run(plan_of(document(outer, inner)))

    assert (True, {"one": 3}) == (outcome.success, outcome.outputs)
    assert ["POST /acts/one", "POST /acts/two", "DELETE /acts/one", "POST /acts/instead"] == service.calls


async def test_a_goto_to_a_workflow_goes_on_as_that_workflow(playing: Playing) -> None:
    """As a new run of the other type; what was done before is undone with it, and no key is used twice."""
    go = [
        {
            "name": "go",
            "type": "goto",
            "workflowId": "other",
            "parameters": [{"name": "id", "value": "$response.body#/id"}],
        }
    ]
    other = workflow(
        "other",
        [undoable("same"), step("last")],
        inputs={"properties": {"id": {}}},
        outputs={"id": "$inputs.id"},
    )
    plan = plan_of(document(workflow(steps=[undoable("same", onSuccess=go)]), other))
    async with scripted(playing, post_same=[{"json": {"id": 5}}], post_last=[409]) as service:
        handle = await service.start(plan)
        outcome = await ended(handle)
        described = await handle.describe()

    assert "arazzo:test/other" == described.workflow_type
    assert (False, {"id": 5}) == (outcome.success, outcome.outputs)
    assert ["DELETE /acts/same"] * 2 == service.calls[-2:]
    assert 2 == len(set(service.keys("POST /acts/same")))


async def test_a_child_goes_on_as_another_workflow(playing: Playing) -> None:
    """The one that ran it gets the outputs of the last, and can undo both."""
    go = [{"name": "go", "type": "goto", "workflowId": "second"}]
    plan = plan_of(
        document(
            workflow(
                steps=[running("run", "first", outputs={"a": "$outputs.a"}), step("last")],
                outputs={"a": "$steps.run.outputs.a"},
            ),
            workflow("first", [undoable("one", onSuccess=go)]),
            workflow("second", [undoable("two")], outputs={"a": "$workflows.first.inputs.x"}),
        )
    )
    async with scripted(playing, post_last=[409]) as service:
        outcome = await service.run(plan)

    assert not outcome.success
    assert ["DELETE /acts/two", "DELETE /acts/one"] == service.calls[-2:]


async def test_workflows_that_depend_on_the_same_run_it_once(playing: Playing) -> None:
    """And those that do not depend on each other run side by side."""
    plan = plan_of(
        document(
            workflow(steps=[step("main")], dependsOn=["left", "right"]),
            workflow("left", [undoable("l")], dependsOn=["first"]),
            workflow("right", [undoable("r")], dependsOn=["first"]),
            workflow("first", [undoable("f")]),
        )
    )
    async with scripted(playing, post_main=[409]) as service:
        handle = await service.start(plan)
        await ended(handle)
        steps = {one.name: one for one in (await status_of(handle)).steps}

    assert 1 == service.calls.count("POST /acts/f")
    assert {"DELETE /acts/l", "DELETE /acts/r"} == set(service.calls[-3:-1])
    assert "DELETE /acts/f" == service.calls[-1]
    left, right = steps["left"], steps["right"]
    assert left.completed_at
    assert right.started_at
    assert right.started_at < left.completed_at


async def test_workflows_of_one_id_in_two_documents_are_two(playing: Playing) -> None:
    """That one has run is not that the other has."""
    other = loaded(document(workflow("login", [step("theirs")])), uri="file:///flows/shared.arazzo.yaml")
    plan = plan_of(
        document(
            workflow(steps=[step("main")], dependsOn=["login", "$sourceDescriptions.shared.login"]),
            workflow("login", [step("ours")]),
            sourceDescriptions=SOURCES,
        ),
        other,
    )
    async with scripted(playing) as service:
        outcome = await service.run(plan)

    assert outcome.success
    assert {"POST /acts/ours", "POST /acts/theirs"} == set(service.calls[:-1])


async def test_a_workflow_that_depends_on_one_that_fails_does_not_begin(playing: Playing) -> None:
    """What ran beside that one is undone."""
    plan = plan_of(
        document(
            workflow(steps=[step("main")], dependsOn=["right", "left"]),
            workflow("left", [step("l")]),
            workflow("right", [undoable("r")]),
        )
    )
    async with scripted(playing, post_l=[409]) as service:
        handle = await service.start(plan)
        assert "RequestRefused" == await end_of(handle)
        outcome = await ended(handle)

    assert (False, "l") == (outcome.success, outcome.step)
    assert outcome.why.startswith("left, on which it depends, has failed")
    assert "POST /acts/main" not in service.calls
    assert "DELETE /acts/r" == service.calls[-1]


async def test_a_workflow_that_was_gone_to_knows_what_has_run(playing: Playing) -> None:
    """What it depends on has been completed, and is not run again."""
    go = [{"name": "go", "type": "goto", "workflowId": "second"}]
    plan = plan_of(
        document(
            workflow(steps=[step("one", onSuccess=go)], dependsOn=["login"]),
            workflow("second", [step("two")], dependsOn=["login"], outputs={"a": "$workflows.login.outputs.a"}),
            workflow("login", [step("login", outputs={"a": "$response.body#/a"})],
                     outputs={"a": "$steps.login.outputs.a"}),
        )
    )  # fmt: skip
    async with scripted(playing, post_login=[{"json": {"a": 1}}]) as service:
        outcome = await service.run(plan)

    assert (True, {"a": 1}) == (outcome.success, outcome.outputs)
    assert ["POST /acts/login", "POST /acts/one", "POST /acts/two"] == service.calls


async def test_in_1_0_a_workflow_that_was_gone_to_takes_what_it_declares(playing: Playing) -> None:
    """An action has no parameters there, so the inputs of the one that goes serve it; in 1.1 an action says so."""
    go = {"name": "go", "type": "goto", "workflowId": "other"}
    told = go | {"parameters": [{"name": "a", "value": 7}]}
    schema = {"properties": {"a": {}, "b": {"default": 3}}}
    found: list[object] = []
    async with scripted(playing) as service:
        for version, action in (("1.0.1", go), ("1.1.0", told)):
            content = document(
                workflow(steps=[step("one", onSuccess=[action])], inputs={"properties": {"a": {}, "c": {}}}),
                workflow("other", [step("two")], inputs=schema, outputs={"a": "$inputs.a", "b": "$inputs.b"}),
                version=version,
            )
            found.append((await service.run(plan_of(content), {"a": 1, "c": 2})).outputs)

    assert [{"a": 1, "b": 3}, {"a": 7, "b": 3}] == found
