"""Dry runs: what is made up, what goes wrong on request, what would be undone, and how they end."""

import pytest

from arazzo.dry_runs.faults import FaultRefused
from arazzo.dry_runs.report import End, Kind
from tests.arazzo.documents import Field, Fields, workflow
from tests.arazzo.dry import LOOK, PING, PLACE, dry, flow, said

FINAL: Fields = PING | {"x-point-of-no-return": True}
GIVEN: Fields = {"name": "id", "in": "path", "value": "o-7"}
AGAIN: Fields = {"name": "again", "type": "retry", "retryAfter": 2, "retryLimit": 3}


def looking(**fields: Field) -> Fields:
    return LOOK | fields


def test_answers_are_as_they_are_described() -> None:
    """A step is answered by the success that its criteria want, with the description's own example."""
    report = dry(flow(PLACE, LOOK, outputs={"order": "$steps.place.outputs.id"}))

    assert ["place POST /v1/orders 201", "look GET /v1/orders/o-1 200"] == said(report)
    assert (End.COMPLETED, {"order": "o-1"}) == (report.end, report.outputs)


@pytest.mark.parametrize(
    "condition",
    [
        "$response.body#/state == 'PAID'",
        "$response.body#/state != 'open' && $response.body#/total >= 10",
        "!($response.body#/state == 'open')",
        "$response.header.X-State == 'paid' || $statusCode == 404",
        "$statusCode == 404",
        "$response.body#/items/0/count > 41",
        "$response.body#/state == $inputs.wanted",
    ],
)
def test_answers_are_as_the_document_wants_them(condition: str) -> None:
    """What a success criterion says of the answer is in the answer."""
    wanted = looking(successCriteria=[{"condition": condition}])
    inputs = {"type": "object", "properties": {"wanted": {"type": "string", "enum": ["paid"]}}}
    report = dry(flow(PLACE, wanted, PING, inputs=inputs))

    assert (End.COMPLETED, "ping POST /v1/pings 202") == (report.end, said(report)[-1])


@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        ("jsonpath", "$.items[?(@.count == 7)]"),
        ("jsonpath", "$[?(@.state == 'paid')]"),
        ("jsonpath", "$[?@.who]"),
        ("jsonpath", "$[?count(@.items[*]) > 2]"),
        ("jsonpath", "$.items[*].name"),
        ("regex", "^pa[a-z]d$"),
    ],
)
def test_other_criteria_are_met_too(kind: str, condition: str) -> None:
    """Filters of JSONPath that compare, and patterns."""
    context = "$response.body#/state" if kind == "regex" else "$response.body"
    criterion = {"context": context, "type": kind, "condition": condition}

    assert End.COMPLETED is dry(flow(PLACE, looking(successCriteria=[criterion]))).end


def test_an_input_that_is_made_up_fits_where_it_goes() -> None:
    """Through a workflow into the body of a call, whose description says more of it than the document does."""
    inputs = {"type": "object", "properties": {"code": {"type": "string"}}}
    payload = {"order": {"currency": "$inputs.code"}}
    inner = workflow("inner", [PLACE | {"requestBody": {"payload": payload}}], inputs=inputs)
    run = {"stepId": "run", "workflowId": "inner", "parameters": [{"name": "code", "value": "$inputs.code"}]}
    report = dry(flow(run, inputs=inputs, others=[inner]))

    assert {"code": "AAA"} == report.inputs


def test_a_call_that_its_description_would_not_take_is_noted() -> None:
    """A run would refuse it; here it may be what is made up that does not fit."""
    body = {"requestBody": {"payload": {"order": {"currency": "$inputs.code"}}}}
    inputs = {"type": "object", "properties": {"code": {"type": "string"}}}
    report = dry(flow(PLACE | body, inputs=inputs), inputs={"code": "euros"})

    ((misfit,),) = (one.misfits for one in report.unfit)
    assert End.COMPLETED is report.end
    assert misfit.startswith("the body, order/currency: expected pattern")


def test_what_no_answer_can_meet_stops_it() -> None:
    """It is said, and nothing is made of a failure that is none."""
    never = looking(successCriteria=[{"condition": "$statusCode == 200 && $inputs.no == 1"}])
    inputs = {"type": "object", "properties": {"no": {"type": "string"}}}
    report = dry(flow(PLACE, never, inputs=inputs))

    assert (End.STOPPED, "look", ()) == (report.end, report.step, report.undone)
    assert "$inputs.no is a text" in report.why


