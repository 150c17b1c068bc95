"""Payloads: invalid input of a flow is a failure that names the field."""

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from tests.saga.own import Misfit
from tests.saga.stage import Stage


async def test_invalid_input(stage: Stage) -> None:
    """A flow that is started with invalid input fails, and says which field is wrong without its value."""
    handle = await stage.start("sequence", Misfit())

    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()

    error = failure.value.cause
    assert isinstance(error, ApplicationError)
    assert error.type == "PayloadValidationError"
    assert [fault["loc"] for fault in error.details[0]] == [["things"], ["catch"]]
    assert "s3cret" not in str((error.message, error.details))
