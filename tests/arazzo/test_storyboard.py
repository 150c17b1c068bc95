"""What a plan looks like: rows, arrows, and what is written on each step."""

import pytest

from arazzo.step_wording import Kind
from tests.arazzo.boards import INNER, arrows, boards
from tests.arazzo.documents import Fields, document, step, workflow
from tests.arazzo.linted import GOTO, READ, reading, sending, steps

NOT_FOUND = [{"condition": "$statusCode == 404"}]


def test_steps_follow_one_another() -> None:
    """Without actions each step leads to the next, and the last to the end."""
    (board,) = boards(steps(reading(), reading("two")))

    assert ((0,), (1,)) == board.rows
    assert {("one", "two", "next", ""), ("two", "completed", "next", "")} == arrows(board)


def test_steps_that_name_what_they_depend_on_stand_side_by_side() -> None:
    """As they run: both begin when the one before is done, and both are done before the next one begins."""
    legs = [reading(name, dependsOn=["one"]) for name in ("left", "right")]
    (board,) = boards(steps(reading(), *legs, reading("last")))

    assert ((0,), (1, 2), (3,)) == board.rows
    assert {
        ("one", "left"),
        ("one", "right"),
        ("left", "last"),
        ("right", "last"),
        ("last", "completed"),
    } == {(start, end) for start, end, _, _ in arrows(board)}


def test_jumps_back_and_forth_are_arrows_with_their_conditions() -> None:
    """A goto of a success or a failure is an arrow; where the success always jumps, nothing goes on."""
    back = reading("two", onSuccess=[{**GOTO, "stepId": "one"}])
    over = {"name": "over", "type": "goto", "stepId": "three", "criteria": NOT_FOUND}
    (board,) = boards(steps(reading(onFailure=[over]), back, reading("three")))

    assert {
        ("one", "two", "next", ""),
        ("one", "three", "failure", "over: the status is 404"),
        ("two", "one", "success", "go"),
        ("three", "completed", "next", ""),
    } == arrows(board)


def test_a_jump_to_the_next_step_is_no_jump() -> None:
    """What the document says at length is drawn as what it is."""
    (board,) = boards(steps(reading(onSuccess=[{**GOTO, "stepId": "two"}]), reading("two")))

    assert ("one", "two", "next", "") in arrows(board)


def test_repairs_and_ends_are_arrows_too() -> None:
    """A retry that has another step run first leads there; an end leads out."""
    again = {"name": "again", "type": "retry", "stepId": "repair", "retryAfter": 1, "criteria": NOT_FOUND}
    stop = {"name": "stop", "type": "end"}
    (board,) = boards(steps(reading(onFailure=[again, stop]), reading("repair")))

    assert {
        ("one", "repair", "repair", "repairs, then one again"),
        ("one", "failed", "failure", "stop"),
    } <= arrows(board)
    assert "tried again once, after 1 second" in board.tiles[0].notes


def test_other_workflows_come_after_what_leads_to_them() -> None:
    """A nested workflow, and one that is jumped to, have boards of their own, each once."""
    inner = workflow("inner", [reading()])
    jump = [{"name": "leave", "type": "goto", "workflowId": "inner", "criteria": NOT_FOUND}]
    nested: Fields = {"stepId": "two", "workflowId": "inner"}
    outer, other = boards(document(workflow(steps=[reading(onFailure=jump), nested]), inner))

    assert ("main", "inner", INNER) == (outer.title, other.title, outer.tiles[1].leads_to)
    assert ("one", INNER, "failure", "leave: the status is 404") in arrows(outer)


@pytest.mark.parametrize(
    ("fields", "kind", "what", "note"),
    [
        (reading(), Kind.CALL, "GET /things", ""),
        ({**step(), "x-activity": "stock.reserve"}, Kind.CODE, "code stock.reserve", ""),
        (
            {"stepId": "one", "x-interaction": {"prompt": "May it?", "timeout": "PT1H"}},
            Kind.PERSON,
            "May it?",
            "waits 1 hour at most",
        ),
        (
            {
                "stepId": "one",
                "x-judge": {"prompt": "Which?", "outputSchema": {}, "fallback": {"prompt": "Who?"}},
            },
            Kind.AGENT,
            "Which?",
            "a person is asked where the agent gives no answer",
        ),
        (sending(), Kind.CALL, "POST /calls", "done once, by its key"),
        (reading(timeout=1500), Kind.CALL, "GET /things", "has 1.5 seconds"),
        (reading(**{"x-on-failure": "hold"}), Kind.CALL, "GET /things", "when it fails, a person decides"),
    ],
)
def test_a_step_says_what_it_does(fields: Fields, kind: Kind, what: str, note: str) -> None:
    """Its kind, what it calls or asks, and what is worth knowing."""
    (board,) = boards(steps(fields))
    tile = board.tiles[0]

    assert (kind, what) == (tile.kind, tile.what)
    assert not note or note in tile.notes


def test_what_can_be_taken_back_is_known_newest_first() -> None:
    """Up to the point of no return."""
    final = sending("three", **{"x-point-of-no-return": True})
    (board,) = boards(steps(sending(), step("two", **READ), final, sending("four")))

    assert [("three", "read"), ("one", "read")] == [(tile.name, tile.undo) for tile in board.undone]
    assert 2 == board.final


def test_what_is_not_at_hand_is_written_on_the_step() -> None:
    """A plan that lacks a description can be drawn, and says so."""
    fields = steps(step())
    fields["sourceDescriptions"][0]["url"] = "elsewhere.yaml"
    (board,) = boards(fields)

    assert ("call", ("file:///flows/elsewhere.yaml is not at hand",)) == (
        board.tiles[0].what,
        board.tiles[0].notes,
    )
