"""Short names of documents, for people and for the types of their workflows."""

import re
from collections.abc import Mapping

from arazzo.identity import DocumentSet, base_uri
from arazzo.uris import Uri

ENDINGS = re.compile(r"(?:[.-]arazzo)?\.(?:ya?ml|json)$", re.IGNORECASE)
UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")
LONGEST = 64


def names_of(documents: DocumentSet) -> Mapping[str, str]:
    """By where a document came from: the last part of its identity without endings; numbered where two have one name."""
    names: dict[str, str] = {}
    for document in documents.documents:
        wanted = _short(base_uri(document)) or "document"
        name, number = wanted, 2
        while name in names.values():
            name, number = f"{wanted}-{number}", number + 1
        names[document.uri] = name
    return names


def _short(uri: str) -> str:
    last = Uri.parse(uri).path.rstrip("/").rpartition("/")[2]
    return UNFIT.sub("-", ENDINGS.sub("", last)).strip("-.")[:LONGEST]
