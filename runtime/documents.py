"""Reads an Arazzo document and all files that it refers to, offline: what is at hand is handed to the pure library."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from arazzo.descriptions import KINDS, describe
from arazzo.identity import DocumentSet, base_uri
from arazzo.limits import DESCRIPTION_LIMITS
from arazzo.lint import lint
from arazzo.loading import Document, load
from arazzo.problems import Problem, Problems, Severity, one_of, pointer
from arazzo.reading import Mode
from arazzo.source import Source, read
from arazzo.tree import at
from arazzo.uris import join, same
from runtime.document_files import FileRefused, Files, Place, local_path, references_in, within

CLAUSE = "Source Description Object, url"
NOT_AT_HAND = "source-not-at-hand"


class NotRead(Problems):
    """There is no such document, or what was asked for beside it makes no sense: nothing has been checked."""


@dataclass(frozen=True)
class Bundle:
    """A document, with all that belongs to it."""

    documents: DocumentSet
    root: Document
    found: tuple[Problem, ...] = ()
    """What was wrong with files that the root refers to: those are not among the documents."""
    files: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """Where each document and description was read, by its address."""

    def _broken(self) -> Iterator[tuple[str, str]]:
        """Where files are named that were read, and are wrong."""
        wrong = {one.file for one in self.found if one.severity is Severity.ERROR}
        for document in self.documents.documents:
            for place, source in enumerate(document.arazzo.source_descriptions):
                if join(base_uri(document), source.url) in wrong:
                    yield document.uri, f"/sourceDescriptions/{place}"

    def findings(self) -> list[Problem]:
        """All that reading, loading and checking have found: the root first, then each file that belongs to it."""
        said = {(one.file, one.path) for one in self.found} | set(self._broken())
        linted = lint(self.documents)
        kept = [
            _with_a_way_out(self.documents, one)
            for one in linted
            if one.rule != NOT_AT_HAND or (one.file, one.path) not in said
        ]
        order = {one.uri: place for place, one in enumerate(self.documents.documents)}
        return sorted(
            dict.fromkeys((*kept, *self.found)), key=lambda one: (order.get(one.file, len(order)), one.line)
        )


def read_documents(
    path: Path,
    *,
    strict: bool = False,
    sources: Mapping[str, Path] | None = None,
    tree: Path | None = None,
    library: Mapping[str, Path] | None = None,
) -> Bundle:
    """The document in a file, and all that it refers to by relative and file URLs; nothing is fetched.

    `sources` are files for source descriptions, by their names, wherever those say that they are. Other files have to
    be in the folder `tree`, which is the document's own unless given. `library` has the files of other documents by
    their identities (`arazzo.uris.same`), for references that name those. Raises NotRead, and Problems with all that is
    wrong with the document itself. What is wrong with a file that it refers to is `found`.
    """
    resolved = path.resolve()
    reading = _Reading(Mode.STRICT if strict else Mode.COMPAT, dict(sources or {}), dict(library or {}))
    root = reading.root(resolved, (tree or resolved.parent).resolve())
    reading.refuse_unused(root)
    return Bundle(reading.together(), root, tuple(reading.found), reading.files)


class _Waiting(NamedTuple):
    """A file whose references have not been followed yet."""

    read: Document | Source
    path: Path
    tree: Path


class _Reading:
    """All files of one document, each read when something first refers to it."""

    def __init__(self, mode: Mode, sources: dict[str, Path], library: dict[str, Path]) -> None:
        self.mode, self.sources, self.library = mode, sources, library
        self.file_reader = Files()
        self.files: dict[str, Path] = {}
        self.found: list[Problem] = []
        self.documents: list[Document] = []
        self.descriptions: list[Source] = []
        self.others: list[Source] = []
        self._known: set[str] = set()
        """Addresses and identities that were read, or tried."""
        self._identities: dict[str, Path] = {}
        self._used: set[str] = set()
        self._waiting: list[_Waiting] = []

    def root(self, path: Path, tree: Path) -> Document:
        """The document, all that it leads to being read after it."""
        uri = path.as_uri()
        try:
            document = load(self.file_reader.read(path), uri=uri, mode=self.mode)
        except FileRefused as refused:
            raise NotRead([refused.problem(uri)]) from None
        self._keep(document, path, tree)
        while self._waiting:
            one = self._waiting.pop(0)
            if isinstance(one.read, Document):
                self._follow_sources(one.read, one.path, one.tree)
            self._follow_references(one)
        return document

    def together(self) -> DocumentSet:
        """Raises Problems, where two files say that they are the same thing."""
        return DocumentSet(self.documents, self.descriptions, self.others)

    def refuse_unused(self, root: Document) -> None:
        """A name that no document has is a mistake of whoever has typed it; raises NotRead."""
        known = sorted(
            {one.name for document in self.documents for one in document.arazzo.source_descriptions}
        )
        unused = [
            Problem(
                rule="unknown-source",
                message=f"there is no source description {name}",
                expected=one_of(known),
                file=root.uri,
                path="/sourceDescriptions",
                clause="--source",
            )
            for name in self.sources
            if name not in self._used
        ]
        if unused:
            raise NotRead(unused)

    def _follow_sources(self, document: Document, path: Path, tree: Path) -> None:
        for index, source in enumerate(document.arazzo.source_descriptions):
            uri, place = join(base_uri(document), source.url), ("sourceDescriptions", index)
            try:
                given = self.sources.get(source.name)
                if given is not None:
                    self._used.add(source.name)
                    there = given.resolve()
                    self._read(uri, there, there.parent, described=True)
                elif (known := self.library.get(same(uri))) is not None:
                    self._read(uri, known, tree)
                elif (local := local_path(source.url, path)) is not None:
                    self._read(uri, within(local, tree), tree, described=True)
            except FileRefused as refused:
                self._say(document, place, refused)

    def _follow_references(self, one: _Waiting) -> None:
        """What schemas and descriptions refer to."""
        document = one.read if isinstance(one.read, Document) else None
        base = base_uri(document) if document is not None else self._identity(one.read)
        for reference, place in _references(one.read):
            there = local_path(reference, one.path)
            if there is None:
                continue
            try:
                self._read(join(base, reference), within(there, one.tree), one.tree)
            except FileRefused as refused:
                self._say(document or one.read, place, refused)

    def _read(self, uri: str, path: Path, tree: Path, *, described: bool = False) -> None:
        """With `described` it has to be a document or a description."""
        if same(uri) in self._known:
            return
        self._known.add(same(uri))
        text = self.file_reader.read(path)
        try:
            source = read(text, uri=uri, limits=DESCRIPTION_LIMITS)
            fields = source.value if isinstance(source.value, dict) else {}
            if described and not fields.keys() & {"arazzo", *KINDS}:
                describe(source)
            self._keep(load(text, uri=uri, mode=self.mode) if "arazzo" in fields else source, path, tree)
        except Problems as refused:
            self.found += refused.problems

    def _keep(self, one: Document | Source, path: Path, tree: Path) -> None:
        identity = same(self._identity(one))
        if self._identities.get(identity) == path:
            return  # by another address, and known already
        self._identities[identity] = path
        self._known |= {same(one.uri), identity}
        self.files[one.uri] = path
        self._waiting.append(_Waiting(one, path, tree))
        if isinstance(one, Document):
            self.documents.append(one)
        elif isinstance(one.value, dict) and KINDS.keys() & one.value.keys():
            self.descriptions.append(one)
        else:
            self.others.append(one)

    def _identity(self, one: Document | Source) -> str:
        if isinstance(one, Document):
            return base_uri(one)
        own = one.value.get("$self") if isinstance(one.value, dict) else None
        return join(one.uri, own) if isinstance(own, str) else one.uri

    def _say(self, one: Document | Source, path: Place, refused: FileRefused) -> None:
        source = one.source if isinstance(one, Document) else one
        self.found.append(
            Problem(
                rule=refused.rule,
                message=refused.message,
                expected=refused.expected,
                file=source.uri,
                line=source.line(path),
                path=pointer(path),
                clause=CLAUSE,
                severity=Severity.WARNING,
            )
        )


def _with_a_way_out(documents: DocumentSet, problem: Problem) -> Problem:
    """How a source that is not at hand can be handed over."""
    if problem.rule != NOT_AT_HAND:
        return problem
    document = next(one for one in documents.documents if one.uri == problem.file)
    source = document.arazzo.source_descriptions[int(problem.path.rpartition("/")[2])]
    return problem.model_copy(update={"expected": f"its file, by --source {source.name}=FILE"})


def _references(one: Document | Source) -> Iterator[tuple[str, Place]]:
    """Of a document those of its schemas, of a description all."""
    if isinstance(one, Source):
        yield from references_in(one.root)
        return
    places: list[Place] = [("workflows", place, "inputs") for place in range(len(one.arazzo.workflows))]
    for path in (*places, ("components", "inputs")):
        if (node := at(one.source.root, path)) is not None:
            yield from references_in(node, path)
