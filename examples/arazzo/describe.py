"""Writes the OpenAPI descriptions that the documents here name: excerpts of what the stand-ins say of themselves.

`python -m examples.arazzo.describe`. The operations of several services stand in one description, as behind one
gateway, so that a document with one source may name them as they are.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from services.backstage.application import described_service
from services.backstage.server import open_storage
from services.backstage.stage import Stage
from services.catalogue import SERVICES

HERE = Path(__file__).parent
ADDRESS = "http://127.0.0.1:8090"
SCHEMAS = "#/components/schemas/"

Json = dict[str, Any]

EXCERPTS = {
    "shop": (
        "The shop",
        "Stock, payments, shipments and messages of an order.",
        (
            *("reserveInventory", "releaseInventory"),
            *("authorizePayment", "voidPayment", "capturePayment"),
            *("createShipment", "cancelShipment"),
            "sendNotification",
        ),
    ),
    "subscriptions": (
        "Subscriptions",
        "Who may subscribe, two payment providers, workspaces.",
        (
            "checkUser",
            *("chargePayment", "getCharge", "refundCharge"),
            *("chargeAtBackup", "getChargeAtBackup", "refundAtBackup"),
            *("provisionWorkspace", "deprovisionWorkspace"),
        ),
    ),
    "customers": (
        "Customers",
        "Accounts, marketing profiles, and messages to customers.",
        ("createAccount", "deleteAccount", "createMarketingProfile", "sendNotification"),
    ),
    "content": (
        "Content",
        "Articles, and the search that finds them.",
        ("storeArticle", "removeArticle", "indexArticle"),
    ),
    "support": (
        "Support",
        "Tasks of the teams, and messages to customers.",
        ("openTask", "sendNotification"),
    ),
}
"""By the name of the file: title, description, and operations."""


def excerpts() -> dict[str, str]:
    """The descriptions, by the names of their files."""
    stage = Stage(open_storage(Path(":memory:"), SERVICES), SERVICES)
    documents = {service.name: described_service(service, stage).openapi() for service in SERVICES}
    stage.storage.close()
    return {
        f"{name}.openapi.json": json.dumps(_excerpt(title, text, operations, documents), indent=2) + "\n"
        for name, (title, text, operations) in EXCERPTS.items()
    }


def _excerpt(title: str, text: str, operations: tuple[str, ...], documents: dict[str, Json]) -> Json:
    paths: Json = {}
    schemas: Json = {}
    for service, document in documents.items():
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if operation["operationId"] in operations:
                    paths.setdefault(f"/{service}{path}", {})[method] = operation
                    _copy_schemas(operation, document["components"]["schemas"], schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "description": text, "version": "1.0.0"},
        "servers": [{"url": ADDRESS}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _copy_schemas(said: JsonValue, known: Json, found: Json) -> None:
    """Those that `said` refers to, and those that they refer to."""
    if isinstance(said, list):
        for one in said:
            _copy_schemas(one, known, found)
    elif isinstance(said, dict):
        name = str(said.get("$ref", "")).removeprefix(SCHEMAS)
        if name and name not in found:
            found[name] = known[name]
            _copy_schemas(known[name], known, found)
        if name and found[name] != known[name]:
            raise ValueError(f"two services have a schema {name}")
        _copy_schemas(list(said.values()), known, found)


if __name__ == "__main__":
    for file, text in excerpts().items():
        (HERE / file).write_text(text, encoding="utf-8")
        print(file)
