"""A plan as an SVG picture that needs nothing else: readable by day and by night, and said in words as well."""

from collections.abc import Iterator, Sequence

from arazzo.drawing_layout import (
    LABELS,
    LINE,
    MARGIN,
    NAME,
    PAD,
    SMALL,
    TILE,
    UNDO,
    WHAT,
    Exit,
    Panel,
    Pill,
    Placed,
    laid_out,
    stop_of,
)
from arazzo.drawing_text import BOLD, folded, width, xml
from arazzo.plan import Plan
from arazzo.step_wording import Kind
from arazzo.storyboard import Board, Stop, Way, boards_of

STYLE = """\
svg{--page:#fff;--panel:#f6f8fa;--tile:#fff;--ink:#1f2328;--dim:#59636e;--line:#8c959f;--edge:#d1d9e0;--call:#0969da;
--wait:#9a6700;--other:#8250df;--good:#1a7f37;--bad:#cf222e;--undo:#a0409b;background:var(--page)}
@media (prefers-color-scheme:dark){svg{--page:#0d1117;--panel:#151b23;--tile:#0d1117;--ink:#f0f6fc;--dim:#9198a1;
--line:#656c76;--edge:#3d444d;--call:#4493f8;--wait:#d29922;--other:#ab7df8;--good:#3fb950;--bad:#f85149;--undo:#db61a2}}
text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;fill:var(--ink)}
.m{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.d{fill:var(--dim)}.b{font-weight:600}
.page{fill:var(--page)}.panel{fill:var(--panel);stroke:var(--edge)}.tile{fill:var(--tile);stroke:var(--edge)}
.call{fill:var(--call)}.wait{fill:var(--wait)}.other{fill:var(--other)}.good{fill:var(--good)}.bad{fill:var(--bad)}
.un{fill:var(--undo)}.l{fill:none;stroke:var(--line);stroke-width:1.5}.lg{fill:none;stroke:var(--call);stroke-width:1.5}
.lb{fill:none;stroke:var(--bad);stroke-width:1.5}.lr{fill:none;stroke:var(--wait);stroke-width:1.5;stroke-dasharray:5 4}
.lu{fill:none;stroke:var(--undo);stroke-width:1.5;stroke-dasharray:4 4}.f{stroke:var(--bad);stroke-width:3}
.pill{fill:var(--tile);stroke:var(--line)}.hl{fill:var(--line)}.hlg{fill:var(--call)}.hlb{fill:var(--bad)}
.hlr{fill:var(--wait)}.hlu{fill:var(--undo)}"""

KINDS = {
    Kind.CALL: ("call", ""),
    Kind.SEND: ("call", "message"),
    Kind.RECEIVE: ("wait", "waits for an event"),
    Kind.PERSON: ("wait", "waits for a person"),
    Kind.AGENT: ("other", "agent"),
    Kind.WORKFLOW: ("other", "workflow"),
    Kind.CODE: ("other", "code"),
}
"""Colour and word of each: nothing is said by a colour alone."""

WAYS = {Way.NEXT: "l", Way.SUCCESS: "lg", Way.FAILURE: "lb", Way.REPAIR: "lr"}
HEAD = 7.0


def svg(plans: dict[str, Plan], title: str) -> str:
    """All workflows of plans, and those that they lead to."""
    boards = boards_of(plans)
    panels = laid_out(boards)
    across = max(panel.width for panel in panels) + 2 * MARGIN
    down = panels[-1].bottom + MARGIN
    parts = [part for panel in panels for part in _panel(panel, across - 2 * MARGIN)]
    size = f'viewBox="0 0 {across:.0f} {down:.0f}" width="{across:.0f}" height="{down:.0f}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
        f'<title id="title">{xml(title)}</title>',
        f'<desc id="desc">{xml(" ".join(map(_said, boards)))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{across:.0f}" height="{down:.0f}"/>',
    )
    return "\n".join((*head, *parts, "</svg>\n"))


def _said(board: Board) -> str:
    """The picture in a sentence, for those who do not see it."""
    rows = (" beside ".join(board.tiles[place].name for place in row) for row in board.rows)
    undone = ", then ".join(f"{tile.name} by {tile.undo}" for tile in board.undone)
    final = f" Point of no return: {board.tiles[board.final].name}." if board.final is not None else ""
    jumps = "".join(
        f" From {board.tiles[one.start].name} to {board.tiles[one.to].name if isinstance(one.to, int) else one.to}"
        f" ({one.label})."
        for one in board.arrows
        if one.way is not Way.NEXT
    )
    taken_back = f" Taken back when it fails: {undone}." if undone else ""
    return f"Workflow {board.title}: {', then '.join(rows)}.{jumps}{taken_back}{final}"