def test_a_loop_ends() -> None:
    """A step that comes back to itself leads on at its second visit, if an answer can have it so."""
    back = {
        "name": "still open",
        "type": "goto",
        "stepId": "look",
        "criteria": [{"condition": "$response.body#/state == 'open'"}],
    }
    report = dry(flow(PLACE, looking(onSuccess=[back]), PING))

    assert End.COMPLETED is report.end
    assert ["look to look, by still open"] == said(report, Kind.ACTION)


def test_a_loop_without_an_end_is_stopped() -> None:
    """After a thousand steps."""
    report = dry(flow(PING | {"onSuccess": [{"name": "round", "type": "goto", "stepId": "ping"}]}))

    assert (End.STOPPED, "more than 1000 steps, and no end") == (report.end, report.why)
    assert 1000 == len(report.hops)


def test_time_passes_without_being_waited_for() -> None:
    """Retries wait as long as they say; a step that is answered at last goes on."""
    report = dry(flow(PING | {"onFailure": [AGAIN]}), "ping=503:2")

    waits = ["ping again in 2 seconds, retry 1 by again", "ping again in 2 seconds, retry 2 by again"]
    assert (End.COMPLETED, waits, 4) == (report.end, said(report, Kind.RETRY), report.took.total_seconds())


@pytest.mark.parametrize(
    ("fault", "undone"),
    [("ping=422", ["second", "place"]), ("second=422", ["place"]), ("second=500", ["second", "place"])],
)
def test_what_was_done_is_undone(fault: str, undone: list[str]) -> None:
    """Newest first; what was refused was not done, and of what is unknown it may be."""
    undo = {"x-compensate": {"operationId": "ping"}}
    report = dry(flow(PLACE, PING | undo | {"stepId": "second"}, PING), fault)

    assert (End.FAILED, undone) == (report.end, list(report.undone))


def test_an_undo_is_given_what_the_step_gave() -> None:
    """So its request can be seen."""
    report = dry(flow(PLACE, PING), "ping=400")

    assert ["place DELETE /v1/orders/o-1"] == said(report, Kind.UNDO)


def test_a_probe_tells_what_has_happened() -> None:
    """An answer that is lost is asked for; a request that was lost on its way has done nothing."""
    drop, lost = dry(flow(PLACE, PING), "place=drop", "ping=422"), dry(flow(PLACE, PING), "place=lost")

    assert ["place GET /v1/orders 200: it has happened"] == said(drop, Kind.PROBE)
    assert (("place",), ()) == (drop.undone, lost.undone)
    assert said(lost, Kind.PROBE)[-1].endswith("it has not happened: nothing to undo")


def test_behind_the_point_of_no_return_a_person_decides() -> None:
    """Nothing is undone any more."""
    report = dry(flow(PLACE, FINAL, looking(stepId="last")), "last=422")

    assert (End.HELD, "last", ()) == (report.end, report.step, report.undone)


def test_a_nested_workflow_is_undone_with_the_one_that_runs_it() -> None:
    """Once it has completed; and by itself when it fails."""
    inner = workflow("inner", [PLACE, PING | {"stepId": "inside"}])
    fields = flow({"stepId": "run", "workflowId": "inner"}, PING, others=[inner])

    assert (("place",), End.FAILED) == ((report := dry(fields, "ping=422")).undone, report.end)
    assert ("place",) == dry(fields, "inside=422").undone


@pytest.mark.parametrize("fault", ["inside=503", "run=timeout"])
def test_a_workflow_that_takes_too_long_is_stopped(fault: str) -> None:
    """Its retries take longer than the step that runs it allows; what it has done is undone, and the step has failed."""
    inner = workflow("inner", [PLACE, PING | {"stepId": "inside", "onFailure": [AGAIN]}])
    run = {"stepId": "run", "workflowId": "inner", "timeout": 3000}
    report = dry(flow(run, others=[inner]), fault)

    assert (End.FAILED, "run", 3) == (report.end, report.step, report.took.total_seconds())
    assert (("place",) if fault.startswith("inside") else ()) == report.undone
    assert report.why == "it has taken longer than 3 seconds"


