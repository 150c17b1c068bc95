"""Dispatches to play, and what goes wrong with them."""

from collections.abc import Mapping, Sequence

from models.dispatch import Dispatch, DispatchResult, Mode, OnPartial, Target
from services.backstage.faults import FaultKind
from tests.endings import PATIENCE
from tests.workflows.playing import Handle, Playing

FLOW = "dispatch"


SEVEN: Mapping[str, tuple[str, ...]] = {
    "crm": (),
    "billing": (),
    "invoices": ("crm", "billing"),
    "logistics": ("crm",),
    "newsletter": (),
    "warehouse": ("logistics",),
    "archive": ("invoices", "warehouse"),
}


def dispatch(
    name: str,
    targets: Mapping[str, tuple[str, ...]] | Sequence[str],
    *,
    mode: Mode = "independent",
    on_partial: OnPartial = "keep",
) -> Dispatch:
    after = targets if isinstance(targets, Mapping) else dict.fromkeys(targets, ())
    return Dispatch(
        dispatch_id=name,
        body="Ada has moved.",
        targets=tuple(Target(name=target, after=needed) for target, needed in after.items()),
        mode=mode,
        on_partial=on_partial,
    )


async def go_wrong(
    playing: Playing,
    asked: Dispatch,
    partner: str,
    kind: FaultKind,
    *,
    times: int | None = 1,
    seconds: float | None = None,
) -> None:
    """At this partner, for this dispatch alone."""
    match = {"partner": partner, "message_id": asked.dispatch_id}
    await playing.stand_ins.faults.add("deliverMessage", kind, times=times, match=match, seconds=seconds)


async def result_of(handle: Handle) -> DispatchResult:
    return DispatchResult.model_validate(await handle.result(rpc_timeout=PATIENCE))


def statuses(result: DispatchResult) -> dict[str, str]:
    return {target.name: target.status for target in result.targets}
