"""Says in one line of the log how an attempt of a step failed: as an outcome that is known, it has no traceback."""

import asyncio
import logging
from typing import Any

import temporalio.worker
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

LOGGER = logging.getLogger(__name__)


class StepLog(temporalio.worker.Interceptor):
    """For the worker. The SDK itself logs failures of every other kind, and only those."""

    def intercept_activity(
        self,
        next: temporalio.worker.ActivityInboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> temporalio.worker.ActivityInboundInterceptor:
        return _StepInbound(next)


class _StepInbound(temporalio.worker.ActivityInboundInterceptor):
    async def execute_activity(self, input: temporalio.worker.ExecuteActivityInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        try:
            return await super().execute_activity(input)
        except asyncio.CancelledError:
            LOGGER.info(_why_cancelled())
            raise
        except ApplicationError as error:
            if error.category is ApplicationErrorCategory.BENIGN:
                LOGGER.warning("%s", error)
            raise


def _why_cancelled() -> str:
    details = activity.cancellation_details()
    if details and details.worker_shutdown:
        return "Handed back: this worker is shutting down"
    return "Given up: the attempt is no longer wanted"
