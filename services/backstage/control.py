"""The control of the stand-ins, for demos and tests: faults in, effects and calls out."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.backstage.calls import Call, CallFilter
from services.backstage.faults import Fault, FaultRequest
from services.backstage.holds import Release
from services.backstage.ledger import Effect, EffectFilter
from services.backstage.stage import Stage


class Cleared(BaseModel):
    """How many faults were removed, and how many held requests were let go."""

    removed: int
    released: int


class Released(BaseModel):
    released: int


class Health(BaseModel):
    """`waiting` counts the long polls that are not answered yet."""

    status: str
    services: tuple[str, ...]
    waiting: int


def control_routes(stage: Stage) -> APIRouter:
    router = APIRouter()
    _fault_routes(router, stage)
    _record_routes(router, stage)
    return router


def _fault_routes(router: APIRouter, stage: Stage) -> None:
    @router.post("/_faults", status_code=201)
    async def add_fault(request: FaultRequest) -> Fault:
        """Lets requests go wrong."""
        return stage.faults.add(request)

    @router.get("/_faults")
    async def list_faults() -> list[Fault]:
        """The script, with what is left of it."""
        return stage.faults.all()

    @router.delete("/_faults")
    async def clear_faults() -> Cleared:
        """Removes all faults and lets go whatever they hold."""
        return Cleared(removed=stage.faults.clear(), released=stage.holds.release(Release()))

    @router.delete("/_faults/{fault_id}")
    async def remove_fault(fault_id: int) -> Cleared:
        """Removes one fault; what it holds is held until it is released."""
        return Cleared(removed=stage.faults.remove(fault_id), released=0)

    @router.post("/_faults/release")
    async def release(request: Release) -> Released:
        """Lets held requests go on, or drops their connections."""
        return Released(released=stage.holds.release(request))


def _record_routes(router: APIRouter, stage: Stage) -> None:
    @router.get("/_effects")
    async def list_effects(wanted: Annotated[EffectFilter, Query()]) -> list[Effect]:
        """The ledger of effects, in the order in which they were made."""
        return stage.ledger.effects(wanted)

    @router.get("/_calls")
    async def list_calls(wanted: Annotated[CallFilter, Query()]) -> list[Call]:
        """The calls in the order in which they arrived; with `wait`, as soon as there are any."""
        return await stage.calls.wait(wanted)

    @router.post("/_reset")
    async def reset() -> Cleared:
        """Forgets everything: effects, calls, faults, keys, resources. What is held is dropped."""
        cleared = Cleared(removed=stage.faults.clear(), released=stage.holds.release(Release(drop=True)))
        stage.storage.clear()
        return cleared

    @router.get("/_health")
    async def health() -> Health:
        """Says that requests are served."""
        services = tuple(service.name for service in stage.services)
        return Health(status="ok", services=services, waiting=stage.calls.waiting)
