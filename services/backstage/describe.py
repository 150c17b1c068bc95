"""Writes the OpenAPI document of each service into a folder, for those who read it before anything runs."""

import json
from pathlib import Path

from services.backstage.application import described_service
from services.backstage.operations import Service
from services.backstage.server import open_storage
from services.backstage.stage import Stage


def describe(services: tuple[Service, ...], folder: Path, address: str) -> None:
    """One `NAME.json` a service; `address` is where the services would be found."""
    stage = Stage(open_storage(Path(":memory:"), services), services)
    for service in services:
        document = described_service(service, stage).openapi()
        document["servers"] = [{"url": f"{address}/{service.name}"}]
        (folder / f"{service.name}.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    stage.storage.close()
