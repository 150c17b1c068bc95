"""Orders as files on disk."""

import json
import uuid
from pathlib import Path
from typing import Any

from tests.cli.commands import ROOT


def order_file(folder: Path, example: str = "order.json", **changes: object) -> Path:
    """An example under an order id of its own, so that each test has its own flow."""
    order = json.loads((ROOT / "examples" / example).read_text()) | {"order_id": new_order_id(), **changes}
    file = folder / f"{uuid.uuid4()}.json"
    file.write_text(json.dumps(order))
    return file


def new_order_id() -> str:
    return f"cli-{uuid.uuid4().hex[:12]}"


def order_in(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text())
    return content


def id_of(file: Path) -> str:
    """The workflow id of the order in a file."""
    return f"order-{order_in(file)['order_id']}"
