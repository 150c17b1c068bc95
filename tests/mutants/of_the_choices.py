"""Breaks of what becomes of a step that fails, of what people are told, of early answers and of child flows."""

from tests.mutants.mutant import Mutant

ALTERNATIVES = "tests/saga/test_alternatives.py"
ANSWER = "tests/saga/test_answer.py"
CHILD = "tests/saga/test_child.py"
HOLD = "tests/saga/test_hold.py"
PEOPLE = "tests/saga/test_people.py"
PROBE = "tests/saga/test_probe.py"

MUTANTS = (
    Mutant(
        "a step that is to be held is given up",
        "saga/plan.py",
        'if on_failure == "hold":',
        "if False:",
        (f"{HOLD}::test_exhausted_step_is_held",),
    ),
    Mutant(
        "refused credentials undo the flow",
        "saga/plan.py",
        "failure_type(failed.failure) in _FOR_A_PERSON",
        "failure_type(failed.failure) is None",
        (f"{HOLD}::test_what_only_a_person_can_mend",),
    ),
    Mutant(
        "a refused step is retried under its old key",
        "saga/steps.py",
        "        step.header = self._header(step.header.step, step.compensation)\n        return True\n",
        "        return True\n",
        (f"{HOLD}::test_retry", f"{HOLD}::test_corrected_input"),
    ),
    Mutant(
        "the undo of a retried step keeps the old key",
        "saga/steps.py",
        "                    self.register(step)\n                continue\n",
        "                    pass\n                continue\n",
        (f"{HOLD}::test_retry",),
    ),
    Mutant(
        "what may have happened is tried with other input",
        "saga/plan.py",
        "input_type=input_type_of(self.args) if failed.outcome is Outcome.REFUSED else None",
        "input_type=input_type_of(self.args)",
        (f"{HOLD}::test_no_new_input_for_what_may_have_happened",),
    ),
    Mutant(
        "corrected input is accepted unread",
        "saga/terms.py",
        '            _decoded(resolution.input, self.input_type, "The corrected input")\n',
        "",
        (f"{HOLD}::test_invalid_input",),
    ),
    Mutant(
        "a step is skipped without the result that later steps are promised",
        "saga/terms.py",
        'elif chosen == "skip" and self.needs_result:',
        "elif False:",
        (f"{HOLD}::test_skip_with_a_result",),
    ),
    Mutant(
        "a refused step is undone after a cancel of its wait",
        "saga/steps.py",
        "            self._drop_if_refused(step, failed)\n            raise\n",
        "            raise\n",
        (f"{HOLD}::test_cancel_while_held",),
    ),
    Mutant(
        "another is tried after an unknown outcome",
        "saga/alternatives.py",
        "if failed is None or failed.outcome is not Outcome.REFUSED:",
        "if failed is None:",
        (f"{ALTERNATIVES}::test_no_second_choice_when_unknown",),
    ),
    Mutant(
        "an optional step ends the flow",
        "saga/alternatives.py",
        "if failed is None or is_cancelled_exception(error):",
        "if failed:",
        (f"{ALTERNATIVES}::test_optional",),
    ),
    Mutant(
        "a probe that sees nothing is taken for a refusal",
        "saga/questions.py",
        "if seen and seen.absent and failure_type(failed.failure) == KEY_EXPIRED:",
        "if seen and seen.absent:",
        (f"{PROBE}::test_it_did_not_happen_yet",),
    ),
    Mutant(
        "a probe is not asked",
        "saga/questions.py",
        "if probe is None or failed.outcome is not Outcome.UNKNOWN",
        "if probe is probe or failed.outcome is not Outcome.UNKNOWN",
        (f"{PROBE}::test_it_happened",),
    ),
    Mutant(
        "an incident is told to nobody",
        "saga/incident.py",
        "        if self._announcer:\n",
        "        if not self._announcer:\n",
        (f"{PEOPLE}::test_incident_is_told",),
    ),
    Mutant(
        "an incident reminds once",
        "saga/incident.py",
        "min(wait * 2, policies.REMINDER_INTERVAL_MAX)",
        "timedelta(days=999)",
        (f"{PEOPLE}::test_reminders",),
    ),
    Mutant(
        "a settled incident goes on reminding",
        "saga/incident.py",
        '        """The incident is over: resolved, its retry succeeded, or the flow is undone all the same."""\n'
        "        if reminder := self._reminders.pop(incident, None):\n            reminder.cancel()\n",
        "",
        (f"{PEOPLE}::test_no_reminders_when_settled",),
    ),
    Mutant(
        "who cannot be told fails the flow",
        "saga/announcing.py",
        "except FailureError:",
        "except KeyError:",
        (f"{PEOPLE}::test_failing_to_tell_fails_nothing",),
    ),
    Mutant(
        "a flow ends before it has told",
        "saga/saga.py",
        "        await shielded(self._announcer.all_told())\n",
        "",
        (f"{PEOPLE}::test_undone_is_told",),
    ),
    Mutant(
        "an SLA escalates once",
        "saga/sla.py",
        "        while True:\n",
        "        while number < 0:\n",
        (f"{PEOPLE}::test_sla",),
    ),
    Mutant(
        "who waits for an answer is not told of the end",
        "saga/saga.py",
        "            await shielded(self._answer.end(error))\n",
        "            pass\n",
        (f"{ANSWER}::test_failed_before_the_answer",),
    ),
    Mutant(
        "the steps of a completed child stay when its parent fails",
        "saga/child.py",
        "for undo in done.undo:",
        "for undo in ():",
        (f"{CHILD}::test_parent_undoes_its_children",),
    ),
    Mutant(
        "a terminated child is taken for undone",
        "saga/child.py",
        "if isinstance(root_cause(error), (TerminatedError, TemporalTimeoutError)):",
        "if not error:",
        (f"{CHILD}::test_child_that_was_terminated",),
    ),
)
