"""What the audience sees: a story's steps live on a terminal, and a line for each change elsewhere."""

from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.spinner import Spinner
from rich.text import Text

from cli.flow_screen import step_remarks, steps_table
from cli.watching import changes
from cli.wording import flow_state, plain
from runtime.status import UNANSWERED, FlowView

INDENT = 3


class Screen:
    """One story at a time: `telling` opens it, `show` and `note` fill it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._live: Live | None = None
        self._view: FlowView | None = None
        self._notes: list[str] = []
        self._said: set[str] = set()
        self._spinner = Spinner("dots")

    @asynccontextmanager
    async def telling(self, number: int, title: str, before: str) -> AsyncGenerator[None]:
        """The story's headline and the line before; inside, its steps appear."""
        self._view, self._notes, self._said = None, [], set()
        self.console.print()
        self.console.print(Text.assemble((f"{number}  ", "dim"), (title, "bold")))
        self.say(before)
        if not self.console.is_terminal:
            yield
            return
        self._begin_live()
        try:
            yield
        finally:
            self._end_live()

    @contextmanager
    def paused(self) -> Generator[None]:
        """While somebody is asked, the picture stands still."""
        self._end_live()
        try:
            yield
        finally:
            self._begin_live()

    def _begin_live(self) -> None:
        self._live = Live(
            console=self.console, get_renderable=self._picture, refresh_per_second=10, transient=True
        )
        self._live.start()

    def _end_live(self) -> None:
        """The moving picture goes, and the last one stays."""
        if self._live:
            self._live.stop()
            self._live = None
            self.console.print(self._picture())

    def heading(self, text: str) -> None:
        self.console.print()
        self.console.print(Text(text, style="bold"))

    def prompt(self, text: str) -> None:
        self.console.print(" " * INDENT + text, end="")

    def say(self, text: str, *, style: str = "") -> None:
        """A line that stays."""
        self.part(Text(text, style=style))

    def part(self, part: RenderableType) -> None:
        self.console.print(Padding(part, (0, 0, 0, INDENT), expand=False))

    def verbatim(self, text: str, *, style: str = "") -> None:
        """A line for copying, not broken by us."""
        self.console.print(" " * INDENT + text, style=style, soft_wrap=True)

    def note(self, text: str) -> None:
        """Something that happens beside the steps."""
        if self._live:
            self._notes.append(text)
        else:
            self.verbatim(text, style="yellow")

    def show(self, view: FlowView) -> None:
        if view.trouble == UNANSWERED:  # the audience has been told what became of the worker
            view = view.model_copy(update={"trouble": None})
        self._view = view
        if self._live:
            return
        for line in changes(view):
            if line.plain not in self._said:
                self._said.add(line.plain)
                self.part(line)

    def _picture(self) -> RenderableType:
        return Padding(Group(*self._parts()), (0, 0, 0, INDENT), expand=False)

    def _parts(self) -> Sequence[RenderableType]:
        if self._view is None:
            return []
        state = flow_state(self._view.status)
        head: RenderableType = Text.assemble((plain(self._view.id), "dim"), "  ", state)
        if self._live and not self._view.ended:
            self._spinner.update(text=head)
            head = self._spinner
        table = [steps_table(self._view.steps)] if self._view.steps else []
        notes = [Text(note, style="yellow") for note in self._notes]
        return [head, *table, *step_remarks(self._view), *notes]
