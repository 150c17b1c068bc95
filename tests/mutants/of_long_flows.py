"""Breaks of flows that roll over, of alarms, and of what a service has only accepted."""

from tests.mutants.mutant import Mutant

AGAIN = "tests/saga/test_again.py"
ALARM = "tests/saga/test_alarm.py"
PENDING = "tests/saga/test_pending.py"
ROLLING = "tests/saga/test_rolling_over.py"

MUTANTS = (
    Mutant(
        "a new run cannot undo what an earlier one did",
        "saga/rolling_over.py",
        "            undo=undo,\n",
        "",
        (f"{ROLLING}::test_undo",),
    ),
    Mutant(
        "a new run uses the keys of an earlier one again",
        "saga/rolling_over.py",
        "            occurrences=dict(self._steps.occurrences),\n",
        "",
        (f"{ROLLING}::test_keys",),
    ),
    Mutant(
        "a new run has forgotten its events",
        "saga/rolling_over.py",
        "            mailboxes=self._mailboxes.carry(),\n",
        "",
        (f"{ROLLING}::test_events",),
    ),
    Mutant(
        "a new run begins its deadline anew",
        "saga/rolling_over.py",
        "            deadline_at=self._deadline.at,\n",
        "",
        (f"{ROLLING}::test_deadline",),
    ),
    Mutant(
        "a new run begins its SLA anew",
        "saga/rolling_over.py",
        "            sla_moments=self._sla.reached if self._sla else 0,\n",
        "",
        (f"{ROLLING}::test_sla",),
    ),
    Mutant(
        "a new run can be undone beyond the point of no return",
        "saga/rolling_over.py",
        "            forward=self._phase is Phase.FORWARD,\n",
        "",
        (f"{ROLLING}::test_point_of_no_return",),
    ),
    Mutant(
        "a flow rolls over while a step runs",
        "saga/rolling_over.py",
        "if not self._journal.is_quiet or self._phase is Phase.UNDOING:",
        "if self._phase is Phase.UNDOING:",
        (f"{ROLLING}::test_not_while_a_step_runs",),
    ),
    Mutant(
        "an alarm that is moved rings at its old time",
        "saga/alarm.py",
        "lambda: self._at != at",
        "lambda: False",
        (f"{ALARM}::test_brought_forward_while_it_is_waited_for",),
    ),
    Mutant(
        "an alarm that was moved is forgotten by a new run",
        "saga/rolling_over.py",
        "            alarms=journal.alarms,\n",
        "",
        (f"{ALARM}::test_brought_forward",),
    ),
    Mutant(
        "a callback is believed",
        "saga/pending.py",
        "            if (result := await _polled(poll(), journal)) is not None:\n",
        "            if (result := await _polled(poll(), journal)) is not None or heard:\n",
        (f"{PENDING}::test_false_callback",),
    ),
    Mutant(
        "a callback that overtakes the answer is lost",
        "saga/pending.py",
        "    until, heard = workflow.now() + within, 0\n",
        "    until, heard = workflow.now() + within, callbacks.count(step)\n",
        (f"{PENDING}::test_callback_before_the_answer",),
    ),
    Mutant(
        "what is only accepted is waited for without end",
        "saga/pending.py",
        "while (left := until - workflow.now()) > timedelta():",
        "while left := max(until - workflow.now(), accepted.every):",
        (f"{PENDING}::test_asked_again_and_again",),
    ),
    Mutant(
        "what never settled is taken for refused",
        "saga/pending.py",
        "raise CallFailed(ApplicationError(message, type=NEVER_SETTLED, non_retryable=True), Outcome.UNKNOWN)",
        "raise CallFailed(ApplicationError(message, type=NEVER_SETTLED, non_retryable=True), Outcome.REFUSED)",
        (f"{PENDING}::test_asked_again_and_again",),
    ),
    Mutant(
        "a step that runs again has a new key",
        "saga/steps.py",
        "        if args != step.args:\n",
        "        if step:\n",
        (f"{AGAIN}::test_same_input",),
    ),
    Mutant(
        "other input goes out under the old key",
        "saga/steps.py",
        "        if args != step.args:\n",
        "        if not step:\n",
        (f"{AGAIN}::test_other_input",),
    ),
    Mutant(
        "a step that runs again is undone twice",
        "saga/steps.py",
        "        if step.undo is None:\n            self.register(step)\n        for attempt",
        "        self.register(step)\n        for attempt",
        (f"{AGAIN}::test_same_input",),
    ),
)
