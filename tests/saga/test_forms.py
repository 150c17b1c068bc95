"""Approvals that ask for more than a yes: what people fill in is checked, kept, handed to the flow, and not shown again."""

from __future__ import annotations

import pytest
from pydantic import JsonValue, ValidationError

from saga import Carried, Decision
from saga.forms import without_passwords
from saga.status import ApprovalState, ApprovalStatus
from tests.saga.asking import Asked, Asking
from tests.saga.deciding import approval_of, asking, refused, said
from tests.saga.stage import COMPLETED, Handle, Stage
from tests.saga.test_status import details

FORM: dict[str, JsonValue] = {
    "type": "object",
    "required": ["account"],
    "properties": {
        "account": {"type": "integer", "minimum": 1},
        "pin": {"type": "string", "format": "password"},
    },
}
FILLED: JsonValue = {"account": 4711, "pin": "1234"}
ASKS = Asking(takes=FORM)
WAYS = pytest.mark.parametrize("way", ["update", "signal"])


async def answered(handle: Handle) -> Asked:
    result: object = await handle.result()
    return Asked.model_validate(result)


@WAYS
async def test_what_is_filled_in(stage: Stage, way: str) -> None:
    """The flow goes on with it; people see what is asked for, and of the answer all but the password."""
    handle = await asking(stage, ASKS)
    asked = await approval_of(stage, handle)

    await stage.send(handle, "decide", said("grace", brings=FILLED), way=way)

    assert await stage.end_of(handle) == COMPLETED
    assert (await answered(handle)).input == FILLED
    [decision] = (await approval_of(stage, handle)).decisions
    assert asked.takes == FORM
    assert decision.input == {"account": 4711, "pin": "***"}


@pytest.mark.parametrize(
    ("decision", "kind"),
    [
        (said("grace"), "InputNeeded"),
        (said("grace", brings={"account": 0}), "InvalidInput"),
        (said("grace", brings=[]), "InvalidInput"),
        (said("mallory", brings=FILLED), "NotADecider"),
    ],
    ids=["nothing", "zero", "a list", "mallory"],
)
async def test_refused(stage: Stage, decision: Decision, kind: str) -> None:
    """What is missing or does not fit is refused with its reason, by signal in the status; the approval stays open."""
    handle = await asking(stage, ASKS)

    refusal = await refused(stage, handle, decision)
    await stage.send(handle, "decide", decision, way="signal")
    status = await stage.until(handle, lambda status: bool(status.refusals))

    assert refusal.type == kind
    assert status.refusals[0].why == refusal.message
    assert status.approvals[0].status is ApprovalState.WAITING
    await stage.send(handle, "decide", said("grace", "reject"))
    await stage.end_of(handle)


async def test_in_the_details(stage: Stage) -> None:
    """The Web UI names what is to be filled in, and shows nothing of what was; who is told is told that there is a form."""
    handle = await asking(stage, ASKS)
    before = await details(handle)
    await stage.send(handle, "decide", said("grace", brings=FILLED))
    await stage.end_of(handle)

    assert "  - asks for an input: account, pin\n" in before
    assert "1234" not in await details(handle)
    assert {announcement.takes_input for announcement in stage.world.told} == {True}


async def test_nothing_is_asked_for(stage: Stage) -> None:
    """Where a yes is all that is asked for, an input is refused rather than lost."""
    handle = await asking(stage, Asking())

    refusal = await refused(stage, handle, said("grace", brings=FILLED))

    assert refusal.type == "InputNotTaken"
    await handle.cancel()


async def test_the_last_one_counts(stage: Stage) -> None:
    """Where two have to approve, both fill it in; the flow goes on with the answer that came last."""
    handle = await asking(stage, ASKS.model_copy(update={"quorum": 2}))
    await stage.send(handle, "decide", said("grace", brings=FILLED))

    assert (await refused(stage, handle, said("heidi"))).type == "InputNeeded"
    await stage.send(handle, "decide", said("heidi", brings={"account": 2}))

    assert await stage.end_of(handle) == COMPLETED
    assert (await answered(handle)).input == {"account": 2}


def test_only_with_a_yes() -> None:
    """Whoever rejects or gives the decision away fills nothing in."""
    with pytest.raises(ValidationError, match="only an approval brings an input along"):
        said("grace", "reject", brings=FILLED)


async def begun(stage: Stage) -> ApprovalStatus:
    """An approval that an earlier run has asked for and nobody has decided."""
    handle = await asking(stage, ASKS)
    approval = await approval_of(stage, handle)
    await handle.cancel()
    await stage.rest()
    return approval


