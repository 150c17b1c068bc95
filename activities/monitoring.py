"""The monitoring: asked whether an alert is still firing."""

from temporalio import activity

from activities.http import Downstream
from models.monitoring import AlertQuery, AlertState


class Monitoring:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="monitoring.get_alert")
    async def get_alert(self, query: AlertQuery) -> AlertState:
        """What the monitoring does not list is not firing."""
        found = await self._downstream.read(
            "/alerts/{fingerprint}", params={"fingerprint": query.fingerprint}, returns=AlertState
        )
        return found or AlertState(status="resolved")
