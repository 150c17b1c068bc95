"""The expressions that stand at a place of a document."""

from collections.abc import Iterator

from arazzo.condition_grammar import parse_condition
from arazzo.expression_error import ExpressionError
from arazzo.expressions import Expression
from arazzo.grammar import parse
from arazzo.loading import Document
from arazzo.reading import Mode
from arazzo.sites import Form, Site
from arazzo.templates import expressions_in, pieces_of


def expressions_at(document: Document, site: Site) -> Iterator[Expression]:
    """Those of one place; raises ExpressionError for one that is not well formed."""
    lenient, version = document.mode is Mode.COMPAT, str(document.arazzo.version)
    yield from expressions_of(site, lenient=lenient, version=version)


def expressions_of(site: Site, *, lenient: bool, version: str) -> Iterator[Expression]:
    """The same, for a place of a plan."""
    match site.form, site.value:
        case Form.CONDITION, str() as text:
            yield from parse_condition(text, lenient=lenient, version=version).expressions()
        case Form.PATTERN, str() as text:
            pieces = pieces_of(text, lenient=lenient, version=version)
            yield from (piece for piece in pieces if isinstance(piece, Expression))
        case Form.EXPRESSION, str() as text:
            yield parse(text, lenient=lenient, version=version)
        case _, value:
            yield from expressions_in(value, lenient=lenient, version=version)


def readable_at(document: Document, site: Site) -> tuple[Expression, ...]:
    """As many of them as can be read; what cannot is another one's to say."""
    found: list[Expression] = []
    try:
        found.extend(expressions_at(document, site))
    except ExpressionError:
        return ()
    return tuple(found)
