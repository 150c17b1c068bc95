"""The flows whose crash tests there are: a line each, and all else is derived from what the flow is seen to do."""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from activities.outbound_settings import STAND_INS
from arazzo.compiling import compile_plan
from arazzo.run_input import RunInput
from catalogue import CATALOGUE
from crash_kit import Kind, Rehearsal
from runtime.document_flows import DocumentFlow, document_flow
from runtime.document_terms import DocumentTerms
from runtime.documents import read_documents
from runtime.flows import Catalogue

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "examples" / "arazzo"


def document(name: str, *, named_by: str) -> DocumentFlow:
    """The flow of an example document; each value of that input is a run of its own."""
    bundle = read_documents(DOCUMENTS / f"{name}.arazzo.yaml")
    plan = compile_plan(bundle.documents, bundle.root)
    flow = document_flow(plan, DocumentTerms(folder=DOCUMENTS, allowed_hosts=STAND_INS))

    def id_of(request: RunInput) -> str:
        return f"{name}-{request.inputs[named_by]}"

    return replace(flow, id_of=id_of)


ORDER_OF_A_DOCUMENT = document("place-order-saga", named_by="orderId")
REHEARSED = Catalogue([*CATALOGUE, ORDER_OF_A_DOCUMENT])
"""The flows of the catalogue, and a document."""


CATALOGUE_OPTION = "--catalogue tests.crash.flows:REHEARSED"


class Rehearsed(NamedTuple):
    """A flow with an input with which it completes."""

    name: str
    flow: str
    input: str
    vary: tuple[str, ...] = ()
    """Fields that no two runs may have in common, besides the one that names the flow."""

    def rehearsal(self, *, only: frozenset[Kind] = frozenset(Kind)) -> Rehearsal:
        vary = "".join(f" --vary {field}" for field in self.vary)
        return Rehearsal(
            self.flow,
            REHEARSED[self.flow].read((ROOT / self.input).read_text()),
            only=only,
            vary=self.vary,
            repeat=f"python -m crash_kit {{flow}} --input {self.input}{vary} {CATALOGUE_OPTION} --case {{case}}",
        )


FLOWS = (
    Rehearsed("order", "order", "examples/order-large.json"),
    Rehearsed("registration", "registration", "examples/registration.json", vary=("email",)),
    Rehearsed("content-publishing", "content-publishing", "examples/content-publishing.json", vary=("slug",)),
    Rehearsed("customer-overview", "customer-overview", "examples/customer-overview.json"),
    Rehearsed("subscription", "subscription", "examples/subscription.json"),
    Rehearsed("dispatch", "dispatch", "examples/dispatch.json"),
    Rehearsed("access", "access", "tests/crash/inputs/access.json", vary=("user",)),
    Rehearsed("server-automation", "server-automation", "tests/crash/inputs/server-automation.json"),
    Rehearsed("incident-response", "incident-response", "tests/crash/inputs/incident-response.json"),
    Rehearsed("ticket-sync", "ticket-sync", "tests/crash/inputs/ticket-sync.json"),
    Rehearsed("ticket-feed", "ticket-feed", "examples/ticket-feed-once.json"),
    Rehearsed("dispatch-to-all-or-none", "dispatch", "tests/crash/inputs/dispatch-to-all-or-none.json"),
    Rehearsed("invoice", "invoice", "examples/invoice-large.json", vary=("invoice_number",)),
    Rehearsed("place-order-saga", ORDER_OF_A_DOCUMENT.name, "examples/arazzo/place-order-saga.json"),
)

EVERY_RUN = frozenset({Kind.KILL_AFTER, Kind.KILL_WAITING, Kind.REFUSED, Kind.MALFORMED, Kind.CANCEL_AFTER})
"""What `make test` plays of each flow; `make crash` plays all."""
