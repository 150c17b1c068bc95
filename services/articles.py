"""The articles: stored for readers under an address of their own, and removed again."""

from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id

ADDRESS = "https://news.example.com/articles/"

SLUG_TAKEN = ProblemType("slug-taken", 409, "Another article has this address")

articles = Service(
    name="articles",
    description="Stores articles. A slug, the end of an article's address, belongs to one stored article.",
    schema="""
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, slug TEXT NOT NULL, title TEXT NOT NULL, author TEXT NOT NULL,
    text TEXT NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_stored_article ON articles (slug) WHERE status = 'stored';
""",
)


class ArticleRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slug": "notes-on-the-engine",
                    "title": "Notes on the engine",
                    "author": "Ada Lovelace",
                    "text": "It weaves algebraical patterns.",
                }
            ]
        }
    )

    slug: Annotated[str, Field(min_length=1, max_length=100)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    author: Annotated[str, Field(min_length=1, max_length=200)]
    text: Annotated[str, Field(min_length=1, max_length=100_000)]


class Article(Resource):
    address: str
    status: Literal["stored", "removed"]


@articles.step("/articles", operation_id="storeArticle", refusals=(SLUG_TAKEN,))
def store_article(db: Connection, body: ArticleRequest) -> Article:
    """Store an article, so that it can be read under its address."""
    taken = db.execute("SELECT 1 FROM articles WHERE slug = ? AND status = 'stored'", (body.slug,)).fetchone()
    if taken:
        raise Refused(SLUG_TAKEN, f"{body.slug} is taken")
    article = Article(id=new_id("art"), address=f"{ADDRESS}{body.slug}", status="stored")
    db.execute(
        "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)",
        (article.id, *body.model_dump().values(), article.status),
    )
    return article


@articles.compensation(
    "/articles/remove",
    operation_id="removeArticle",
    undoes="storeArticle",
    done="removed",
    nothing="nothing_to_remove",
)
def remove_article(db: Connection, article_id: str) -> None:
    """Remove the article that was stored under a key."""
    db.execute("UPDATE articles SET status = 'removed' WHERE id = ?", (article_id,))


@articles.read("/articles/{article_id}", operation_id="getArticle")
def get_article(db: Connection, article_id: str) -> Article:
    """Look up an article, whatever has become of it."""
    row = db.execute("SELECT id, slug, status FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no article {article_id}")
    return Article(id=row["id"], address=f"{ADDRESS}{row['slug']}", status=row["status"])
