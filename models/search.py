"""What is asked of the search, and what it answers."""

from pydantic import Field

from models.articles import Address, Text
from models.fields import Id, Line, Record


class IndexRequest(Record):
    article_id: Id
    address: Address
    title: Line
    text: Text = Field(repr=False)


class IndexEntry(Record):
    id: Id
    article_id: Id
