"""Workflows of documents as flows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pydantic import JsonValue

from arazzo.code_names import ActivityRefused, check_activities
from arazzo.hosts import AllowedHosts, HostRefused
from arazzo.inputs import properties_of, with_defaults, wrong_with_inputs
from arazzo.openapi.errors import OpenApiError
from arazzo.openapi.servers import address_of
from arazzo.plan import Plan, PlannedWorkflow
from arazzo.run_input import ChannelEvent, RunInput
from arazzo.type_names import type_of
from arazzo.waves import is_receive
from runtime.document_terms import DocumentTerms
from runtime.flows import Flow, read_json, read_model
from runtime.refusals import FieldProblem, InvalidInput, Refused
from runtime.secret_inputs import secured, without_seals
from saga import Sla

NOBODY = "nobody"
PLAN_SHA256 = "plan_sha256"
"""In the memo of a run."""
PORTS = {"http": 80, "https": 443}


class PlanRefused(Refused):
    """A document's workflow cannot be run, though it can be read; nothing was started."""


@dataclass(frozen=True, kw_only=True)
class DocumentFlow(Flow[RunInput]):
    """One workflow of a document; its input is read by its JSON Schema."""

    plan: Plan
    terms: DocumentTerms
    path: str = "FILE"
    document: str = ""
    """The document's file."""
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of the APIs it calls, by `<document>/<source description>`."""

    @property
    def memo(self) -> Mapping[str, JsonValue]:
        return {PLAN_SHA256: self.plan.sha256}

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of the workflow's inputs."""
        inputs = self._planned.inputs
        if not isinstance(inputs, dict):
            return {"type": "object", "additionalProperties": False}
        return {**inputs, "properties": dict(properties_of(inputs))} if "$ref" in inputs else inputs

    @property
    def example(self) -> str:
        return self.path

    def read(self, text: str, *, what: str = "The input") -> RunInput:
        """The input of a run, its secrets sealed.

        Raises:
            InvalidInput: it does not fit the workflow's schema.
            SealKeyMissing: it has secrets, and there is no key to seal them with.
            PlanRefused: the workflow lacks a description, or calls a host that may not be called.
        """
        self.check()
        given = read_json(text, what)
        if not isinstance(given, dict):
            raise InvalidInput(what, [FieldProblem("", "expected an object")])
        filled = with_defaults(self.schema, given)
        if wrong := wrong_with_inputs(self.schema, filled):
            problems = (one.partition(": ") for one in wrong)
            fields = [FieldProblem("" if at == "the inputs" else at, said) for at, _, said in problems]
            raise InvalidInput(what, fields)
        inputs = secured(self.plan, filled, self.terms.sealer, what=what)
        return RunInput(plan=self.plan, inputs=inputs, servers=dict(self.terms.servers))

    def check(self) -> None:
        """Raises PlanRefused."""
        if self.plan.missing:
            lines = "".join(f"\n  {one}" for one in self.plan.missing)
            raise PlanRefused(f"{self.name} cannot be run, since this is not at hand:{lines}")
        try:
            check_activities(self.plan, self.terms.activities)
        except ActivityRefused as error:
            raise PlanRefused(f"{self.name} cannot be run: {error}.") from None
        hosts = AllowedHosts(self.terms.allowed_hosts)
        for url in sorted(set(addresses(self.plan, self.terms.servers))):
            try:
                parts = urlsplit(url)
                hosts.check(parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0))
            except HostRefused as error:
                raise PlanRefused(f"{self.name} cannot be run: {error}.") from None
            except ValueError:
                raise PlanRefused(f"{self.name} cannot be run: {url!r} is no address.") from None

    def served_by(self, request: RunInput, url: str) -> RunInput:
        """The run, with all that it calls at one address, such as that of stand-ins."""
        sources = (name for described in self.plan.sources.values() for name in described)
        return request.model_copy(update={"servers": {**request.servers, **dict.fromkeys(sources, url)}})

    def read_message(self, text: str, *, what: str) -> ChannelEvent:
        """Raises InvalidInput, also for a channel on which no step of the document receives."""
        message = read_model(ChannelEvent, text, what)
        without_seals(message.payload, what)
        steps = [step for workflow in self.plan.workflows.values() for step in workflow.steps]
        known = sorted({step.call.channel for step in steps if is_receive(step) and step.call.channel})
        if not any(message.is_on(channel) for channel in known):
            there = " or ".join(known) or "none: no step receives"
            raise InvalidInput(what, [FieldProblem("channel", f"expected {there}")])
        return message

    @property
    def _planned(self) -> PlannedWorkflow:
        return self.plan.workflows[self.plan.root]


def document_flow(
    plan: Plan,
    terms: DocumentTerms,
    *,
    path: str = "FILE",
    document: str = "",
    titles: Mapping[str, str] | None = None,
) -> DocumentFlow:
    """The flow that a plan's root is."""
    planned = plan.workflows[plan.root]
    own, name = planned.own, type_of(plan.root)
    return DocumentFlow(
        name=name,
        workflow=None,
        input=RunInput,
        id_of=_id_of,
        version=own.version or plan.version,
        description=(planned.summary or plan.title).strip().partition("\n")[0],
        owner=own.owner or NOBODY,
        sla=Sla(limit=own.sla.limit, warn=own.sla.warn) if own.sla else None,
        plan=plan,
        terms=terms,
        path=path,
        document=document,
        titles=titles or {},
    )


def addresses(plan: Plan, servers: Mapping[str, str]) -> Iterator[str]:
    """Of all servers that a plan's operations are called at, as far as they are known before."""
    for workflow in plan.workflows.values():
        for step in workflow.steps:
            for call in (step.call, step.compensation, step.probe):
                if call is None or call.operation is None:
                    continue
                try:
                    yield address_of(call.operation, servers.get(call.operation.source))
                except OpenApiError as error:
                    raise PlanRefused(f"{type_of(plan.root)} cannot be run: {error}") from None


def _id_of(request: RunInput) -> str:
    """The same inputs are the same run."""
    canonical = json.dumps(request.inputs, sort_keys=True, separators=(",", ":"))
    return f"{request.key.replace('/', '-')}-{hashlib.sha256(canonical.encode()).hexdigest()[:12]}"
