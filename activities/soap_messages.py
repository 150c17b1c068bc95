"""Writes and reads SOAP messages with zeep, as a WSDL of ours says.

Nothing is fetched: the WSDL is a file beside the activities, and a message with a document type is not read.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, cast

from activities.problems import Problem
from activities.verdict import Reply


@dataclass(frozen=True)
class Fault:
    """`code` is one of SOAP's, without its prefix; the problem is what the service says of it."""

    code: str
    problem: Problem


class Said(NamedTuple):
    """What a service answered: the fields of its answer, or a fault."""

    fields: Mapping[str, object]
    fault: Fault | None = None


@dataclass(frozen=True)
class Messages:
    """Writes and reads the messages of a WSDL's only service. Fields are `snake_case` here and `camelCase` there."""

    wsdl: Path

    def written(self, operation: str, header: Mapping[str, object], fields: Mapping[str, object]) -> bytes:
        message = self._client.create_message(
            self._client.service, operation, **_camel(fields), _soapheaders={"header": _camel(header)}
        )
        return cast("bytes", _library("lxml.etree").tostring(message, xml_declaration=True, encoding="utf-8"))

    def http_headers(self, operation: str) -> Mapping[str, str]:
        action = self._binding.get(operation).soapaction
        return {"Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml", "SOAPAction": f'"{action}"'}

    def read(self, operation: str, reply: Reply) -> Said | None:
        """None for what is no message at all, or not one that the WSDL gives to the operation."""
        fault_raised = _library("zeep.exceptions").Fault
        try:
            found = self._binding.process_reply(
                self._client, self._binding.get(operation), _Received(reply.status, reply.content or b"")
            )
        except fault_raised as fault:
            return Said({}, _fault(fault))
        except Exception:  # noqa: BLE001 - the bytes are a stranger's, and zeep may raise anything over them
            return None
        return Said(_snake(_library("zeep.helpers").serialize_object(found, dict)))

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - zeep has no types
        zeep = _library("zeep")
        strict = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        return zeep.Client(str(self.wsdl), transport=_Packaged(self.wsdl), settings=strict)

    @cached_property
    def _binding(self) -> Any:  # noqa: ANN401 - zeep has no types
        (binding,) = self._client.wsdl.bindings.values()
        return binding


@dataclass(frozen=True)
class _Packaged:
    """What zeep takes for a transport: it has the WSDL, and nothing else to load."""

    wsdl: Path

    def load(self, url: str) -> bytes:
        if url != str(self.wsdl):
            raise ValueError(f"{url} is not packaged")
        return self.wsdl.read_bytes()


@dataclass(frozen=True)
class _Received:
    """What zeep takes for a response."""

    status_code: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    encoding: None = None


def _fault(fault: Any) -> Fault:  # noqa: ANN401 - zeep has no types
    """Its code without the prefix, and what stands in its detail as a problem."""
    said = {str(child.tag).rpartition("}")[2]: child.text or "" for child in _refusal_of(fault.detail)}
    problem = Problem(type=said.get("code", ""), title=fault.message or "", detail=said.get("message", ""))
    return Fault(str(fault.code or "").rpartition(":")[2], problem)


def _refusal_of(detail: Any) -> Iterable[Any]:  # noqa: ANN401 - zeep has no types
    """The children of the one element that a detail has: every fault of ours declares it so."""
    elements = list(detail) if hasattr(detail, "tag") else []
    return elements[0] if len(elements) == 1 else ()


def _library(name: str) -> Any:  # noqa: ANN401 - it has no types
    """Imported late: it takes a quarter of a second, for those alone who speak SOAP."""
    return import_module(name)


def _camel(fields: Mapping[str, object]) -> dict[str, object]:
    return {re.sub(r"_(.)", lambda found: found[1].upper(), name): value for name, value in fields.items()}


def _snake(fields: Mapping[str, object]) -> dict[str, object]:
    return {re.sub(r"(?=[A-Z])", "_", name).lower(): value for name, value in fields.items()}
