"""Plays all stories, one after the other, and says of each whether it ended as told."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, JsonValue

from demo.approving import Approver
from demo.checks import Evidence
from demo.documents import ENDING, flow_of, input_of
from demo.performance import Performance
from demo.processes import ROOT, ProcessEnded
from demo.screen import Screen
from demo.stage import Stage
from demo.story import Chapter, Story
from runtime.flows import Catalogue, Flow
from runtime.links import WebUi
from runtime.refusals import Refused

EXAMPLES = ROOT / "examples"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Told:
    """A story that is over; `deviations` is empty when it ended as told."""

    story: Story
    deviations: Sequence[str]
    seen: Evidence

    def url(self, web_ui: WebUi) -> str:
        return web_ui.execution(self.seen.view.id, self.seen.view.run_id)

    def summary(self, web_ui: WebUi) -> dict[str, JsonValue]:
        return {
            "title": self.story.title,
            "flow": self.seen.view.flow,
            "id": self.seen.view.id,
            "run_id": self.seen.view.run_id,
            "status": self.seen.view.status,
            "deviations": list(self.deviations),
            "url": self.url(web_ui),
        }


@dataclass(frozen=True)
class Programme:
    stage: Stage
    screen: Screen
    catalogue: Catalogue
    approver: Approver
    suffix: str

    async def play(self, chapters: Sequence[Chapter]) -> list[Told]:
        """The numbers of the stories go on from chapter to chapter."""
        told: list[Told] = []
        for chapter in chapters:
            if len(chapters) > 1:
                self.screen.heading(f"{chapter.flow}: {chapter.heading}")
            for story in chapter.stories:
                told.append(await self._tell(len(told) + 1, chapter, story))
        return told

    async def _tell(self, number: int, chapter: Chapter, story: Story) -> Told:
        performance = self._performance(number, chapter, story)
        failures: list[str] = []
        async with self.screen.telling(number, story.title, story.before):
            try:
                await story.play(performance)
            except (Refused, ProcessEnded, TimeoutError) as error:
                failures = [f"{type(error).__name__}: {error}"]
            seen = await performance.evidence()
            self.screen.show(seen.view)
        told = Told(story, [*failures, *story.deviations(seen)], seen)
        self._say_how_it_ended(told, seen)
        return told

    def _performance(self, number: int, chapter: Chapter, story: Story) -> Performance:
        """Of the example, under an id of its own, since a completed flow is not run again."""
        mine = f"demo-{self.suffix}-{number}"
        fields = {chapter.id_field: "{}", **chapter.own}
        changed = {field: pattern.format(mine) for field, pattern in fields.items()}
        flow, asked = self._flow(chapter, story, changed)
        return Performance(self.stage, self.screen, flow, asked, self.approver)

    def _flow(
        self, chapter: Chapter, story: Story, changed: Mapping[str, str]
    ) -> tuple[Flow[Any], BaseModel]:
        """What is played, and its input."""
        if chapter.document:
            path = EXAMPLES / "arazzo" / f"{chapter.document}{ENDING}"
            document = flow_of(path, self.stage.stand_ins.url)
            return document, input_of(document, path, {**story.changed, **changed})
        flow: Flow[Any] = self.catalogue[chapter.flow]
        example: BaseModel = flow.read((EXAMPLES / story.input).read_text())
        return flow, example.model_copy(update=dict(changed))

    def _say_how_it_ended(self, told: Told, seen: Evidence) -> None:
        if not told.deviations:
            self.screen.say(f"✔ {told.story.after(seen)}", style="green")
        for deviation in told.deviations:
            self.screen.say(f"✖ not as told: {deviation}", style="bold red")


def run_suffix() -> str:
    """Different each second, and short: the time in base 36."""
    number, digits = int(time.time()), ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits
