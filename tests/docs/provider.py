"""A payment provider with words of its own: it knows the caller's reference, and neither of our headers."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel


class Charge(BaseModel):
    merchant_reference: str
    cents: int


class Reversal(BaseModel):
    merchant_reference: str


class Provider:
    """What it remembers: charges by reference, and the references that were reversed."""

    def __init__(self) -> None:
        self.charges: dict[str, int] = {}
        self.reversed: set[str] = set()
        self.garbles = False
        self.url = ""

    def application(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/charges", self.charge, methods=["POST"], response_model=None)
        app.add_api_route("/reversals", self.reverse, methods=["POST"], response_model=None)
        return app

    def charge(self, charge: Charge) -> Response | dict[str, str]:
        reference = charge.merchant_reference
        if reference in self.reversed:
            raise HTTPException(409, "reversed")
        self.charges[reference] = charge.cents
        return Response("<html>") if self.garbles else {"charge_id": f"ch_{reference}"}

    def reverse(self, reversal: Reversal) -> dict[str, str | None]:
        self.reversed.add(reversal.merchant_reference)
        found = self.charges.pop(reversal.merchant_reference, None)
        return {"charge_id": f"ch_{reversal.merchant_reference}" if found else None}


class Served(uvicorn.Server):
    """Leaves the signals to the tests."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@asynccontextmanager
async def running_provider() -> AsyncGenerator[Provider]:
    provider = Provider()
    config = uvicorn.Config(provider.application(), lifespan="off", log_config=None, ws="none")
    server = Served(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        provider.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield provider
        server.should_exit = True
        await serving
