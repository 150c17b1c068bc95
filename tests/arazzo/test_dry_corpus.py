"""Documents that others have written, with their descriptions, are rehearsed; our own ones everywhere."""

from pathlib import Path

import pytest

from arazzo.compiling import compile_plans
from arazzo.dry_runs.directions import Onward
from arazzo.dry_runs.dry_run import DryRuns
from arazzo.dry_runs.report import End, Report
from arazzo.dry_runs.suite import Judged, suite_of
from runtime.documents import read_documents
from tests.arazzo.conftest import CORPUS
from tests.arazzo.corpora import OWN

EXAMPLES = "OAI__Arazzo-Specification/examples/1.0.0"
PUBLIC = {
    f"{EXAMPLES}/oauth.arazzo.yaml": 3,
    f"{EXAMPLES}/FAPI-PAR.arazzo.yaml": 1,
    "jentic__arazzo-engine/runner/tests/fixtures/train/train.arazzo.yaml": 11,
    "jentic__arazzo-engine/runner/tests/fixtures/discord/discord.arazzo.yaml": 3,
    "wso2__arazzo-tools/examples/go-runner-test/toolshop/03-retry-action.arazzo.yaml": 2,
}
"""And how many workflows each has."""
OWN_ONES = {"orders.arazzo.yaml": 1, "refunds.arazzo.json": 1}
DOCUMENTS = {OWN / name: count for name, count in OWN_ONES.items()} | {
    CORPUS / "corpus" / name: count for name, count in PUBLIC.items() if (CORPUS / "corpus" / name).exists()
}
PET_COUPONS = CORPUS / "corpus" / EXAMPLES / "pet-coupons.arazzo.yaml"


def rehearsed(path: Path) -> dict[str, Report]:
    bundle = read_documents(path)
    found: dict[str, Report] = {}
    for name, plan in compile_plans(bundle.documents, bundle.root).items():
        runs = DryRuns(bundle.documents, plan)
        found[name] = runs.run(runs.inputs().values, Onward())
    return found


@pytest.mark.parametrize(
    ("path", "count"), [pytest.param(path, count, id=path.name) for path, count in DOCUMENTS.items()]
)
def test_they_complete(path: Path, count: int) -> None:
    """Each of their workflows, by answers that are made of the descriptions."""
    reports = rehearsed(path)

    ends = {name: (report.end, report.why) for name, report in reports.items()}
    assert dict.fromkeys(reports, (End.COMPLETED, "")) == ends
    assert count == len(reports)


if PET_COUPONS.exists():

    def test_what_is_wrong_with_an_example_of_the_text_is_found() -> None:
        """It gives a parameter that the path does not have, and asks for the status of a workflow."""
        reports = rehearsed(PET_COUPONS)

        (problem,) = reports["apply-coupon"].problems
        assert "has no place for pet_id; expected petId" in problem.problem
        assert "$statusCode is null" in reports["buy-available-pet"].why


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in DOCUMENTS])
def test_their_cases_go_as_expected(path: Path) -> None:
    """Or cannot be brought about, and say why."""
    bundle = read_documents(path)
    for plan in compile_plans(bundle.documents, bundle.root).values():
        runs = DryRuns(bundle.documents, plan)
        suite = suite_of(plan, runs, runs.inputs().values)

        assert 0 == suite.count(Judged.OTHERWISE)
        assert all(one.why for one in suite.results if one.judged is Judged.NOT_REACHED)
