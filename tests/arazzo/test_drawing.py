"""The pictures: what stands in them, that nothing lies on anything else, and that nothing of a document is obeyed."""

from itertools import combinations

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from arazzo.drawing_layout import LABELS, TILE, Panel, Placed, laid_out
from arazzo.drawing_mermaid import mermaid
from arazzo.drawing_svg import svg
from arazzo.drawing_text import folded, width, xml
from tests.arazzo.boards import boards, plans
from tests.arazzo.documents import Fields, document, workflow
from tests.arazzo.linted import GOTO, reading, sending, steps

NOT_FOUND = [{"condition": "$statusCode == 404"}]
SVG = "{http://www.w3.org/2000/svg}"


def jump(name: str, to: str) -> list[Fields]:
    return [{**GOTO, "name": name, "stepId": to, "criteria": NOT_FOUND}]


FULL = steps(
    sending(onSuccess=jump("far", "five")),
    sending("two", dependsOn=["one"]),
    sending("three", dependsOn=["one"]),
    sending("four", onFailure=jump("back", "one"), **{"x-point-of-no-return": True}),
    reading("five", onFailure=jump("near", "four")),
    {"stepId": "ask", "x-interaction": {"prompt": "May <it> & all?"}, "x-on-failure": "hold"},
)


def panel(fields: Fields) -> Panel:
    return laid_out(boards(fields))[0]


def texts(picture: str) -> str:
    return " ".join(" ".join(one.itertext()) for one in fromstring(picture).iter(f"{SVG}text"))


def test_a_picture_has_every_step_and_what_belongs_to_it() -> None:
    """Names, calls, jumps with their conditions, what undoes a step, the point of no return, and who is waited for."""
    said = texts(svg(plans(FULL), "A test"))

    for expected in (
        *("one", "two", "three", "four", "five", "ask", "POST /calls", "GET /things"),
        *("far: the status is 404", "undone by read", "taken back, newest first", "point of no return"),
        *("waits for a person", "May <it> & all?", "completed"),
    ):
        assert expected in said


def test_a_picture_is_said_in_words_as_well() -> None:
    """Title and description are there for those who do not see it, and it has a form for the night."""
    picture = svg(plans(FULL), "A <test>")
    root = fromstring(picture)

    assert ("img", "title desc") == (root.get("role"), root.get("aria-labelledby"))
    assert "A <test>" == root.findtext(f"{SVG}title")
    said = root.findtext(f"{SVG}desc", "")
    assert "one, then two beside three, then four, then five, then ask." in said
    assert "Taken back when it fails: four by read, then three by read" in said
    assert "From four to one (back: the status is 404)." in said
    assert "prefers-color-scheme:dark" in picture


def test_nothing_of_a_document_is_obeyed() -> None:
    """Markup and control characters of a document are text, in both kinds of pictures."""
    evil = '</text><script>alert(1)</script>"] --> x'
    asked = {
        "stepId": "ask",
        "description": f"{evil}\u0000\ufffe",
        "x-interaction": {"prompt": f"{evil}\x1b[31m\u202e"},
    }
    fields = steps(asked, summary=evil)
    picture, chart = svg(plans(fields), evil), mermaid(plans(fields))

    assert [] == list(fromstring(picture).iter(f"{SVG}script"))
    (line,) = [line for line in chart.splitlines() if "script" in line]
    assert "<script>" not in line
    assert 2 == line.count('"')
    assert line.count("#quot;") == 1
    assert [] == [sign for sign in "\0\x1b\u202e\ufffe" if sign in picture + chart]


def test_nothing_lies_on_anything_else() -> None:
    """Steps, beginnings and ends keep apart, and stay within the picture."""
    shown = panel(FULL)
    tiles = list(shown.tiles.values())

    assert not any(_meet(one, other) for one, other in combinations(tiles, 2))
    assert shown.start is not None
    assert shown.end is not None
    assert shown.start.bottom < min(one.y for one in tiles)
    assert max(one.bottom for one in tiles) < shown.end.y < shown.bottom
    assert all(lane.x < shown.width + shown.left for lane in shown.lanes.values())


def _meet(one: Placed, other: Placed) -> bool:
    beside = one.x < other.x + TILE and other.x < one.x + TILE
    return beside and one.y < other.bottom and other.y < one.bottom


def test_jumps_that_would_meet_have_lanes_of_their_own() -> None:
    """Jumps over the same steps run side by side, those over other steps share a lane, and those to one step as well."""
    crossing = steps(
        reading(onFailure=jump("a", "three")),
        reading("two", onFailure=jump("b", "four")),
        reading("three", onFailure=jump("c", "four")),
        reading("four"),
        reading("five", onFailure=jump("d", "six")),
        reading("six"),
    )
    lanes = panel(crossing).lanes

    assert {2, 3, 5} == lanes.keys()
    assert lanes[2].x != lanes[3].x
    assert lanes[5].x == min(lane.x for lane in lanes.values())


@given(st.text(min_size=1, max_size=200), st.integers(1, 4))
def test_texts_keep_to_their_room(text: str, lines: int) -> None:
    """However a text is folded, no line is wider than its room, and no more lines are there than may be."""
    found = folded(text, 12, 120, lines=lines)

    assert len(found) <= lines
    assert all(width(line, 12) <= 120 for line in found)
    fromstring(f"<a>{xml(text)}</a>")


def test_a_long_word_is_broken_where_a_blank_would_leave_a_line_empty() -> None:
    """Addresses have no blanks; what stands before one keeps it beside."""
    first, second = folded("· https://example.com/descriptions/of/an/api.yaml", 12, 180, lines=2)

    assert first.startswith("· https://")
    assert second


@pytest.mark.parametrize("lines", [1, 2])
def test_what_is_left_out_is_an_ellipsis(lines: int) -> None:
    """A text that is too long ends so that one sees it."""
    assert folded("word " * 50, 12, LABELS, lines=lines)[-1].endswith("…")
    assert ["a few words"] == folded("a few words", 12, LABELS, lines=lines)


def test_a_chart_has_all_of_it_as_well() -> None:
    """Mermaid: a group for each workflow, a node for each step, and an edge for each arrow."""
    inner = workflow("inner", [sending()])
    nested: Fields = {"stepId": "two", "workflowId": "inner"}
    lines = mermaid(plans(document(workflow(steps=[reading(onFailure=jump("back", "two")), nested]), inner)))

    for expected in (
        'subgraph w0["main"]',
        'w0t0["<b>one</b><br>GET /things"]',
        'w0t1[["<b>two</b><br>workflow inner"]]',
        "w0t0 --> w0t1",
        'w0t0 -.->|"back: the status is 404"| w0t1',
        "w0t1 -.->|runs| w1",
        'w1u0["↩ read"]:::undo',
    ):
        assert expected in [line.strip() for line in lines.splitlines()], expected
