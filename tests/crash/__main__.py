"""`python -m tests.crash [NAME …]`: plays all cases of all flows, or of those that are named, and keeps their counts if each
case has kept its promises.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from crash_kit import CrashKit, Report
from crash_kit.screen import Screen
from runtime.ending import leave
from tests.crash import counts
from tests.crash.flows import FLOWS, REHEARSED, Rehearsed


async def rehearse(folder: Path, screen: Screen, flows: Sequence[Rehearsed]) -> list[Report]:
    with screen.live():
        async with CrashKit(REHEARSED, folder=folder, tell=screen.tell) as kit:
            return await kit.rehearse(*(flow.rehearsal() for flow in flows))


def main(names: Sequence[str]) -> int:
    screen = Screen()
    flows = [flow for flow in FLOWS if not names or flow.name in names]
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        reports = asyncio.run(rehearse(Path(folder), screen, flows))
    for found in reports:
        screen.show(found)
    if any(found.broken or found.missed for found in reports):
        return 1
    counted = zip((flow.name for flow in flows), map(counts.counted, reports), strict=True)
    counts.keep({**(counts.committed() if names else {}), **dict(counted)}.items())
    print(f"{sum(sum(found.cases.values()) for found in reports)} cases; counts kept in {counts.FILE.name}")
    return 0


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
