"""Reads a folder of Arazzo documents: each with all that belongs to it, found by file or by identity."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arazzo.identity import base_uri
from arazzo.loading import load
from arazzo.problems import Problem, Problems
from arazzo.reading import Mode
from arazzo.uris import same
from runtime.document_files import FileRefused, content_of, shown, within
from runtime.documents import Bundle, NotRead, read_documents

ENDINGS = (".arazzo.yaml", ".arazzo.yml", ".arazzo.json")
MOST = 500
"""Documents of one folder."""


@dataclass(frozen=True)
class Folder:
    """What is in it."""

    bundles: tuple[Bundle, ...]
    """One for each document that can be read, in the order of their paths."""
    found: tuple[Problem, ...] = ()
    """Why others cannot."""


def read_folder(path: Path, *, strict: bool = False) -> Folder:
    """All documents of a folder tree, by the endings of their names; a broken one keeps no other from being read.

    They may refer to all files in there, and to each other by `$self`. Raises NotRead.
    """
    tree = path.resolve()
    if not tree.is_dir():
        raise NotRead(
            [FileRefused("file-not-read", f"{shown(tree)} is no folder", "a folder").problem(tree.as_uri())]
        )
    files = list(_documents(tree))
    if len(files) > MOST:
        said = f"{shown(tree)} has {len(files)} documents"
        raise NotRead([FileRefused("too-many-files", said, f"at most {MOST}").problem(tree.as_uri())])
    library = dict(_identities(files))
    bundles: list[Bundle] = []
    found: list[Problem] = []
    for file in files:
        try:
            bundles.append(read_documents(file, strict=strict, tree=tree, library=library))
        except Problems as refused:
            found += refused.problems
    return Folder(tuple(bundles), tuple(found))


def read_in_folder(path: Path, folder: Path) -> Bundle:
    """One document as `read_folder` reads it; raises as `read_documents`."""
    tree = folder.resolve()
    return read_documents(path, tree=tree, library=dict(_identities(list(_documents(tree)))))


def _documents(tree: Path) -> Iterator[Path]:
    for folder, inner, names in os.walk(tree):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(names):
            if (
                not name.startswith(".")
                and name.lower().endswith(ENDINGS)
                and _is_inside(Path(folder, name), tree)
            ):
                yield Path(folder, name)


def _is_inside(path: Path, tree: Path) -> bool:
    try:
        return bool(within(path, tree))
    except FileRefused:
        return False


def _identities(files: list[Path]) -> Iterator[tuple[str, Path]]:
    """Of those that say who they are."""
    for file in files:
        try:
            document = load(content_of(file), uri=file.as_uri(), mode=Mode.COMPAT)
        except (FileRefused, Problems):
            continue
        if document.arazzo.self_uri is not None:
            yield same(base_uri(document)), file
