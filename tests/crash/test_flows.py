"""Each flow of the catalogue keeps its promises under kills, faults and cancels at each of its places."""

from collections.abc import Mapping

import pytest

from catalogue import CATALOGUE
from crash_kit import CrashKit, Report
from tests.crash import counts
from tests.crash.flows import EVERY_RUN, FLOWS, REHEARSED

NAMES = [flow.name for flow in FLOWS]


@pytest.fixture(scope="module")
async def reports(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Report]:
    """Of all flows, rehearsed side by side."""
    async with CrashKit(REHEARSED, folder=tmp_path_factory.mktemp("crash")) as kit:
        found = await kit.rehearse(*(flow.rehearsal(only=EVERY_RUN) for flow in FLOWS))
    return dict(zip(NAMES, found, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_it_keeps_its_promises(name: str, reports: Mapping[str, Report]) -> None:
    """Whatever is done to it, it completes, or leaves nothing behind, or a person helps it; and nothing happens twice."""
    found = reports[name]

    assert () == found.broken
    assert len(found.missed) < sum(found.played.values()) / 4


@pytest.mark.parametrize("name", NAMES)
def test_its_counts_are_those_of_the_last_full_run(name: str, reports: Mapping[str, Report]) -> None:
    """A flow that calls something else than it did has to be rehearsed anew as a whole: `make crash`."""
    assert counts.committed()[name] == counts.counted(reports[name])


def test_every_flow_is_rehearsed() -> None:
    """A flow of the catalogue without a line in the table has no crash tests."""
    assert set(CATALOGUE.names) < set(REHEARSED.names) == {flow.flow for flow in FLOWS}
    assert set(NAMES) == counts.committed().keys()
