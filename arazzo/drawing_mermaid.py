"""A plan as a Mermaid flowchart, which many tools show inside of pages."""

from collections.abc import Iterator

from arazzo.drawing_text import few, is_text
from arazzo.plan import Plan
from arazzo.step_wording import Kind
from arazzo.storyboard import Arrow, Board, Stop, Tile, Way, boards_of

SHAPES = {
    Kind.CALL: ("[", "]"),
    Kind.CODE: ("[", "]"),
    Kind.WORKFLOW: ("[[", "]]"),
    Kind.SEND: (">", "]"),
    Kind.RECEIVE: ("{{", "}}"),
    Kind.PERSON: ("[/", "/]"),
    Kind.AGENT: ("[/", "/]"),
}
LINES = {Way.NEXT: "-->", Way.SUCCESS: "==>", Way.FAILURE: "-.->", Way.REPAIR: "-.->"}
ENTITIES = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;"}
STYLES = (
    "classDef undo stroke-dasharray: 4 3",
    "classDef final stroke-width: 4px",
    "classDef stop stroke-width: 1px",
)


def mermaid(plans: dict[str, Plan]) -> str:
    """All workflows of plans, each a group; what has one shape does one kind of thing."""
    boards = boards_of(plans)
    numbers = {board.key: number for number, board in enumerate(boards)}
    lines = ["flowchart TB"]
    for number, board in enumerate(boards):
        lines += [f"  {line}" for line in _group(number, board, numbers)]
    return "\n".join((*lines, *(f"  {style}" for style in STYLES))) + "\n"


def _group(number: int, board: Board, numbers: dict[str, int]) -> Iterator[str]:
    own = f"w{number}"
    yield f"subgraph {own}[{_text(board.title)}]"
    yield "  direction TB"
    yield f"  {own}start([{_text('takes ' + few(board.takes) if board.takes else 'start')}]):::stop"
    yield f"  {own}completed([{_text('gives ' + few(board.gives) if board.gives else 'completed')}]):::stop"
    if any(arrow.to is Stop.FAILED for arrow in board.arrows):
        yield f"  {own}failed([{_text('failed')}]):::stop"
    for tile in board.tiles:
        yield from (f"  {line}" for line in _tile(own, tile))
    yield from (f"  {own}start --> {own}t{place}" for place in board.rows[0])
    yield from (f"  {_arrow(own, arrow)}" for arrow in board.arrows if not _leads_out(arrow))
    yield "end"
    yield from (_arrow(own, arrow, numbers) for arrow in board.arrows if _leads_out(arrow))
    for tile in board.tiles:
        if tile.leads_to is not None and tile.leads_to in numbers:
            yield f"{own}t{tile.place} -.->|runs| w{numbers[tile.leads_to]}"
    yield from (f"w{numbers[name]} -->|before| {own}" for name in board.after if name in numbers)


def _tile(own: str, tile: Tile) -> Iterator[str]:
    opens, closes = SHAPES[tile.kind]
    final = ("point of no return",) if tile.is_final else ()
    lines = (f"<b>{_escaped(tile.name)}</b>", *map(_escaped, (tile.what, *tile.notes, *final)))
    style = ":::final" if tile.is_final else ""
    yield f'{own}t{tile.place}{opens}"{"<br>".join(lines)}"{closes}{style}'
    if tile.undo:
        yield f"{own}u{tile.place}[{_text(f'↩ {tile.undo}')}]:::undo"
        yield f"{own}t{tile.place} -.-|undone by| {own}u{tile.place}"


def _arrow(own: str, arrow: Arrow, numbers: dict[str, int] | None = None) -> str:
    match arrow.to:
        case int() as place:
            to = f"{own}t{place}"
        case Stop() as stop:
            to = f"{own}{stop}"
        case key:
            to = f"w{(numbers or {}).get(key, 0)}"
    label = f"|{_text(arrow.label)}|" if arrow.label else ""
    return f"{own}t{arrow.start} {LINES[arrow.way]}{label} {to}"


def _leads_out(arrow: Arrow) -> bool:
    return not isinstance(arrow.to, int | Stop)


def _text(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """What a quoted text of Mermaid may hold; nothing of it is obeyed."""
    shown = "".join(one for one in " ".join(text.split()) if is_text(one))
    return "".join(ENTITIES.get(character, character) for character in shown)
