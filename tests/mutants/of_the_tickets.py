"""Breaks of what mailboxes and the ticket synchronisation promise: once, in order, and the same in both systems."""

from tests.mutants.mutant import Mutant

SEQUENCING = "tests/saga/test_sequencing.py"
MAILBOX = "tests/saga/test_mailbox.py"
SYNC = "tests/workflows/test_ticket_sync.py"
RULE = "tests/models/test_ticket_sync.py"

MUTANTS = (
    Mutant(
        "what is held back is lost in a roll-over",
        "saga/sequencing.py",
        "StreamState(next=known.next, held=known.held, gaps=tuple(known.gaps))",
        "StreamState(next=known.next, gaps=tuple(known.gaps))",
        (
            f"{SEQUENCING}::test_no_event_is_lost_and_none_comes_twice",
            f"{MAILBOX}::test_what_is_held_back_is_let_go_after_a_roll_over",
        ),
    ),
    Mutant(
        "a copy is read again after a roll-over",
        "saga/sequencing.py",
        "            seen=tuple(self._seen),\n",
        "",
        (f"{MAILBOX}::test_a_roll_over_remembers_what_was_read",),
    ),
    Mutant(
        "an event that waits for a lost one waits for ever",
        "saga/sequencing.py",
        "if held.since + self._hold_back <= now]",
        "if held.since + self._hold_back <= held.since]",
        (f"{SEQUENCING}::test_a_gap_is_waited_for_no_longer_than_the_hold_back",),
    ),
    Mutant(
        "a late event is dropped",
        "saga/sequencing.py",
        "            self.late += 1\n            self.ready.append(body)\n",
        "            self.late += 1\n",
        (
            f"{SEQUENCING}::test_no_event_is_lost_and_none_comes_twice",
            f"{SYNC}::test_a_change_that_is_missing_for_too_long",
        ),
    ),
    Mutant(
        "a mailbox forgets in a roll-over",
        "saga/receiving.py",
        "state=self._carried.get(name)",
        "state=None",
        (f"{MAILBOX}::test_roll_overs_with_unread_events",),
    ),
    Mutant(
        "a flow that waits for events hears no cancel",
        "saga/mailbox.py",
        "                raise_if_cancelled()\n",
        "",
        (f"{SYNC}::test_a_cancel_during_a_write",),
    ),
    Mutant(
        "what we have written ourselves counts as somebody's word",
        "models/ticket_sync.py",
        "if change.is_our_own:",
        "if not change.fields and change.is_our_own:",
        (f"{RULE}::test_our_own_writing_says_nothing",),
    ),
    Mutant(
        "the newest word beats the owner's",
        "models/ticket_sync.py",
        "        if owner is not None and owner in said:\n            return said[owner]\n",
        "",
        (f"{RULE}::test_what_stands", f"{SYNC}::test_the_owner_of_a_field_has_the_last_word"),
    ),
    Mutant(
        "what one system was told last stands, whatever was said when",
        "models/ticket_sync.py",
        "if not by_us and (told is None or said.version > told.version):",
        "if not by_us:",
        (f"{RULE}::test_the_order_makes_no_difference",),
    ),
    Mutant(
        "a feed moves on before all is handed on",
        "activities/feeds.py",
        "            await self._deliver(change)\n",
        "            if change is not told.changes[-1]:\n                await self._deliver(change)\n",
        (f"{SYNC}::test_a_ticket_of_the_desk_comes_to_the_tracker",),
    ),
    Mutant(
        "an event is given to the flow of another ticket",
        "cli/event.py",
        "    check_key(flow, body, options.key)\n",
        "",
        ("tests/cli/test_event.py::test_the_key_has_to_be_that_of_the_event",),
    ),
)