def test_workflows_that_go_on_as_each_other_are_stopped() -> None:
    """As nothing would ever end them."""
    there, back = ({"name": "on", "type": "goto", "workflowId": name} for name in ("other", "main"))
    other = workflow("other", [PING | {"onSuccess": [back]}])
    report = dry(flow(PING | {"onSuccess": [there]}, others=[other]))

    assert (End.STOPPED, "it goes on as another workflow more than 50 times") == (report.end, report.why)


def test_a_request_that_cannot_be_built_is_seen() -> None:
    """What the path needs is missing, since the step that gives it was not run."""
    report = dry(
        flow(PING | {"onSuccess": [{"name": "skip", "type": "goto", "stepId": "look"}]}, PLACE, LOOK)
    )

    assert (End.FAILED, ["look"]) == (report.end, [one.step for one in report.problems])


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("absent=503", "there is no step absent; expected one of place"),
        ("place", "it is not STEP=KIND or STEP=KIND:TIMES"),
        ("place=decline", "decline cannot happen to place; expected one of a status, timeout, drop, lost"),
        ("place=999", "999 is no fault"),
        ("other/place=503", "there is no workflow other; expected one of main"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(fault: str, why: str) -> None:
    """With what could stand there."""
    with pytest.raises(FaultRefused, match=why):
        dry(flow(PLACE), fault)


def test_an_undo_may_be_a_workflow() -> None:
    """Its calls are shown within it, and are not undone themselves."""
    back = workflow("back", [PING | {"stepId": "back", "x-compensate": {"operationId": "ping"}}])
    undo = {"x-compensate": {"workflowId": "back"}}
    report = dry(flow(PING | undo, LOOK | {"parameters": [GIVEN]}, others=[back]), "look=404")

    assert ["ping workflow back"] == said(report, Kind.UNDO)
    assert ("back POST /v1/pings 202", End.FAILED) == (said(report)[-1], report.end)


def test_an_undo_that_fails_waits_for_a_person() -> None:
    """As a saga does not give up half-way."""
    back = workflow("back", [PING | {"stepId": "back"}])
    undo = {"x-compensate": {"workflowId": "back"}}
    report = dry(flow(PING | undo, LOOK | {"parameters": [GIVEN]}, others=[back]), "look=404", "back=422")

    assert (End.HELD, "back") == (report.end, report.step)
    assert report.why.startswith("the undo of ping fails: ")


def test_a_person_says_no() -> None:
    """Who is asked is shown the prompt; `x-onCancel` is asked first."""
    on = {"name": "anyway", "type": "goto", "stepId": "ping"}
    ask: Fields = {"stepId": "ask", "x-interaction": {"prompt": "May it?"}, "x-onCancel": [on]}
    report = dry(flow(ask, LOOK | {"parameters": [GIVEN]}, PING), "ask=decline")

    assert ["ask May it? declined", "ask to ping, by anyway", "ping POST /v1/pings 202"] == said(report)


def test_a_person_judges_where_an_agent_does_not() -> None:
    """What each of them gives fits the schema."""
    schema = {"type": "object", "required": ["team"], "properties": {"team": {"enum": ["a", "b"]}}}
    judge = {"prompt": "Which team?", "outputSchema": schema, "fallback": {"prompt": "Which?"}}
    step: Fields = {"stepId": "sort", "x-judge": judge, "outputs": {"team": "$interaction.payload#/team"}}
    fields = flow(step, outputs={"team": "$steps.sort.outputs.team"})

    report = dry(fields, "sort=timeout")

    assert ["sort Which team? no judgement", "sort Which? answers"] == said(report)
    assert ({"team": "a"}, {"team": "a"}) == (report.outputs, dry(fields).outputs)


def test_a_step_that_is_held_waits() -> None:
    """`x-on-failure: hold`, where no action deals with its failure."""
    hold = {"x-on-failure": "hold", "onFailure": [AGAIN]}
    report = dry(flow(PLACE, PING | hold), "ping=503")

    assert (End.HELD, "ping", 3) == (report.end, report.step, len(said(report, Kind.RETRY)))
