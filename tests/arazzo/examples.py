"""The documents of examples/arazzo, read once."""

import json
from pathlib import Path

from pydantic import JsonValue

from arazzo.compiling import compile_plans
from arazzo.identity import DocumentSet
from arazzo.limits import DESCRIPTION_LIMITS
from arazzo.loading import Document, load
from arazzo.plan import Plan
from arazzo.source import read
from tests.standins import ROOT

FOLDER = ROOT / "examples" / "arazzo"
NAMES = sorted(path.name.removesuffix(".arazzo.yaml") for path in FOLDER.glob("*.arazzo.yaml"))


def _everything() -> DocumentSet:
    descriptions = [*FOLDER.glob("*.openapi.json"), *FOLDER.glob("*.asyncapi.yaml")]
    return DocumentSet(
        [load(path.read_text(), uri=path.as_uri()) for path in map(_path, NAMES)],
        [read(path.read_text(), uri=path.as_uri(), limits=DESCRIPTION_LIMITS) for path in descriptions],
    )


def _path(name: str) -> Path:
    return FOLDER / f"{name}.arazzo.yaml"


EVERYTHING = _everything()


def document_of(name: str) -> Document:
    (found,) = (one for one in EVERYTHING.documents if one.uri == _path(name).as_uri())
    return found


def plan_of(name: str) -> Plan:
    """Of the document's first workflow."""
    return next(iter(compile_plans(EVERYTHING, document_of(name)).values()))


def input_of(name: str) -> dict[str, JsonValue]:
    """What stands beside the document."""
    given: dict[str, JsonValue] = json.loads((FOLDER / f"{name}.json").read_text())
    return given
