"""The semantic linter: what no schema sees, before anything runs."""

from collections.abc import Iterable

from arazzo.identity import DocumentSet
from arazzo.lint_calls import calls
from arazzo.lint_contracts import contracts
from arazzo.lint_effects import effects
from arazzo.lint_expressions import expressions
from arazzo.lint_names import names
from arazzo.lint_routes import routes
from arazzo.linting import Linting
from arazzo.loading import Document
from arazzo.problems import Problem

RULES = (names, expressions, routes, calls, effects, contracts)


def lint(documents: DocumentSet, only: Iterable[Document] | None = None) -> list[Problem]:
    """What is wrong or odd in each document (or in those given), departures of its loading included, by line."""
    return [
        problem
        for document in (documents.documents if only is None else only)
        for problem in _of(documents, document)
    ]


def _of(documents: DocumentSet, document: Document) -> list[Problem]:
    linting = Linting(documents, document)
    for rule in RULES:
        rule(linting)
    found = dict.fromkeys((*document.departures, *linting.found))
    return sorted(found, key=lambda problem: (problem.line, problem.path, problem.rule))