async def test_a_further_run_goes_on(stage: Stage) -> None:
    """It asks for the same; what fits is taken although it came before the new run had asked."""
    approval = await begun(stage)
    further = await stage.start("asking", further_run(approval))
    await stage.send(further, "decide", said("grace", brings=FILLED), way="signal")

    await stage.work()

    assert await stage.end_of(further) == COMPLETED
    assert (await answered(further)).input == FILLED


async def test_too_early_and_wrong(stage: Stage) -> None:
    """What came before the new run had asked, and does not fit, lapses: its sender is asked again, and told why."""
    approval = await begun(stage)
    further = await stage.start("asking", further_run(approval))
    await stage.send(further, "decide", said("grace", brings={"account": -1}), way="signal")

    await stage.work()
    status = await stage.until(further, lambda status: bool(status.refusals))

    assert (status.refusals[0].by, status.approvals[0].missing) == ("grace", 1)
    assert "account is no number above zero" in status.refusals[0].why
    assert [one.lapsed for one in status.approvals[0].decisions] == [True]
    await stage.send(further, "decide", said("grace", brings=FILLED))
    assert await stage.end_of(further) == COMPLETED
    assert (await answered(further)).input == FILLED


def further_run(approval: ApprovalStatus) -> Asking:
    return ASKS.model_copy(update={"carried": Carried(began_at=approval.asked_at, approvals=(approval,))})


PASSWORD: JsonValue = {"format": "password"}
NAMED: dict[str, JsonValue] = {"$defs": {"p/w": {"anyOf": [{"type": "null"}, PASSWORD]}}}
SCHEMAS: list[tuple[str, JsonValue, JsonValue, JsonValue]] = [
    ("itself", PASSWORD, "s", "***"),
    ("nothing given", PASSWORD, None, None),
    ("a whole object", {"properties": {"a": PASSWORD}}, {"a": {"b": "s"}, "c": 1}, {"a": "***", "c": 1}),
    ("deep down", {"properties": {"a": {"properties": {"b": PASSWORD}}}}, {"a": {"b": "s"}}, {"a": {"b": "***"}}),
    ("each item", {"items": PASSWORD}, ["s", "t"], ["***", "***"]),
    ("one item", {"prefixItems": [True, PASSWORD]}, ["s", "t", "u"], ["s", "***", "u"]),
    ("one item of a list of old", {"items": [True, PASSWORD]}, ["s", "t"], ["s", "***"]),
    ("items behind some, and those", {"items": [True], "additionalItems": PASSWORD}, ["s", "t"], ["***", "***"]),
    ("a branch", {"oneOf": [{"type": "integer"}, PASSWORD]}, "s", "***"),
    ("a condition", {"if": {}, "then": {"properties": {"a": PASSWORD}}}, {"a": "s"}, {"a": "***"}),
    ("another field", {"dependentSchemas": {"b": {"properties": {"a": PASSWORD}}}}, {"a": "s"}, {"a": "***"}),
    ("by pattern", {"patternProperties": {"^k": PASSWORD}}, {"key": "s"}, {"key": "***"}),
    ("the others", {"properties": {"a": True}, "additionalProperties": PASSWORD}, {"a": 1, "b": 2}, {"a": 1, "b": "***"}),
    ("by reference", {**NAMED, "properties": {"a": {"$ref": "#/$defs/p~1w"}}}, {"a": "s"}, {"a": "***"}),
    ("circles", {"$ref": "#", "properties": {"a": {"$ref": "#"}, "b": PASSWORD}}, {"a": {"b": "s"}}, {"a": {"b": "***"}}),
    ("out of it", {"properties": {"a": {"$ref": "other.json"}}}, {"a": "s", "b": 1}, {"a": "***", "b": 1}),
    ("to nowhere", {"properties": {"a": {"$ref": "#/none"}}}, {"a": "s"}, {"a": "***"}),
    ("to an anchor", {"$ref": "#name"}, {"a": "s"}, "***"),
    ("of no password", {"properties": {"a": {"format": "date"}}}, {"a": "s"}, {"a": "s"}),
    ("anything at all", True, {"a": "s"}, {"a": "s"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "value", "shown"), [case[1:] for case in SCHEMAS], ids=[case[0] for case in SCHEMAS]
)
def test_what_is_hidden(schema: JsonValue, value: JsonValue, shown: JsonValue) -> None:
    """Wherever a schema may call it a password, and wherever that cannot be known."""
    assert without_passwords(value, schema) == shown
