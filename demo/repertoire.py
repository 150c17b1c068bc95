"""All chapters; a new one is a module in demo/stories/ and an entry here."""

from collections.abc import Sequence

from demo.stories import (
    access,
    arazzo,
    content_publishing,
    customer_overview,
    dispatch,
    incident_response,
    invoice,
    order,
    registration,
    server_automation,
    subscription,
    ticket_feed,
    ticket_sync,
)
from demo.story import Chapter
from runtime.refusals import UnknownFlow

CHAPTERS: Sequence[Chapter] = (
    order.CHAPTER,
    registration.CHAPTER,
    content_publishing.CHAPTER,
    customer_overview.CHAPTER,
    subscription.CHAPTER,
    dispatch.CHAPTER,
    access.CHAPTER,
    ticket_feed.CHAPTER,
    ticket_sync.CHAPTER,
    incident_response.CHAPTER,
    invoice.CHAPTER,
    server_automation.CHAPTER,
    *arazzo.CHAPTERS,
)


def chapters(flow: str) -> Sequence[Chapter]:
    """Those of one flow. Raises UnknownFlow."""
    found = [chapter for chapter in CHAPTERS if chapter.flow == flow]
    if not found:
        raise UnknownFlow(flow, list(dict.fromkeys(chapter.flow for chapter in CHAPTERS)))
    return found
