"""Short names of documents, for people and for the types of their workflows."""

import re
from collections.abc import Mapping

from arazzo.descriptions import Description
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


def titles_of(documents: DocumentSet) -> Mapping[str, str]:
    """Of the APIs that documents describe, by `<document>/<source description>`."""
    names, titles = names_of(documents), dict[str, str]()
    for document in documents.documents:
        for source in document.arazzo.source_descriptions:
            target = documents.follow(document, source).target
            value = target.source.value if isinstance(target, Description) else None
            info = value.get("info") if isinstance(value, dict) else None
            title = info.get("title") if isinstance(info, dict) else None
            if isinstance(title, str):
                titles[f"{names[document.uri]}/{source.name}"] = title
    return titles


def _short(uri: str) -> str:
    last = Uri.parse(uri).path.rstrip("/").rpartition("/")[2]
    return UNFIT.sub("-", ENDINGS.sub("", last)).strip("-.")[:LONGEST]
