"""A SOAP 1.1 door before a service: a message becomes a request of the operation that it names, and its answer a message.

What happens behind it, keys, faults and ledger, is the same for both. What a gateway would say, such as that the
service is overloaded, stays HTTP; what the service itself says against a message is a fault.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

from lxml import etree
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.backstage.operations import Operation, Service
from services.backstage.problems import INVALID_REQUEST, KEY_IN_PROGRESS, Refused, invalid_request
from services.backstage.problems import FieldError as Wrong

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
NAMES = {
    "soap": ENVELOPE,
    "wsdl": "http://schemas.xmlsoap.org/wsdl/",
    "address": "http://schemas.xmlsoap.org/wsdl/soap/",
    "xsd": "http://www.w3.org/2001/XMLSchema",
}
MEDIA_TYPE = "text/xml; charset=utf-8"
OF_THE_GATEWAY = {401, 403, 408, 425, 429, 503}

Element = etree._Element  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - it has no other name


@dataclass
class Collected:
    """What an application has answered; `status` is 0 while there is nothing."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    body: bytes = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")


class SoapDoor:
    """At the path where the WSDL says that the service is; every other request passes by it."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        assert service.wsdl, f"{service.name} has no WSDL"  # noqa: S101 - its caller has looked
        self._app = app
        self._wsdl = service.wsdl.read_bytes()
        definitions = _parsed(self._wsdl)
        schema = definitions.find("wsdl:types/xsd:schema", NAMES)
        address = definitions.find("wsdl:service/wsdl:port/address:address", NAMES)
        assert schema is not None  # noqa: S101 - a WSDL of ours has both
        assert address is not None  # noqa: S101
        self._schema = etree.XMLSchema(schema)
        self._namespace = str(schema.get("targetNamespace"))
        self._path = "/" + str(address.get("location")).rpartition("/")[2]
        self._operations = {_capitalised(name): found for name, found in service.operations.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        inside = scope["type"] == "http" and scope["path"].removeprefix(scope.get("root_path", ""))
        if inside != self._path:
            await self._app(scope, receive, send)
        elif scope["method"] == "GET":
            await Response(self._wsdl, media_type=MEDIA_TYPE)(scope, receive, send)
        else:
            await self._exchange(scope, receive, send)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = self._read(await Request(scope, receive).body())
        except Refused as refused:
            await self._fault(refused.problem.model_dump())(scope, receive, send)
            return
        answered = Collected()
        await self._app(*_inner(scope, receive, request), answered.send)
        if answered.status:  # else the connection was dropped
            await self._answer(request.operation, answered)(scope, receive, send)

    def _read(self, content: bytes) -> "SoapRequest":
        """Raises Refused for what does not keep to the WSDL."""
        envelope = _parsed(content)
        header = envelope.find(f"soap:Header/{{{self._namespace}}}MessageHeader", NAMES)
        bodies = envelope.findall("soap:Body/*", NAMES)
        if header is None or len(bodies) != 1:
            raise invalid_request(Wrong(detail="expected one MessageHeader and one element in the Body"))
        (body,) = bodies
        name = etree.QName(body).localname
        if name not in self._operations:
            raise invalid_request(Wrong(detail=f"there is no operation {name}"))
        for part in (header, body):
            self._validate(part)
        return SoapRequest(self._operations[name], _fields(header), _fields(body))

    def _validate(self, part: Element) -> None:
        """Raises Refused."""
        try:
            self._schema.assertValid(etree.ElementTree(part))
        except etree.DocumentInvalid as error:
            raise invalid_request(Wrong(detail=str(error))) from None

    def _answer(self, operation: Operation, answered: Collected) -> Response:
        document = cast("dict[str, Any]", json.loads(answered.body))
        if answered.status in OF_THE_GATEWAY:
            kept = {k.decode(): v.decode() for k, v in answered.headers if k != b"content-length"}
            return Response(answered.body, status_code=answered.status, headers=kept)
        if answered.status >= HTTPStatus.BAD_REQUEST:
            return self._fault(document)
        name = _capitalised(operation.operation_id)
        return _message(self._element(f"{name}Response", document), HTTPStatus.OK)

    def _fault(self, problem: Mapping[str, Any]) -> Response:
        """SOAP 1.1 section 4.4: Client, unless the same message may succeed later."""
        server = (
            problem["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR or problem["type"] == KEY_IN_PROGRESS.uri
        )
        fault = etree.Element(f"{{{ENVELOPE}}}Fault", nsmap={"soap": ENVELOPE})
        etree.SubElement(fault, "faultcode").text = f"soap:{'Server' if server else 'Client'}"
        etree.SubElement(fault, "faultstring").text = problem["title"]
        code = problem["type"].rpartition(":")[2]
        refusal = self._element("Refusal", {"code": code, "message": problem["detail"]})
        etree.SubElement(fault, "detail").append(refusal)
        return _message(fault, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _element(self, name: str, fields: Mapping[str, Any]) -> Element:
        element = etree.Element(f"{{{self._namespace}}}{name}", nsmap={"m": self._namespace})
        for key, value in fields.items():
            if value is not None:
                etree.SubElement(element, f"{{{self._namespace}}}{_camel(key)}").text = str(value)
        return element


@dataclass(frozen=True)
class SoapRequest:
    operation: Operation
    header: Mapping[str, str]
    body: Mapping[str, str]


def _inner(scope: Scope, receive: Receive, request: SoapRequest) -> tuple[Scope, Receive]:
    """The same request as the application behind the door takes it."""
    body = json.dumps(request.body).encode()
    named = {b"idempotency-key": "message_id", b"x-compensates": "reverses"}
    own = {*named, b"content-type", b"content-length"}
    headers = [pair for pair in scope["headers"] if pair[0] not in own]
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(k, request.header[v].encode()) for k, v in named.items() if v in request.header]
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    path = scope.get("root_path", "") + request.operation.path

    async def read() -> Message:
        return first.pop() if first else await receive()

    return {**scope, "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers}, read


def _parsed(content: bytes) -> Element:
    """Without a document type, so that there is no entity to resolve. Raises Refused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(INVALID_REQUEST, f"no XML: {error.msg}") from None
    doctype = cast("object", root.getroottree().docinfo.internalDTD)
    if doctype is not None:
        raise Refused(INVALID_REQUEST, "a message has no document type (SOAP 1.1 section 3)")
    return root


def _message(body: Element, status: HTTPStatus) -> Response:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    etree.SubElement(envelope, f"{{{ENVELOPE}}}Body").append(body)
    content = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
    return Response(content, status_code=status, media_type=MEDIA_TYPE)


def _fields(element: Element) -> dict[str, str]:
    return {_snake(etree.QName(child).localname): child.text or "" for child in element}


def _capitalised(name: str) -> str:
    return name[0].upper() + name[1:]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(_capitalised, others))


def _snake(name: str) -> str:
    return re.sub(r"(?=[A-Z])", "_", name).lower()
