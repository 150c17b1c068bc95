"""Secret inputs of documents are sealed before anything is started, or nothing is."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from models.sealing import Sealer, new_key
from runtime.document_flows import document_flow
from runtime.document_terms import DocumentTerms
from runtime.refusals import InvalidInput
from runtime.secret_inputs import SealKeyMissing, secured
from tests.arazzo.documents import Fields, document, step, workflow
from tests.arazzo.planning import planned

SEALER = Sealer([SecretStr(new_key())])
INPUTS: Fields = {
    "type": "object",
    "properties": {"user": {"type": "string"}, "password": {"type": "string", "format": "password"}},
}
SECRET = planned(document(workflow("logIn", inputs=INPUTS)))
PLAIN = planned(document(workflow()))
TOKEN: Fields = {"outputs": {"token": "$response.body#/token"}, "x-sensitive-outputs": ["token"]}
SENSITIVE = planned(document(workflow("logIn", steps=[step("ask", **TOKEN)])))
GIVEN: dict[str, Any] = {"user": "ada", "password": "s3cret"}


@pytest.mark.arazzo("D4")
def test_a_secret_input_is_sealed() -> None:
    """And the rest is as it was given."""
    sealed = secured(SECRET, GIVEN, SEALER)

    assert "ada" == sealed["user"]
    assert "s3cret" not in str(sealed)
    assert GIVEN == SEALER.unseal_all(sealed)


@pytest.mark.arazzo("D4")
def test_without_a_key_nothing_with_secrets_is_started() -> None:
    """The refusal says what is secret, and what makes a key."""
    with pytest.raises(SealKeyMissing) as inputs:
        secured(SECRET, {}, None)
    with pytest.raises(SealKeyMissing) as outputs:
        secured(SENSITIVE, {}, None)

    assert str(inputs.value).startswith(
        "logIn is not started: an input is secret (format: password), and there is no key"
    )
    assert "outputs of ask are (x-sensitive-outputs)" in str(outputs.value)
    assert "`starter.py arazzo key` makes one" in str(inputs.value)
    assert GIVEN == secured(PLAIN, GIVEN, None)


@pytest.mark.parametrize("sealer", [SEALER, None])
def test_a_seal_is_no_input(sealer: Sealer | None) -> None:
    """Somebody may have read it in a history."""
    with pytest.raises(InvalidInput) as refused:
        secured(PLAIN, {"user": SEALER.seal("another one's")}, sealer, what="order.json")

    [problem] = refused.value.problems
    assert "order.json has '$sealed' in it, which only we may write" == problem.expected


def test_a_seal_is_no_message() -> None:
    """What other systems say is looked at before a run hears it."""
    flow = document_flow(PLAIN, DocumentTerms(folder=Path()))
    said = {"id": "1", "channel": "paid", "payload": {"user": SEALER.seal("another one's")}}

    with pytest.raises(InvalidInput, match="which only we may write"):
        flow.read_message(json.dumps(said), what="paid.json")
