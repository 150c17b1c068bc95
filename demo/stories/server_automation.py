"""The stories of the server automation: a change on all servers or on none, by the commands of a runbook and no others."""

from collections.abc import Iterator, Sequence

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance, let_it_run
from demo.story import Chapter, Story
from saga.status import FlowState

UPGRADE = "upgradeService"
SERVERS = 5


async def _approved(performance: Performance) -> None:
    await performance.start()
    await performance.until(FlowState.WAITING_FOR_APPROVAL)
    await performance.decide_as("grace", "change")
    await performance.follow()


async def _not_healthy(performance: Performance) -> None:
    third = {"host": "web-3", "correlation_id": performance.id}
    await performance.script("hosts", "verifyService", "refuse", match=third)
    await _approved(performance)


async def _answer_lost(performance: Performance) -> None:
    second = {"host": "web-2", "correlation_id": performance.id}
    await performance.script("hosts", UPGRADE, "effect_then_drop", match=second)
    await _approved(performance)


def _everywhere(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *[UPGRADE] * SERVERS)


def _once(seen: Evidence) -> Iterator[str]:
    yield from _everywhere(seen)
    if len(seen.calls_of(UPGRADE)) == SERVERS:
        yield "nothing was asked again"


def _halted(seen: Evidence) -> Iterator[str]:
    undone = ["apply_batch_1", "apply_canary", "note_change"]
    yield from checks.compensated(seen, because="ServiceUnhealthy", undone=undone)
    yield from _touched(seen, 3)


def _canary(seen: Evidence) -> Iterator[str]:
    yield from checks.compensated(seen, because="ServiceUnhealthy", undone=["apply_canary", "note_change"])
    yield from _touched(seen, 1)


def _refused(seen: Evidence) -> Iterator[str]:
    yield from checks.refused(seen, because="ArgumentRefused")
    yield from (f"{call.operation} ran" for call in seen.calls if call.operation != "tellOps")
    if seen.view.approvals:
        yield "somebody was asked"


def _touched(seen: Evidence, servers: int) -> Iterator[str]:
    if len(seen.calls_of(UPGRADE)) != servers:
        yield f"{len(seen.calls_of(UPGRADE))} servers were touched, not {servers}"


STORIES: Sequence[Story] = (
    Story(
        title="A change is rolled over five servers",
        before="They are checked, grace approves; then one server, and when that is healthy two at a time.",
        after=lambda _: "Completed: all five have it, and each batch was verified before the next.",
        input="server-automation.json",
        play=_approved,
        deviations=_everywhere,
    ),
    Story(
        title="The third server is not healthy after the change",
        before="It is in the second batch. The roll halts there.",
        after=lambda _: (
            "Compensated: three servers rolled back, newest first; the last two were never touched."
        ),
        input="server-automation.json",
        play=_not_healthy,
        deviations=_halted,
    ),
    Story(
        title="A version that runs nowhere",
        before="It can be installed. The first server, alone, shows that it does not run.",
        after=lambda _: "Compensated: one server had it, for a moment.",
        input="server-automation-broken.json",
        play=_approved,
        deviations=_canary,
    ),
    Story(
        title="Somebody hides a command in an argument",
        before="The version is `1.5.0; reboot`. The runbook says what a version looks like.",
        after=lambda _: "Failed: refused before anybody was asked, and no server has seen it.",
        input="server-automation-hostile.json",
        play=let_it_run,
        deviations=_refused,
    ),
    Story(
        title="A connection is lost in the middle of a change",
        before="The second server has done it, and its answer never comes: it is asked again, under the same key.",
        after=lambda seen: f"Completed: asked {len(seen.calls_of(UPGRADE))} times, changed five times.",
        input="server-automation.json",
        play=_answer_lost,
        deviations=_once,
    ),
)

CHAPTER = Chapter(
    flow="server-automation",
    heading="a change on all servers, or on none",
    id_field="change_id",
    stories=STORIES,
)
