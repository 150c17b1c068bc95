"""The rules of those who are called for an alert: paging, monitoring, automation and tasks."""

from typing import cast

from pydantic import JsonValue

from tests.services.caller import input_of, made, problem_of, send
from tests.standins import StandIns


async def read(stand_ins: StandIns, path: str, **params: str) -> tuple[int, dict[str, object]]:
    answer = await stand_ins.http.get(path, params=params)
    return answer.status_code, answer.json()


async def test_who_is_gone_cannot_be_paged(stand_ins: StandIns) -> None:
    """Nobody of such a page is rung at."""
    sent = (await input_of(stand_ins, "sendPage")).but(people=["grace", "gone-1"])

    answer = await send(stand_ins, "sendPage", sent)

    assert (422, "urn:problem:person-unknown") == problem_of(answer)
    assert [] == await stand_ins.effects()


async def test_the_first_word_counts_and_silences_all_pages(stand_ins: StandIns) -> None:
    """Whoever comes second is told who was first."""
    sent = await input_of(stand_ins, "sendPage")
    pages = [await made(stand_ins, "sendPage", sent) for _ in range(2)]
    word = await input_of(stand_ins, "acknowledgePages")

    await send(stand_ins, "acknowledgePages", word)
    second = await send(stand_ins, "acknowledgePages", word.but(by="ada"))

    states = [(await read(stand_ins, f"/paging/pages/{page}"))[1]["status"] for page in pages]
    assert (["acknowledged"] * 2, "grace") == (states, second.json()["by"])


async def test_a_recalled_page_rings_no_more(stand_ins: StandIns) -> None:
    """The compensation finds it by the key under which it was sent."""
    sent = await input_of(stand_ins, "sendPage")
    page = await made(stand_ins, "sendPage", sent, key="step")

    await send(stand_ins, "recallPage", sent, compensates="step")

    assert "recalled" == (await read(stand_ins, f"/paging/pages/{page}"))[1]["status"]


async def test_the_robot_answers_at_once(stand_ins: StandIns) -> None:
    """Its word is found by the incident; of another incident there is none."""
    sent = (await input_of(stand_ins, "sendPage")).but(people=["robot"], incident="drill.1")
    await send(stand_ins, "sendPage", sent)

    found, _ = await read(stand_ins, "/paging/acknowledgements", incident="drill.1")
    other, _ = await read(stand_ins, "/paging/acknowledgements", incident="drill.2")

    assert (200, 404) == (found, other)


async def test_a_ladder_for_each_service(stand_ins: StandIns) -> None:
    """One of its own, the one that all others share, or none."""
    ladders = [
        await read(stand_ins, f"/paging/schedules/{name}") for name in ("checkout", "search", "unowned-1")
    ]

    assert [200, 200, 404] == [status for status, _ in ladders]
    rungs = [cast("dict[str, list[dict[str, str]]]", ladder)["rungs"] for _, ladder in ladders[:2]]
    assert ["PT5M", "PT10M"] == [of_one[0]["within"] for of_one in rungs]


async def test_a_runbook_helps_its_service(stand_ins: StandIns) -> None:
    """What fires of the service is resolved then; what fires of another one is not."""
    fired = await input_of(stand_ins, "raiseAlert")
    await send(stand_ins, "raiseAlert", fired)
    await send(stand_ins, "raiseAlert", fired.but(fingerprint="other", service="search"))

    await send(stand_ins, "runRunbook", await input_of(stand_ins, "runRunbook"))

    states = [
        (await read(stand_ins, f"/monitoring/alerts/{name}"))[1]["status"]
        for name in ("checkout-latency", "other")
    ]
    assert ["resolved", "firing"] == states


async def test_what_helps_a_stubborn_service(stand_ins: StandIns) -> None:
    """A release that is rolled back, and nothing else."""
    fired = (await input_of(stand_ins, "raiseAlert")).but(service="stubborn-1")
    run = await input_of(stand_ins, "runRunbook")
    await send(stand_ins, "raiseAlert", fired)
    states: list[object] = []
    tried: list[JsonValue] = [
        {"name": "scale-out", "service": "stubborn-1", "replicas": 2},
        {"name": "roll-back-release", "service": "stubborn-1", "to_version": "1"},
    ]
    for runbook in tried:
        await send(stand_ins, "runRunbook", run.but(runbook=runbook))
        states.append((await read(stand_ins, "/monitoring/alerts/checkout-latency"))[1]["status"])

    assert ["firing", "resolved"] == states


async def test_a_frozen_service_is_not_changed(stand_ins: StandIns) -> None:
    """Its runbooks are refused."""
    runbook: JsonValue = {"name": "restart-service", "service": "frozen-1"}
    sent = (await input_of(stand_ins, "runRunbook")).but(runbook=runbook)

    answer = await send(stand_ins, "runRunbook", sent)

    assert (409, "urn:problem:change-freeze") == problem_of(answer)


async def test_a_name_that_is_no_runbook(stand_ins: StandIns) -> None:
    """It is no request at all."""
    sent = (await input_of(stand_ins, "runRunbook")).but(runbook={"name": "rm-rf", "service": "checkout"})

    assert (422, "urn:problem:invalid-request") == problem_of(await send(stand_ins, "runRunbook", sent))


async def test_a_restart_leaves_nothing_to_revert(stand_ins: StandIns) -> None:
    """So it is no open effect, and to revert it is answered as nothing to do."""
    runbook: JsonValue = {"name": "restart-service", "service": "checkout"}
    sent = (await input_of(stand_ins, "runRunbook")).but(runbook=runbook)
    await send(stand_ins, "runRunbook", sent, key="step")

    undone = await send(stand_ins, "revertRun", sent, compensates="step")

    assert ("nothing_to_revert", []) == (undone.json()["status"], await stand_ins.effects())


async def test_a_task_is_open_until_it_is_closed(stand_ins: StandIns) -> None:
    """Then it says how; one that nobody knows cannot be closed."""
    task = await made(stand_ins, "openTask", await input_of(stand_ins, "openTask"))
    closure = await input_of(stand_ins, "closeTask")
    before = (await read(stand_ins, f"/tasks/tasks/{task}"))[1]

    await send(stand_ins, "closeTask", closure.but(task_id=task))
    unknown = await send(stand_ins, "closeTask", closure.but(task_id="tsk_none"))

    after = (await read(stand_ins, f"/tasks/tasks/{task}"))[1]
    assert ("open", "closed", "written") == (before["status"], after["status"], after["outcome"])
    assert (404, "urn:problem:task-unknown") == problem_of(unknown)
