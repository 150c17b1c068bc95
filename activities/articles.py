"""The articles: stored for readers, and removed."""

from temporalio import activity

from activities.http import Downstream
from models.articles import ArticleRemoval, ArticleRequest, StoredArticle


class Articles:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="articles.store_article")
    async def store_article(self, request: ArticleRequest) -> StoredArticle:
        """Store an article under its address. Refused with `SlugTaken`."""
        return await self._downstream.call("/articles", request, returns=StoredArticle)

    @activity.defn(name="articles.remove_article")
    async def remove_article(self, request: ArticleRequest) -> ArticleRemoval:
        """Undo `store_article`; succeeds when there is nothing to remove."""
        return await self._downstream.call("/articles/remove", request, returns=ArticleRemoval)
