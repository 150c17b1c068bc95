"""The stage, on either server."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from tests.saga.stage import Stage


@pytest.fixture
async def stage(client: Client) -> AsyncIterator[Stage]:
    """On the development server."""
    async with Stage(client) as stage:
        yield stage


@pytest.fixture
async def forgetful(client: Client) -> AsyncIterator[Stage]:
    """On the development server, with a worker that evicts each flow after each of its tasks."""
    async with Stage(client, cached=0) as stage:
        yield stage


@pytest.fixture
async def patient(time_skipping: WorkflowEnvironment) -> AsyncIterator[Stage]:
    """On the time-skipping server, for flows that wait for long. They must not cancel a call: see `time_skipping`."""
    async with Stage(
        time_skipping.client, skip=time_skipping.sleep, now=time_skipping.get_current_time
    ) as stage:
        yield stage


@pytest.fixture(params=["sequence", "by-hand"])
def flow(request: pytest.FixtureRequest) -> str:
    """The same plan by `async with saga` and by try/except written out: they behave alike."""
    name: str = request.param
    return name
