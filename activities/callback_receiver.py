"""Hears services that call back, and passes each on as a hint to its flow: nothing that they say is believed."""

import logging
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from pydantic import SecretStr

from activities.callback_settings import CallbackSettings
from activities.callbacks import PATH, Callbacks, Caller

LOGGER = logging.getLogger(__name__)

LONGEST_BODY = 64 * 1024
GRACE_SECONDS = 1

Hint = Callable[[Caller], Awaitable[bool]]
"""Tells the flow; whether it still runs."""


@asynccontextmanager
async def open_callbacks(settings: CallbackSettings, hint: Hint) -> AsyncGenerator[Callbacks]:
    """Listens while it is open."""

    async def heard(request: web.Request) -> web.Response:
        caller = callbacks.caller(request.match_info["token"])
        if caller is None:
            raise web.HTTPNotFound
        LOGGER.info("Called back for %s of %s", caller.step, caller.workflow_id)
        return web.Response(status=202 if await hint(caller) else 410)

    app = web.Application(client_max_size=LONGEST_BODY)
    app.router.add_post(f"{PATH}/{{token}}", heard)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        host, port = runner.addresses[0][:2]
        secret = settings.secret or SecretStr(secrets.token_urlsafe(32))
        callbacks = Callbacks(settings.url or f"http://{host}:{port}", secret)
        yield callbacks
    finally:
        await runner.cleanup()
