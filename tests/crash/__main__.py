"""`python -m tests.crash`: plays all cases of all flows, and keeps their counts if every case kept its promises."""

import asyncio
import tempfile
from pathlib import Path

from catalogue import CATALOGUE
from crash_kit import CrashKit, Report
from crash_kit.screen import Screen
from runtime.ending import leave
from tests.crash import counts
from tests.crash.flows import FLOWS


async def rehearse(folder: Path, screen: Screen) -> list[Report]:
    with screen.live():
        async with CrashKit(CATALOGUE, folder=folder, tell=screen.tell) as kit:
            return await kit.rehearse(*(flow.rehearsal() for flow in FLOWS))


def main() -> int:
    screen = Screen()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        reports = asyncio.run(rehearse(Path(folder), screen))
    for found in reports:
        screen.show(found)
    if any(found.broken or found.missed for found in reports):
        return 1
    names = [flow.name for flow in FLOWS]
    counts.keep(zip(names, map(counts.counted, reports), strict=True))
    print(f"{sum(sum(found.cases.values()) for found in reports)} cases; counts kept in {counts.FILE.name}")
    return 0


if __name__ == "__main__":
    leave(main())
