"""What is asked of the articles, and what they answer."""

from typing import Annotated, Literal

from pydantic import Field

from models.fields import Id, Line, Record

Slug = Annotated[
    str,
    Field(
        max_length=100,
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        description="the end of the article's address: small letters, digits and single hyphens",
        examples=["notes-on-the-engine"],
    ),
]
Text = Annotated[str, Field(min_length=1, max_length=100_000)]
Address = Annotated[str, Field(min_length=1, max_length=1_000)]
"""Where readers find an article: a URL."""


class ArticleRequest(Record):
    slug: Slug
    title: Line
    author: Line
    text: Text = Field(repr=False)


class StoredArticle(Record):
    id: Id
    address: Address
    status: Literal["stored"]


class ArticleRemoval(Record):
    """Without an id there was nothing to remove."""

    id: Id | None
    status: Literal["removed", "nothing_to_remove"]
