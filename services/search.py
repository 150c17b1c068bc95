"""The search: an index of articles, so that they are found."""

from sqlite3 import Connection
from typing import Annotated

from fastapi import Query
from pydantic import ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id

LONGEST_DOCUMENT = 20_000

DOCUMENT_REFUSED = ProblemType("document-refused", 422, "This document cannot be indexed")

search = Service(
    name="search",
    description=f"Indexes articles, each once. Texts of more than {LONGEST_DOCUMENT} characters are refused.",
    schema="""
CREATE TABLE IF NOT EXISTS index_entries (
    id TEXT PRIMARY KEY, article_id TEXT NOT NULL UNIQUE, address TEXT NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL) WITHOUT ROWID;
""",
)


class IndexRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "article_id": "art_1",
                    "address": "https://news.example.com/articles/notes-on-the-engine",
                    "title": "Notes on the engine",
                    "text": "It weaves algebraical patterns.",
                }
            ]
        }
    )

    article_id: Annotated[str, Field(min_length=1, max_length=100)]
    address: Annotated[str, Field(min_length=1, max_length=1_000)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    text: Annotated[str, Field(min_length=1, max_length=100_000)]


class IndexEntry(Resource):
    article_id: str


@search.step("/entries", operation_id="indexArticle", refusals=(DOCUMENT_REFUSED,))
def index_article(db: Connection, body: IndexRequest) -> IndexEntry:
    """Index an article; one that is in the index already is replaced."""
    if len(body.text) > LONGEST_DOCUMENT:
        raise Refused(DOCUMENT_REFUSED, f"the text has {len(body.text)} of {LONGEST_DOCUMENT} characters")
    entry = IndexEntry(id=new_id("idx"), article_id=body.article_id)
    db.execute(
        "INSERT OR REPLACE INTO index_entries VALUES (?, ?, ?, ?, ?)",
        (entry.id, *body.model_dump().values()),
    )
    return entry


@search.read("/articles", operation_id="searchArticles")
def search_articles(db: Connection, words: Annotated[str, Query(min_length=1, max_length=100)]) -> IndexEntry:
    """Find an article by words in its title or text."""
    row = db.execute(
        "SELECT id, article_id FROM index_entries WHERE instr(lower(title || ' ' || text), lower(?)) > 0",
        (words,),
    ).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, "no article has these words")
    return IndexEntry.model_validate(dict(row))
