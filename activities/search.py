"""The search: indexes articles."""

from temporalio import activity

from activities.http import Downstream
from models.search import IndexEntry, IndexRequest


class Search:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="search.index_article")
    async def index_article(self, request: IndexRequest) -> IndexEntry:
        """Index an article, in place of what the index has of it. Refused with `DocumentRefused`."""
        return await self._downstream.call("/entries", request, returns=IndexEntry)
