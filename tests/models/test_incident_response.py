"""What an alert and an acknowledgement may name."""

import json
from pathlib import Path

import pytest

from catalogue import CATALOGUE
from models.incident_response import Alert
from runtime.refusals import InvalidInput

ROOT = Path(__file__).parents[2]
FLOW = CATALOGUE["incident-response"]
ALERT = json.loads((ROOT / "examples/alert.json").read_text())


@pytest.mark.parametrize(
    ("runbook", "field"),
    [
        ({"name": "rm-rf", "service": "checkout"}, "runbook"),
        ({"name": "scale-out", "service": "checkout"}, "runbook.scale-out.replicas"),
        ({"name": "scale-out", "service": "checkout", "replicas": 99}, "runbook.scale-out.replicas"),
        ({"name": "restart-service", "service": "check out; rm"}, "runbook.restart-service.service"),
        ({"name": "restart-service", "service": "checkout", "force": True}, "runbook.restart-service.force"),
    ],
)
def test_what_is_no_runbook_starts_nothing(runbook: dict[str, object], field: str) -> None:
    """The name is one of the catalogue's, its arguments are its own; and whoever types it is told which is wrong."""
    with pytest.raises(InvalidInput) as refused:
        FLOW.read_event(json.dumps({**ALERT, "runbook": runbook}))

    assert [field] == [problem.field for problem in refused.value.problems]


def test_an_alert_opens_the_response_of_its_fingerprint() -> None:
    """Whatever else it says: one response for each."""
    other = Alert.model_validate({**ALERT, "event_id": "al-9", "summary": "it is slower still"})

    opened = {FLOW.id_of(alert.incident()) for alert in (Alert.model_validate(ALERT), other)}

    assert {"incident-response-checkout-latency"} == opened
