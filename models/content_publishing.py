"""An article as an editor hands it in, the answer that they get at once, and what became of it."""

from typing import Annotated, Literal

from pydantic import Field

from models.articles import Address, Slug, Text
from models.fields import Id, Line, NaturalId, Record

ManuscriptId = Annotated[NaturalId, Field(examples=["M-1001"])]


class Manuscript(Record):
    """Validate what a person has typed with `extra="forbid"`: see Record."""

    manuscript_id: ManuscriptId
    slug: Slug
    title: Line
    author: Line
    text: Text = Field(repr=False)


class ArticleStored(Record):
    """The early answer: the article can be read, whether or not it is found by a search yet."""

    manuscript_id: ManuscriptId
    article_id: Id
    address: Address
    status: Literal["article_stored"] = "article_stored"


class PublicationResult(Record):
    """What a completed publication has led to."""

    manuscript_id: ManuscriptId
    article_id: Id
    address: Address
    status: Literal["completed"] = "completed"
