"""Where everything of a picture stands: rows from top to bottom, jumps in lanes on the right, undoing on the left."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from arazzo.drawing_text import BOLD, few, folded, width
from arazzo.step_wording import Kind
from arazzo.storyboard import Arrow, Board, Stop, Tile, Way

TILE, PAD, GAP, BESIDE = 330.0, 14.0, 40.0, 26.0
RAIL, LABELS, LANE, MARGIN = 58.0, 250.0, 16.0, 24.0
TITLE, NAME, WHAT, SMALL = 18.0, 15.0, 12.5, 11.5
LINE, EXIT, UNDO, FINAL = 16.0, 40.0, 26.0, 46.0


@dataclass(frozen=True, slots=True)
class Exit:
    """Where an arrow leaves a tile on its right."""

    arrow: Arrow
    y: float
    label: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A tile in its place."""

    tile: Tile
    x: float
    y: float
    height: float
    what: tuple[str, ...]
    notes: tuple[str, ...]
    exits: tuple[Exit, ...]

    @property
    def middle(self) -> float:
        """Where arrows come in at the top and leave at the bottom."""
        return self.x + TILE / 2

    @property
    def right(self) -> float:
        return self.x + TILE

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def entry(self) -> float:
        """Where jumps come in on the right."""
        return self.y + 12

    @property
    def undo_at(self) -> float:
        """The middle of the line that says what takes it back."""
        return self.bottom - UNDO / 2


@dataclass(frozen=True, slots=True)
class Pill:
    """A beginning or an end."""

    x: float
    """Of its middle."""
    y: float
    lines: tuple[str, ...]
    is_start: bool

    @property
    def width(self) -> float:
        return max((width(line, SMALL) for line in self.lines), default=0) + 2 * PAD

    @property
    def height(self) -> float:
        return len(self.lines) * LINE + PAD

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Lane:
    """All jumps to one tile, side by side with those to others."""

    target: int
    x: float
    top: float
    bottom: float


@dataclass(slots=True)
class Panel:
    """One workflow."""

    board: Board
    y: float
    title: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    start: Pill | None = None
    end: Pill | None = None
    tiles: dict[int, Placed] = field(default_factory=dict[int, Placed])
    lanes: dict[int, Lane] = field(default_factory=dict[int, Lane])
    final: float | None = None
    """Where the line of the point of no return is."""
    footer: tuple[str, ...] = ()
    footer_y: float = 0
    left: float = 0
    """Where tiles begin."""
    right: float = 0
    """Where they end, and the labels of jumps begin."""
    width: float = 0
    bottom: float = 0


def laid_out(boards: Sequence[Board]) -> list[Panel]:
    """All workflows, one under another."""
    panels: list[Panel] = []
    y = MARGIN
    for board in boards:
        panels.append(_panel(board, y))
        y = panels[-1].bottom + MARGIN
    return panels


def _panel(board: Board, y: float) -> Panel:
    columns = max(map(len, board.rows), default=1)
    panel = Panel(board, y, left=MARGIN + PAD + RAIL)
    panel.right = panel.left + columns * TILE + (columns - 1) * BESIDE
    room = panel.right - MARGIN - PAD
    panel.title = tuple(folded(board.title, TITLE * BOLD, room, lines=1))
    panel.summary = tuple(folded(board.summary, SMALL + 1, room, lines=3))
    below = y + PAD + 24 + len(panel.summary) * LINE + PAD
    middle = (panel.left + panel.right) / 2
    panel.start = Pill(middle, below, _start(board, panel), is_start=True)
    below = _place_rows(panel, panel.start.bottom + GAP)
    panel.end = Pill(middle, below, _end(board, panel), is_start=False)
    panel.footer = tuple(folded(_footer(board), SMALL, room, lines=4))
    panel.footer_y = panel.end.bottom + PAD + LINE
    panel.bottom = panel.footer_y + len(panel.footer) * LINE + (PAD if panel.footer else 0)
    exits = any(tile.exits for tile in panel.tiles.values())
    _place_lanes(panel)
    panel.width = panel.right - MARGIN + PAD
    if exits:
        panel.width += LABELS + (len({lane.x for lane in panel.lanes.values()}) + 1) * LANE
    return panel


