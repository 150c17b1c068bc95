"""The kit goes red for the mistakes that are made most, and stays green for the flow without one."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from crash_kit import CrashKit, Kind, Rehearsal, Report
from crash_kit.stage import Programs
from examples.trip.models import Trip
from tests.crash_kit.mistakes import CATALOGUE
from tests.worker_process import ROOT

ROME = Trip(trip_id="T-1", city="Rome", traveller="Ada Lovelace")
PLAYED = (Kind.MALFORMED, Kind.TIMEOUT, Kind.CANCEL_AFTER)

OPEN = "it has ended as {}, and the effect of bookSeat is open"


@pytest.fixture(scope="module")
async def reports(trip_services: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Report]:
    """By flow."""
    programs = Programs(
        worker=(sys.executable, "-m", "tests.crash_kit.mistaken_worker"),
        ready="trips of all kinds: ready",
        task_queue="mistaken",
        stand_ins=trip_services,
        folder=ROOT,
    )
    folder: Path = tmp_path_factory.mktemp("mistakes")
    async with CrashKit(CATALOGUE, folder=folder, programs=programs) as kit:
        asked = [Rehearsal(name, ROME, only=PLAYED) for name in CATALOGUE.names]
        return {found.flow: found for found in await kit.rehearse(*asked)}


@pytest.mark.parametrize(
    ("flow", "case", "promise"),
    [
        ("forgetful-trip", "cancel_after:bookSeat", OPEN.format("cancelled")),
        ("forgetful-trip", "malformed:issueTicket", OPEN.format("compensated")),
        ("late-trip", "malformed:bookSeat", OPEN.format("compensated")),
        ("late-trip", "cancel_after:bookSeat", OPEN.format("cancelled")),
        ("keyless-trip", "timeout:bookSeat", "bookSeat has 2 open effects, of 1 calls"),
        ("keyless-trip", "cancel_after:bookSeat", OPEN.format("cancelled")),
    ],
)
def test_a_mistake_is_found(flow: str, case: str, promise: str, reports: Mapping[str, Report]) -> None:
    """The report names the case, and says which promise was broken."""
    (found,) = [broken for broken in reports[flow].broken if broken.case == case]

    assert promise in found.broken


def test_the_rest_of_a_mistaken_flow_is_not_blamed(reports: Mapping[str, Report]) -> None:
    """Registered late, a compensation is missed only where it matters that it is late."""
    assert {"malformed:bookSeat", "cancel_after:bookSeat"} == {
        found.case for found in reports["late-trip"].broken
    }


def test_a_flow_without_mistakes_is_good(reports: Mapping[str, Report]) -> None:
    """The same services and worker, and all promises kept."""
    assert () == reports["trip"].broken
    assert {kind.value for kind in PLAYED} <= reports["trip"].played.keys()


def test_what_a_flow_does_is_discovered(reports: Mapping[str, Report]) -> None:
    """Its calls and its undos, which nobody has told the kit."""
    assert ("bookRoom", "bookSeat", "cancelRoom", "cancelSeat", "issueTicket") == reports["trip"].operations
    assert "cancelSeat" not in reports["forgetful-trip"].operations
