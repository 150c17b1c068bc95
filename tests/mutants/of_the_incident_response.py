"""Breaks of what the incident response promises: who is paged and how long, what is run, and what is seen to be clear."""

from tests.mutants.mutant import Mutant

TESTS = "tests/workflows/test_incident_response.py"
PLAN = "workflows/incident_response.py"
EAR = "workflows/responding.py"
MODELS = "models/incident_response.py"

MUTANTS = (
    Mutant(
        "nobody looks at the pager before the next rung is paged",
        PLAN,
        "if (found := await self.saga.optional(look)) and self.unanswered:",
        "if (found := await self.saga.optional(look)) and not self.unanswered:",
        (f"{TESTS}::test_a_word_on_the_pager_itself",),
    ),
    Mutant(
        "the next rung is paged although the alert is clear",
        PLAN,
        "        elif not await self.is_clear():\n            self.known",
        "        else:\n            self.known",
        (f"{TESTS}::test_an_alert_whose_end_nobody_has_told",),
    ),
    Mutant(
        "the pages ring on when the flow is cancelled",
        PLAN,
        "            compensation=Paging.recall_page,\n",
        "",
        (f"{TESTS}::test_a_cancel_reverts_what_was_done",),
    ),
    Mutant(
        "a refused runbook undoes the response",
        PLAN,
        '                step="remedy",\n                on_failure="hold",\n',
        '                step="remedy",\n',
        (f"{TESTS}::test_a_refused_remedy_waits_for_a_person",),
    ),
    Mutant(
        "what has not helped is run again",
        MODELS,
        "said.runbook or (proposed if self.round.number == 1 else None)",
        "said.runbook or proposed",
        (f"{TESTS}::test_what_does_not_help_goes_back_to_the_people",),
    ),
    Mutant(
        "a second person has it too",
        MODELS,
        "if before := self.round.acknowledged:",
        "if (before := self.round.acknowledged) and before.by == said.by:",
        (f"{TESTS}::test_who_may_acknowledge_and_when",),
    ),
    Mutant(
        "who is not on call has it",
        MODELS,
        "if said.by not in self.schedule.people:",
        "if not said.by:",
        (f"{TESTS}::test_who_may_acknowledge_and_when", f"{TESTS}::test_a_word_by_signal"),
    ),
    Mutant(
        "an alert that fires again is only counted",
        MODELS,
        "look=self.look or changed",
        "look=self.look",
        (f"{TESTS}::test_an_alert_that_fires_again_pages_again",),
    ),
    Mutant(
        "a monitoring that cannot be asked has said that all is well",
        EAR,
        'if seen is None or seen.status == "firing":',
        'if seen is not None and seen.status == "firing":',
        (f"{TESTS}::test_an_alert_is_believed_while_nobody_can_be_asked",),
    ),
    Mutant(
        "a long history is never left behind",
        EAR,
        "            if self.saga.roll_over_due:\n",
        "            if self.saga.roll_over_due and not self.known:\n",
        (f"{TESTS}::test_months_of_alerts_leave_a_short_history",),
    ),
    Mutant(
        "a post-mortem that nobody writes fails the response",
        PLAN,
        "if error.type not in (APPROVAL_REJECTED, APPROVAL_TIMED_OUT):",
        "if error.type != APPROVAL_REJECTED:",
        (f"{TESTS}::test_a_post_mortem_that_nobody_writes",),
    ),
)
