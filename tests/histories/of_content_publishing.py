"""The stories of content publishing that are recorded."""

from models.content_publishing import ArticleStored, Manuscript
from tests.histories.recording import Handle, Recording, Stories

FLOW = "content-publishing"


def manuscript(name: str) -> Manuscript:
    return Manuscript(
        manuscript_id=name, slug=name, title=f"On {name}", author="Ada Lovelace", text="It weaves."
    )


async def completed(recording: Recording) -> Handle:
    handle, _ = await recording.playing.answered(FLOW, manuscript("looms"), ArticleStored)
    return handle


async def slug_taken(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("storeArticle", "refuse")
    return await recording.playing.start(FLOW, manuscript("taken"))


async def article_unknown(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("storeArticle", "malformed")
    return await recording.playing.start(FLOW, manuscript("unknown"))


async def index_retried(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("indexArticle", "refuse")
    handle = await recording.playing.start(FLOW, manuscript("patience"))
    incident = await recording.playing.incident(handle)
    await recording.playing.resolve(handle, incident.id, "retry")
    return handle


STORIES: Stories = {
    "completed": completed,
    "slug-taken": slug_taken,
    "article-unknown": article_unknown,
    "index-retried": index_retried,
}
