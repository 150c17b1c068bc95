"""The stories of the dispatch that are recorded."""

from services.backstage.faults import FaultKind
from tests.histories.recording import Handle, Recording, Stories
from tests.workflows.dispatching import FLOW, SEVEN, dispatch, go_wrong


async def independent(recording: Recording) -> Handle:
    return await recording.playing.start(FLOW, dispatch("independent", ["crm", "billing"]))


async def chain(recording: Recording) -> Handle:
    return await recording.playing.start(FLOW, dispatch("chain", ["crm", "billing"], mode="dependent"))


async def partly_dependent(recording: Recording) -> Handle:
    asked = dispatch("seven", SEVEN, mode="partly_dependent")
    await go_wrong(recording.playing, asked, "billing", FaultKind.SLOW, seconds=0.5)
    return await recording.playing.start(FLOW, asked)


async def partial_kept(recording: Recording) -> Handle:
    targets = {"crm": (), "closed_shop": (), "billing": ("closed_shop",)}
    return await recording.playing.start(FLOW, dispatch("kept", targets, mode="partly_dependent"))


async def partial_undone(recording: Recording) -> Handle:
    asked = dispatch("undone", ["crm", "closed_shop"], mode="dependent", on_partial="compensate")
    return await recording.playing.start(FLOW, asked)


async def answer_lost(recording: Recording) -> Handle:
    asked = dispatch("lost", ["crm"])
    await go_wrong(recording.playing, asked, "crm", FaultKind.MALFORMED)
    return await recording.playing.start(FLOW, asked)


async def cancelled_between_rounds(recording: Recording) -> Handle:
    asked = dispatch("rounds", ["crm", "closed_shop"], on_partial="retry_later")
    handle = await recording.playing.start(FLOW, asked)
    await recording.playing.until(
        handle, lambda seen: {"completed", "skipped"} <= {step.status for step in seen.steps}
    )
    await handle.cancel()
    return handle


STORIES: Stories = {
    "independent": independent,
    "chain": chain,
    "partly-dependent": partly_dependent,
    "partial-kept": partial_kept,
    "partial-undone": partial_undone,
    "answer-lost": answer_lost,
    "cancelled-between-rounds": cancelled_between_rounds,
}
