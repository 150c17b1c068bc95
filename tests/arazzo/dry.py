"""Dry runs of small documents."""

from collections.abc import Sequence

from pydantic import JsonValue

from arazzo.compiling import compile_plan
from arazzo.dry_runs.directions import Onward
from arazzo.dry_runs.dry_run import DryRuns
from arazzo.dry_runs.faults import read_fault
from arazzo.dry_runs.report import Kind, Report
from arazzo.identity import DocumentSet
from arazzo.plan import Plan
from arazzo.source import read
from tests.arazzo.documents import Field, Fields, document, loaded, workflow

API = """
openapi: 3.1.0
info: {title: Orders, version: '1'}
servers: [{url: 'https://orders.example/v1'}]
paths:
  /orders:
    get:
      operationId: find
      responses:
        '200':
          description: the order of that reference
          content: {application/json: {schema: {type: object, properties: {id: {type: string, example: o-1}}}}}
        '404': {description: none}
    post:
      operationId: place
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses:
        '201':
          description: placed
          content:
            application/json:
              schema:
                type: object
                required: [id]
                properties: {id: {type: string, example: o-1}, state: {type: string, enum: [open, paid]}}
        '422': {description: refused}
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: look
      responses:
        '200':
          description: an order
          content:
            application/json:
              schema:
                type: object
                properties:
                  state: {type: string, enum: [open, paid]}
                  items: {type: array, items: {type: object, properties: {count: {type: integer}}}}
    delete: {operationId: withdraw, responses: {'204': {description: withdrawn}}}
  /pings: {post: {operationId: ping, responses: {'202': {description: heard}}}}
components:
  schemas:
    Order: {type: object, properties: {order: {$ref: '#/components/schemas/Paid'}}}
    Paid: {type: object, properties: {currency: {type: string, pattern: '^[A-Z]{3}$'}}}
"""
SOURCE = read(API, uri="file:///flows/api.yaml")
PLACE: Fields = {
    "stepId": "place",
    "operationId": "place",
    "successCriteria": [{"condition": "$statusCode == 201"}],
    "outputs": {"id": "$response.body#/id"},
    "x-probe": {"operationId": "find"},
    "x-compensate": {
        "operationId": "withdraw",
        "parameters": [{"name": "id", "in": "path", "value": "$steps.place.outputs.id"}],
    },
}
LOOK: Fields = {
    "stepId": "look",
    "operationId": "look",
    "parameters": [{"name": "id", "in": "path", "value": "$steps.place.outputs.id"}],
}
PING: Fields = {"stepId": "ping", "operationId": "ping"}


def flow(*steps: Fields, others: Sequence[Fields] = (), **fields: Field) -> Fields:
    return document(workflow("main", list(steps), **fields), *others)


def together(fields: Fields) -> tuple[DocumentSet, Plan]:
    root = loaded(fields)
    documents = DocumentSet([root], [SOURCE])
    return documents, compile_plan(documents, root, fields["workflows"][0]["workflowId"])


def dry(fields: Fields, *faults: str, inputs: dict[str, JsonValue] | None = None) -> Report:
    """To its end, with these faults."""
    documents, plan = together(fields)
    wrong = [read_fault(one, plan) for one in faults]
    runs = DryRuns(documents, plan)
    return runs.run(runs.inputs(inputs).values, Onward(wrong))


def said(report: Report, *kinds: Kind) -> list[str]:
    """What happened, in a line each."""
    return [
        " ".join(filter(None, (one.step, one.what, one.came)))
        for one in report.events
        if not kinds or one.kind in kinds
    ]