def _place_rows(panel: Panel, y: float) -> float:
    """Each row under the one before; where the next thing may stand."""
    middle = (panel.left + panel.right) / 2
    for row in panel.board.rows:
        across = len(row) * TILE + (len(row) - 1) * BESIDE
        for column, place in enumerate(row):
            x = middle - across / 2 + column * (TILE + BESIDE)
            panel.tiles[place] = _placed(panel.board, panel.board.tiles[place], x, y)
        bottom = max(panel.tiles[place].bottom for place in row)
        y = bottom + GAP
        if panel.board.final in row:
            panel.final = bottom + FINAL / 2
            y = bottom + FINAL + GAP / 2
    return y


def _placed(board: Board, tile: Tile, x: float, y: float) -> Placed:
    mono = tile.kind not in {Kind.PERSON, Kind.AGENT}
    room = TILE - 2 * PAD
    what = folded(tile.what, WHAT, room, lines=2 if mono else 4, mono=mono)
    notes = [line for note in tile.notes for line in folded(f"· {note}", SMALL, room, lines=2)]
    height = PAD + 20 + len(what) * (LINE + 1) + len(notes) * LINE + PAD / 2
    height += UNDO if tile.undo else 0
    leaving = [one for one in board.arrows if one.start == tile.place and one.way is not Way.NEXT]
    exits = [
        Exit(arrow, y + 34 + number * EXIT, tuple(folded(arrow.label, SMALL, _room(arrow), lines=2)))
        for number, arrow in enumerate(leaving)
    ]
    height = max(height, 20 + len(exits) * EXIT)
    return Placed(tile, x, y, height, tuple(what), tuple(notes), tuple(exits))


def _place_lanes(panel: Panel) -> None:
    """Jumps to one tile share a lane; lanes share a place where they do not meet."""
    spans: list[tuple[float, float, int]] = []
    leaving: dict[int, list[float]] = {}
    for tile in panel.tiles.values():
        for one in tile.exits:
            if isinstance(one.arrow.to, int):
                leaving.setdefault(one.arrow.to, [panel.tiles[one.arrow.to].entry]).append(one.y)
    for target, ys in leaving.items():
        spans.append((min(ys), max(ys), target))
    used: list[list[tuple[float, float]]] = []
    for top, bottom, target in sorted(spans, key=lambda span: (span[1] - span[0], span)):
        number = next(
            (
                place
                for place, taken in enumerate(used)
                if all(bottom < a - 4 or top > b + 4 for a, b in taken)
            ),
            len(used),
        )
        if number == len(used):
            used.append([])
        used[number].append((top, bottom))
        panel.lanes[target] = Lane(target, panel.right + LABELS + (number + 1) * LANE, top, bottom)


def _start(board: Board, panel: Panel) -> tuple[str, ...]:
    after = [f"after {name.partition('/')[2] or name}" for name in board.after]
    takes = f"takes {few(board.takes)}" if board.takes else "start"
    return tuple(
        line
        for text in (*after, takes)
        for line in folded(text, SMALL, panel.right - panel.left - 2 * PAD, lines=2)
    )


def _end(board: Board, panel: Panel) -> tuple[str, ...]:
    gives = f"completed, gives {few(board.gives)}" if board.gives else "completed"
    return tuple(folded(gives, SMALL, panel.right - panel.left - 2 * PAD, lines=2))


def _footer(board: Board) -> str:
    if not board.undone:
        return ""
    names = ", then ".join(tile.name for tile in board.undone)
    before = f" before {board.tiles[board.final].name} has succeeded" if board.final is not None else ""
    return f"When it fails, is cancelled or runs out of time{before}, what was done is taken back: {names}."


def stop_of(arrow: Arrow) -> str:
    """What is written where an arrow leaves the workflow; empty where it does not."""
    match arrow.to:
        case Stop.COMPLETED:
            return "✔ done"
        case Stop.FAILED:
            return "✖ fails"
        case str() as key:
            return folded(f"→ {key.partition('/')[2] or key}", SMALL * BOLD, LABELS / 2, lines=1)[0]
        case _:
            return ""


def _room(arrow: Arrow) -> float:
    """For what is written on an arrow, beside where it leads."""
    stop = stop_of(arrow)
    return LABELS - 2 * PAD - (width(stop, SMALL * BOLD) + PAD if stop else 0)
