"""Content publishing: store the article and answer the editor at once; then index it for the search.

A stored article is never lost over its index: indexing is tried for a while, and then waits for a person.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from saga import Saga, Sla

with workflow.unsafe.imports_passed_through():
    from activities.articles import Articles
    from activities.ops import Ops
    from activities.search import Search
    from models.articles import ArticleRequest, StoredArticle
    from models.content_publishing import ArticleStored, Manuscript, PublicationResult
    from models.search import IndexRequest

VERSION = "1.0.0"

SLA = Sla(limit=timedelta(hours=1), warn=timedelta(minutes=15))
"""Until the article is found by a search."""

INDEXING = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5), maximum_attempts=10
)
"""A quarter of an hour at most: the search may be rebuilding its index."""


@workflow.defn(name="content-publishing")
class ContentPublishingWorkflow:
    """An article is either stored, and then indexed sooner or later, or leaves nothing behind."""

    @workflow.init
    def __init__(self, manuscript: Manuscript) -> None:
        del manuscript  # the SDK gives `__init__` what it gives `run`
        self.saga = Saga(version=VERSION, sla=SLA, announce=Ops.tell, answers=True)

    @workflow.run
    async def run(self, manuscript: Manuscript) -> PublicationResult:
        async with self.saga as saga:
            article = await saga.execute_activity(
                Articles.store_article, article_request(manuscript), compensation=Articles.remove_article
            )
        # The point of no return: readers see it, and the editor is told where.
        saga.answer(
            ArticleStored(
                manuscript_id=manuscript.manuscript_id, article_id=article.id, address=article.address
            )
        )
        await saga.execute_activity(
            Search.index_article, index_request(manuscript, article), retry_policy=INDEXING
        )
        return PublicationResult(
            manuscript_id=manuscript.manuscript_id, article_id=article.id, address=article.address
        )


def article_request(manuscript: Manuscript) -> ArticleRequest:
    return ArticleRequest(
        slug=manuscript.slug, title=manuscript.title, author=manuscript.author, text=manuscript.text
    )


def index_request(manuscript: Manuscript, article: StoredArticle) -> IndexRequest:
    return IndexRequest(
        article_id=article.id, address=article.address, title=manuscript.title, text=manuscript.text
    )
