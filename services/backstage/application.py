"""Turns the declared services into one ASGI application: a prefix for each, and the control beside them."""

import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from services.backstage import documents, problems
from services.backstage.control import control_routes
from services.backstage.holds import ConnectionDropped
from services.backstage.operations import Operation, Service
from services.backstage.problems import Refused
from services.backstage.soap import SoapDoor
from services.backstage.stage import Stage

logger = logging.getLogger(__name__)

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

EXCEPTION_HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    Refused: problems.answer_refused,
    RequestValidationError: problems.answer_validation,
    HTTPException: problems.answer_http_exception,
    Exception: problems.answer_bug,
}


class HangUp(Response):
    """No answer at all: the client sees its connection closed."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing is sent
        self._stage.hang_up(scope["client"])
        while (await receive())["type"] != "http.disconnect":
            pass


def application(stage: Stage) -> FastAPI:
    app = FastAPI(
        title="Stand-ins",
        description="Scripted faults, the ledger of effects, and the log of calls.",
        docs_url=None,
        redoc_url=None,
        exception_handlers=EXCEPTION_HANDLERS,
    )
    for service in stage.services:
        described = described_service(service, stage)
        app.mount(f"/{service.name}", SoapDoor(described, service) if service.wsdl else described)
    app.include_router(control_routes(stage))
    return app


def described_service(service: Service, stage: Stage) -> FastAPI:
    app = documents.DescribedService(
        title=service.name.capitalize(),
        version="1.0.0",
        description=service.description,
        docs_url=None,
        redoc_url=None,
        exception_handlers=EXCEPTION_HANDLERS,
    )
    for operation in service.operations.values():
        _add_route(app, operation, stage)
    return app


def _add_route(app: FastAPI, operation: Operation, stage: Stage) -> None:
    summary, _, description = operation.description.partition("\n\n")
    app.router.add_api_route(
        operation.path,
        _endpoint(operation, stage),
        methods=[operation.method],
        operation_id=operation.operation_id,
        summary=summary,
        description=description or None,
        status_code=operation.status,
        response_model=operation.answers,
        responses=documents.responses(operation),
        openapi_extra={"parameters": documents.parameters(operation)},
        route_class_override=_logged_route(operation, stage),
    )


def _endpoint(operation: Operation, stage: Stage) -> Callable[..., Awaitable[Response]]:
    """A path operation function with the parameters of the operation's own."""

    async def endpoint(request: Request, **values: object) -> Response:
        answer = await stage.play(operation, request.state.call, request, operation.arguments(values))
        return Response(answer.body, status_code=answer.status, media_type="application/json")

    request = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
    endpoint.__signature__ = inspect.Signature([request, *operation.parameters])  # type: ignore[attr-defined]
    return endpoint


def _logged_route(operation: Operation, stage: Stage) -> type[APIRoute]:
    class LoggedRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            handle = super().get_route_handler()

            async def logged(request: Request) -> Response:
                return await _logged(handle, request, operation, stage)

            return logged

    return LoggedRoute


async def _logged(handle: Handler, request: Request, operation: Operation, stage: Stage) -> Response:
    """Every request of the operation is in the call log, an invalid or unanswered one too."""
    call = stage.calls.begin(operation.service, operation.operation_id, request.headers)
    request.state.call = call
    status: int | None = problems.INTERNAL_ERROR.status
    try:
        response = await _answered(handle, request)
        status = response.status_code
    except ConnectionDropped:
        response, status = HangUp(stage), None
    finally:
        stage.calls.end(call, status)
    return response


async def _answered(handle: Handler, request: Request) -> Response:
    try:
        return await handle(request)
    except Refused as refused:
        return refused.response()
    except RequestValidationError as failure:
        return problems.from_validation(failure).response()
    except ConnectionDropped:
        raise
    except Exception as bug:  # the outermost edge: beyond it the server would also close the connection
        logger.exception("a bug in a stand-in")
        return problems.internal_error(bug).response()
