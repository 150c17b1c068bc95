"""How many documents of a folder load and compile: `python -m tests.arazzo.corpora` keeps the counts."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from arazzo.compiling import compile_plans
from arazzo.identity import DocumentSet
from arazzo.limits import DESCRIPTION_LIMITS
from arazzo.loading import Document, load
from arazzo.problems import Problem, Problems
from arazzo.reading import Mode
from arazzo.source import Source, read
from tests.arazzo.conftest import CORPUS

OWN = Path(__file__).parent / "corpus"
KEPT = Path(__file__).parent / "corpus.json"
SCHEMES = ("http://", "https://", "file://")
Counts = dict[str, dict[str, int]]


def folders() -> dict[str, Path]:
    """Our own small one, and the large one where it is at hand."""
    public = CORPUS / "corpus"
    return {"own": OWN} | ({"public": public} if (public / "MANIFEST.json").exists() else {})


def counts(folder: Path) -> tuple[Counts, list[Problem]]:
    """By whether the official schema takes them: how many compile and how many are refused; and why."""
    found: Counts = {}
    refusals: list[Problem] = []
    for entry in json.loads((folder / "MANIFEST.json").read_text()):
        kind = "schema-valid" if entry["schema_valid"] else "not schema-valid"
        refused = why_refused(folder / entry["file"])
        refusals += refused
        counter = found.setdefault(kind, {"compiled": 0, "refused": 0})
        counter["refused" if refused else "compiled"] += 1
    return found, refusals


def why_refused(path: Path) -> list[Problem]:
    """Why a document does not load in compat, or does not compile; empty if it does."""
    try:
        root = document(path)
        compile_plans(DocumentSet(*around(root, path)), root)
    except Problems as refused:
        return list(refused.problems)
    return []


def around(root: Document, path: Path) -> tuple[list[Document], list[Source]]:
    """All that is at hand of what a document refers to."""
    documents, sources = {path.resolve(): root}, dict[Path, Source]()
    waiting = [(root, path)]
    while waiting:
        one, place = waiting.pop()
        for source in one.arazzo.source_descriptions:
            there = (place.parent / source.url).resolve()
            if source.url.startswith(SCHEMES) or there in documents or not there.is_file():
                continue
            text = description(there)
            if text is not None and not is_arazzo(text):
                sources[there] = text
            elif text is not None and (other := or_none(there)) is not None:
                documents[there] = other
                waiting.append((other, there))
    return list(documents.values()), list(sources.values())


def document(path: Path) -> Document:
    return load(path.read_bytes(), uri=path.resolve().as_uri(), mode=Mode.COMPAT)


def or_none(path: Path) -> Document | None:
    """A document that others refer to may be broken; then it is as if it were not there."""
    try:
        return document(path)
    except Problems:
        return None


@cache
def description(path: Path) -> Source | None:
    try:
        return read(path.read_bytes(), uri=path.as_uri(), limits=DESCRIPTION_LIMITS)
    except Problems:
        return None


def is_arazzo(source: Source) -> bool:
    return isinstance(source.value, dict) and "arazzo" in source.value


def kept() -> dict[str, Counts]:
    found: dict[str, Any] = json.loads(KEPT.read_text())
    return found


def main() -> None:
    """Count again, keeping what is known of folders that are not at hand."""
    new = {name: counts(folder)[0] for name, folder in folders().items()}
    KEPT.write_text(json.dumps((kept() if KEPT.exists() else {}) | new, indent=2, sort_keys=True) + "\n")
    print(Counter({name: sum(one["compiled"] for one in kinds.values()) for name, kinds in new.items()}))


if __name__ == "__main__":
    main()