def _panel(panel: Panel, across: float) -> Iterator[str]:
    high = panel.bottom - panel.y
    yield f'<rect class="panel" x="{MARGIN}" y="{panel.y:.1f}" width="{across:.1f}" height="{high:.1f}" rx="10"/>'
    x = MARGIN + PAD
    yield from _lines(panel.title, x, panel.y + PAD + 16, 18, "b")
    yield from _lines(panel.summary, x, panel.y + PAD + 38, SMALL + 1, "d")
    yield from _undoing(panel)
    yield from _going_on(panel)
    yield from _jumps(panel)
    if panel.final is not None:
        yield from _final(panel, panel.final)
    for tile in panel.tiles.values():
        yield from _tile(tile)
    for pill in (panel.start, panel.end):
        if pill is not None:
            yield from _pill(pill)
    yield from _lines(panel.footer, x, panel.footer_y, SMALL, "d")


def _tile(placed: Placed) -> Iterator[str]:
    tile, x, y = placed.tile, placed.x, placed.y
    colour, word = KINDS[tile.kind]
    said = "; ".join((f"{tile.name}: {tile.about or tile.what}", *tile.notes))
    yield f"<g><title>{xml(said)}</title>"
    yield f'<rect class="tile" x="{x:.1f}" y="{y:.1f}" width="{TILE:.1f}" height="{placed.height:.1f}" rx="8"/>'
    yield f'<rect class="{colour}" x="{x:.1f}" y="{y + 8:.1f}" width="4" height="{placed.height - 16:.1f}" rx="2"/>'
    taken = width(word, SMALL) + 8 if word else 0
    name = folded(f"{tile.place + 1}  {tile.name}", NAME * BOLD, TILE - 2 * PAD - taken, lines=1)
    at = y + PAD + 10
    yield from _lines(name, x + PAD, at, NAME, "b")
    if word:
        place = f'x="{placed.right - PAD:.1f}" y="{at:.1f}" font-size="{SMALL}" text-anchor="end"'
        yield f'<text class="{colour}" {place}>{word}</text>'
    at += LINE + 3
    mono = "m d" if tile.kind not in {Kind.PERSON, Kind.AGENT} else ""
    yield from _lines(placed.what, x + PAD, at, WHAT, mono, LINE + 1)
    at += len(placed.what) * (LINE + 1)
    yield from _lines(placed.notes, x + PAD, at, SMALL, "d")
    if tile.undo:
        line = placed.bottom - UNDO
        yield f'<path class="lu" d="M{x + PAD:.1f} {line:.1f}H{placed.right - PAD:.1f}"/>'
        undo = folded(f"↩ undone by {tile.undo}", SMALL, TILE - 2 * PAD, lines=1)
        yield from _lines(undo, x + PAD, placed.undo_at + 4, SMALL, "un")
    yield "</g>"


def _pill(pill: Pill) -> Iterator[str]:
    left = pill.x - pill.width / 2
    yield (
        f'<rect class="pill" x="{left:.1f}" y="{pill.y:.1f}" width="{pill.width:.1f}" height="{pill.height:.1f}" '
        f'rx="{min(pill.height / 2, 16):.1f}"/>'
    )
    for number, line in enumerate(pill.lines):
        y = pill.y + PAD / 2 + 12 + number * LINE
        yield f'<text x="{pill.x:.1f}" y="{y:.1f}" font-size="{SMALL}" text-anchor="middle">{xml(line)}</text>'


def _going_on(panel: Panel) -> Iterator[str]:
    """From each row to the next."""
    if panel.start is None or panel.end is None:
        return
    for place in panel.board.rows[0]:
        first = panel.tiles[place]
        yield from _down(panel.start.x, panel.start.bottom, first.middle, first.y)
    for arrow in panel.board.arrows:
        if arrow.way is not Way.NEXT:
            continue
        source = panel.tiles[arrow.start]
        if isinstance(arrow.to, int):
            target = panel.tiles[arrow.to]
            yield from _down(source.middle, source.bottom, target.middle, target.y)
        else:
            yield from _down(source.middle, source.bottom, panel.end.x, panel.end.y)


def _down(x: float, y: float, to_x: float, to_y: float) -> Iterator[str]:
    bend = to_y - 18
    yield f'<path class="l" d="M{x:.1f} {y:.1f}V{bend:.1f}H{to_x:.1f}V{to_y - HEAD:.1f}"/>'
    yield f'<path class="hl" d="M{to_x:.1f} {to_y:.1f}l-4.5 -{HEAD}h9z"/>'


