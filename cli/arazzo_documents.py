"""Reads the document that an `arazzo` command names, as its options say, and tells why one cannot be used."""

from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from arazzo.compiling import compile_plan, compile_plans
from arazzo.plan import Plan
from arazzo.problems import Problem, Problems, Severity
from runtime.document_files import shown
from runtime.documents import Bundle, read_documents
from runtime.refusals import FieldProblem, InvalidInput, Refused


class DocumentRefused(Refused):
    """The text has a line for each thing that is wrong."""

    def __init__(self, document: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = (f"  {said(one)}" for one in problems)
        super().__init__("\n".join((f"{document} cannot be used:", *lines)))


def opened(options: Namespace) -> Bundle:
    """The document with all that belongs to it; raises DocumentRefused."""
    try:
        return bundle_of(options)
    except Problems as refused:
        raise DocumentRefused(options.document, refused.problems) from None


def bundle_of(options: Namespace) -> Bundle:
    """The same; raises Problems, and InvalidInput for options that are wrong."""
    return read_documents(
        Path(options.document),
        strict=options.strict,
        sources=dict(map(_source, options.source)),
        tree=Path(options.within) if options.within else None,
    )


def plans_of(bundle: Bundle, options: Namespace) -> dict[str, Plan]:
    """Plan of the workflow that is named, or of each; raises DocumentRefused for a document with errors in it."""
    try:
        if options.workflow is None:
            return compile_plans(bundle.documents, bundle.root)
        return {options.workflow: compile_plan(bundle.documents, bundle.root, options.workflow)}
    except Problems as refused:
        wrong = [one for one in bundle.found if one.severity is Severity.ERROR]
        raise DocumentRefused(options.document, _once((*refused.problems, *wrong))) from None


def said(problem: Problem) -> str:
    """A problem on one line, its file as people would say it; of no line in particular it is about the file itself."""
    if not problem.line:
        return f"{problem.message}; expected {problem.expected}"
    return str(problem.model_copy(update={"file": file_of(problem.file)}))


def file_of(uri: str) -> str:
    """The path of a file, as seen from where people stand; another address stays as it is."""
    parts = urlsplit(uri)
    return shown(Path(unquote(parts.path))) if parts.scheme == "file" else uri


def _once(problems: Iterable[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _source(given: str) -> tuple[str, Path]:
    name, equals, file = given.partition("=")
    if not (name and equals and file):
        raise InvalidInput("--source", [FieldProblem("", f"{given!r} is not NAME=FILE")])
    return name, Path(file)
