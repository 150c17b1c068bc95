"""Small workflows as they are shown."""

from arazzo.plan import Plan
from arazzo.storyboard import Board, boards_of
from tests.arazzo.documents import Fields
from tests.arazzo.planning import planned

INNER = "test/inner"


def plans(fields: Fields) -> dict[str, Plan]:
    return {"main": planned(fields)}


def boards(fields: Fields) -> list[Board]:
    return boards_of(plans(fields))


def arrows(board: Board) -> set[tuple[str, str, str, str]]:
    """Each by the names of its ends."""
    names = [tile.name for tile in board.tiles]
    return {
        (names[one.start], names[one.to] if isinstance(one.to, int) else str(one.to), str(one.way), one.label)
        for one in board.arrows
    }
