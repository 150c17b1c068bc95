"""What breaks how a document is carried out durably: over runs, side by side, in time, and in undoing."""

from tests.mutants.mutant import Mutant

NESTED, ROUTES = "tests/workflows/test_arazzo_nested.py", "tests/workflows/test_arazzo_routes.py"
UNDO, TIMES = "tests/workflows/test_arazzo_undo.py", "tests/workflows/test_arazzo_timeouts.py"
MESSAGES = "tests/workflows/test_arazzo_messages.py"

MUTANTS = (
    Mutant(
        "carried out: a workflow that was gone to forgets what has run",
        "workflows/arazzo_ports.py",
        '            "workflows": frame.workflows,\n',
        '            "workflows": {},\n',
        (f"{NESTED}::test_a_workflow_that_was_gone_to_knows_what_has_run",),
    ),
    Mutant(
        "carried out: a service may ask to wait for years",
        "workflows/arazzo_failures.py",
        "verdict.retry_after <= LONGEST_RETRY",
        "verdict.retry_after >= LONGEST_RETRY",
        (f"{ROUTES}::test_who_says_how_long_to_wait",),
    ),
    Mutant(
        "carried out: a step that needs a message begins with those that need none",
        "arazzo/driving.py",
        "wave(self.workflow, at, frame.armed)",
        "wave(self.workflow, at)",
        (f"{MESSAGES}::test_others_wait_for_no_message_that_they_do_not_need",),
    ),
    Mutant(
        "carried out: a message that is late is taken",
        "workflows/arazzo_run.py",
        "        return until is None or self.at <= until\n",
        "        return True\n",
        (f"{MESSAGES}::test_a_message_comes_in_time_or_not",),
    ),
    Mutant(
        "carried out: a workflow has all the time there is",
        "arazzo/driving.py",
        "            within=step.step.timeout,\n",
        "            within=None,\n",
        (f"{TIMES}::test_a_workflow_that_takes_too_long_is_undone",),
    ),
    Mutant(
        "carried out: what is final in a workflow is undone from outside",
        "workflows/arazzo.py",
        "        keeps = self.ports.is_final or self.request.keeps_undo\n",
        "        keeps = self.request.keeps_undo\n",
        (f"{UNDO}::test_what_is_final_in_a_workflow_is_final_for_the_one_that_ran_it",),
    ),
    Mutant(
        "carried out: a workflow is undone twice, by itself and by its step",
        "workflows/arazzo.py",
        "        keeps = self.ports.is_final or self.request.keeps_undo\n",
        "        keeps = self.ports.is_final\n",
        (f"{UNDO}::test_a_workflow_that_was_run_is_taken_back_as_its_step_says",),
    ),
    Mutant(
        "carried out: an undo that is half done counts as refused",
        "activities/undo_workflow.py",
        "Outcome.UNKNOWN if self.acted else Outcome.REFUSED",
        "Outcome.REFUSED",
        (f"{UNDO}::test_a_workflow_that_takes_a_step_back_is_refused",),
    ),
    Mutant(
        "carried out: a deadline ends where a run goes on as another workflow",
        "workflows/arazzo.py",
        "own.deadline or _deadline_before(self.request.carried)",
        "own.deadline",
        (f"{UNDO}::test_a_deadline_goes_on_with_the_run",),
    ),
)