def _jumps(panel: Panel) -> Iterator[str]:
    for lane in panel.lanes.values():
        target = panel.tiles[lane.target]
        ways = {
            one.arrow.way
            for tile in panel.tiles.values()
            for one in tile.exits
            if one.arrow.to == lane.target
        }
        line = WAYS[ways.pop()] if len(ways) == 1 else "l"
        yield f'<path class="{line}" d="M{lane.x:.1f} {lane.top:.1f}V{lane.bottom:.1f}"/>'
        yield f'<path class="{line}" d="M{lane.x:.1f} {target.entry:.1f}H{target.right + HEAD:.1f}"/>'
        yield f'<path class="h{line}" d="M{target.right:.1f} {target.entry:.1f}l{HEAD} -4.5v9z"/>'
    for tile in panel.tiles.values():
        for one in tile.exits:
            yield from _exit(panel, tile, one)


def _exit(panel: Panel, tile: Placed, one: Exit) -> Iterator[str]:
    line = WAYS[one.arrow.way]
    if isinstance(one.arrow.to, int):
        yield f'<path class="{line}" d="M{tile.right:.1f} {one.y:.1f}H{panel.lanes[one.arrow.to].x:.1f}"/>'
    else:
        stop = stop_of(one.arrow)
        begin = panel.right + LABELS - width(stop, SMALL * BOLD) - PAD
        colour = (
            "bad" if one.arrow.to is Stop.FAILED else "good" if one.arrow.to is Stop.COMPLETED else "other"
        )
        yield f'<path class="{line}" d="M{tile.right:.1f} {one.y:.1f}H{begin - 6 - HEAD:.1f}"/>'
        yield f'<path class="h{line}" d="M{begin - 6:.1f} {one.y:.1f}l-{HEAD} -4.5v9z"/>'
        yield f'<text class="{colour} b" x="{begin:.1f}" y="{one.y + 4:.1f}" font-size="{SMALL}">{xml(stop)}</text>'
    if not one.label:
        return
    yield f"<g><title>{xml(one.arrow.label)}</title>"
    for number, text in enumerate(one.label):
        y = one.y - 5 + number * 19
        yield f'<text class="d" x="{panel.right + PAD:.1f}" y="{y:.1f}" font-size="{SMALL}">{xml(text)}</text>'
    yield "</g>"


def _undoing(panel: Panel) -> Iterator[str]:
    """From the newest to the oldest of the steps that are taken back."""
    tiles = [panel.tiles[tile.place] for tile in panel.board.undone]
    if not tiles:
        return
    x = MARGIN + PAD + 22
    top, bottom = min(tile.undo_at for tile in tiles), max(tile.undo_at for tile in tiles)
    yield f'<path class="lu" d="M{x:.1f} {bottom:.1f}V{top - 30:.1f}"/>'
    yield f'<path class="hlu" d="M{x:.1f} {top - 36:.1f}l-4.5 {HEAD}h9z"/>'
    for tile in tiles:
        yield f'<path class="lu" d="M{x:.1f} {tile.undo_at:.1f}H{tile.x:.1f}"/>'
        yield f'<circle class="un" cx="{x:.1f}" cy="{tile.undo_at:.1f}" r="3.5"/>'
    if bottom - top > 150:  # noqa: PLR2004 - room for the words
        y = (top + bottom) / 2
        yield (
            f'<text class="un" x="{x - 8:.1f}" y="{y:.1f}" font-size="{SMALL}" text-anchor="middle" '
            f'transform="rotate(-90 {x - 8:.1f} {y:.1f})">taken back, newest first</text>'
        )


def _final(panel: Panel, y: float) -> Iterator[str]:
    yield f'<path class="f" d="M{MARGIN + PAD:.1f} {y:.1f}H{panel.right:.1f}"/>'
    x = MARGIN + PAD
    yield f'<text class="bad b" x="{x:.1f}" y="{y - 6:.1f}" font-size="{SMALL}">point of no return</text>'
    yield f'<text class="d" x="{x:.1f}" y="{y + 15:.1f}" font-size="{SMALL}">from here on it only goes forward</text>'


def _lines(
    lines: Sequence[str], x: float, y: float, size: float, style: str = "", apart: float = LINE
) -> Iterator[str]:
    for number, line in enumerate(lines):
        at = y + number * apart
        yield f'<text class="{style}" x="{x:.1f}" y="{at:.1f}" font-size="{size:g}">{xml(line)}</text>'
