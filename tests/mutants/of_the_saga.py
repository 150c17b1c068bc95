"""Breaks of the saga's promises: the rows and the rules of the table that README shows."""

from tests.mutants.mutant import Mutant

TABLE = "tests/saga/test_saga_table.py"
CANCEL = "tests/saga/test_cancel.py"
FORWARD = "tests/saga/test_forward.py"
INCIDENT = "tests/saga/test_incident.py"
PARALLEL = "tests/saga/test_parallel.py"
APPROVAL = "tests/saga/test_approval.py"
MESSAGES = "tests/saga/test_messages.py"

MUTANTS = (
    Mutant(
        "an undo is registered only after its step",
        "saga/steps.py",
        """        if step.undo is None:
            self.register(step)
        for attempt in itertools.count(1):
            result, failed = await self._attempt(step, self._policies.before, policies.RETRY_LATER_LIMIT)
            if failed is None:
""",
        """        for attempt in itertools.count(1):
            result, failed = await self._attempt(step, self._policies.before, policies.RETRY_LATER_LIMIT)
            if failed is None:
                self.register(step)
""",
        (f"{TABLE}::test_unknown_outcome", f"{TABLE}::test_timed_out_step"),
    ),
    Mutant(
        "the oldest is undone first",
        "saga/compensation.py",
        "self._registered.pop()",
        "self._registered.pop(0)",
        (f"{TABLE}::test_refused_step",),
    ),
    Mutant(
        "an unknown outcome is taken for refused",
        "saga/step.py",
        "return known.outcome if known else Outcome.UNKNOWN",
        "return Outcome.REFUSED",
        (f"{TABLE}::test_unknown_outcome",),
    ),
    Mutant(
        "a failure that says nothing is taken for refused",
        "saga/step.py",
        "return known.outcome if known else Outcome.UNKNOWN",
        "return known.outcome if known else Outcome.REFUSED",
        (f"{TABLE}::test_timed_out_step", f"{TABLE}::test_foreign_failure"),
    ),
    Mutant(
        "a refused step is undone all the same",
        "saga/steps.py",
        """            self._drop_if_refused(step, failed)
            if resolution is None""",
        "            if resolution is None",
        (f"{TABLE}::test_refused_step", f"{TABLE}::test_refusal_that_the_flow_catches"),
    ),
    Mutant(
        "only the last execution of a step counts",
        "saga/step.py",
        "outcome = _worst(outcome, outcome_of(error))",
        "outcome = outcome_of(error)",
        (f"{TABLE}::test_refused_after_an_unknown_execution",),
    ),
    Mutant(
        "a step that is told to come back later has failed",
        "saga/step.py",
        "if delay is None or waited + delay > patience:",
        "if delay is None or patience:",
        (f"{TABLE}::test_told_to_come_back_later",),
    ),
    Mutant(
        "a cancel that a step swallowed is lost",
        "saga/cancellation.py",
        "    if cancel_requested() or (task is not None and task.cancelling() > 0):",
        "    if task is None:",
        (f"{CANCEL}::test_cancel_during_a_call_that_never_hears_of_it",),
    ),
    Mutant(
        "a cancel that the flow swallowed is lost",
        "saga/saga.py",
        "if error is None and not (cancel_requested() or self._deadline.passed):",
        "if error is None and not self._deadline.passed:",
        ("tests/saga/test_block.py",),
    ),
    Mutant(
        "a cancelled call is not waited for",
        "saga/policies.py",
        "WAIT_CANCELLATION_COMPLETED)",
        "TRY_CANCEL)",
        (f"{CANCEL}::test_cancel_during_a_call",),
    ),
    Mutant(
        "a cancel undoes nothing",
        "saga/cancellation.py",
        "return not (workflow.is_failure_exception(error) or is_cancelled_exception(error))",
        "return not workflow.is_failure_exception(error)",
        (f"{CANCEL}::test_cancel_while_waiting",),
    ),
    Mutant(
        "a cancel interrupts the undoing",
        "saga/saga.py",
        "await shielded(self._unwind(ending))",
        "await self._unwind(ending)",
        (f"{INCIDENT}::test_cancel_while_an_incident_is_open",),
    ),
    Mutant(
        "a failure hides the cancel that came with it",
        "saga/ending.py",
        "    if cancel_requested():\n        return error if",
        "    if not error:\n        return error if",
        (f"{CANCEL}::test_cancel_and_failure",),
    ),
    Mutant(
        "a bug in workflow code is undone",
        "saga/cancellation.py",
        "return not (workflow.is_failure_exception(error) or is_cancelled_exception(error))",
        "return False",
        ("tests/saga/test_bug.py::test_bug",),
    ),
    Mutant(
        "an undecodable result is a failure",
        "saga/converter.py",
        "is_input = isinstance(context, WorkflowSerializationContext)",
        "is_input = context is not None",
        ("tests/saga/test_bug.py::test_undecodable_result",),
    ),
    Mutant(
        "a failed undo stops the others",
        "saga/compensation.py",
        "failed.append(asyncio.ensure_future(self._settle(compensation, failure)))",
        "return",
        (f"{INCIDENT}::test_others_are_undone",),
    ),
    Mutant(
        "a failed undo is forgotten",
        "saga/compensation.py",
        "        await all_settled(failed)",
        "        _ = all_settled",
        (f"{INCIDENT}::test_others_are_undone", f"{INCIDENT}::test_settled_by_a_person"),
    ),
    Mutant(
        "an exceeded undo is not tried again",
        "saga/compensation.py",
        "alone = None if is_final(failure.failure) else wait",
        "alone = None",
        (f"{INCIDENT}::test_exceeded_undo_is_tried_again",),
    ),
    Mutant(
        "a decision about an old incident counts",
        "saga/compensation.py",
        "            if resolution:  # a decision is used up: the next one names a new incident",
        "            if resolution is self:",
        (f"{INCIDENT}::test_retry_that_fails_again",),
    ),
    Mutant(
        "a sibling runs while others are undone",
        "saga/parallel.py",
        "    while pending:\n",
        "    while pending and not failures:\n",
        (f"{PARALLEL}::test_others_settle_first",),
    ),
    Mutant(
        "a failed leg lets its siblings go on",
        "saga/parallel.py",
        "        if failures:\n            _stop(pending)\n",
        "",
        (f"{PARALLEL}::test_no_further_step_of_a_sibling", f"{PARALLEL}::test_waiting_sibling"),
    ),
    Mutant(
        "the cancel of a sibling is the flow's cause",
        "saga/parallel.py",
        "if not is_cancelled_exception(failure):",
        "if is_cancelled_exception(failure):",
        (f"{PARALLEL}::test_first_failure", f"{PARALLEL}::test_waiting_sibling"),
    ),
    Mutant(
        "the deadline wins over a decision that came with it",
        "saga/approval.py",
        "if approval.status is ApprovalState.TIMED_OUT:",
        "if workflow.now() >= approval.deadline:",
        (f"{APPROVAL}::test_decision_together_with_the_deadline",),
    ),
    Mutant(
        "an approval waits for ever",
        "saga/approval.py",
        "timeout=left,",
        "timeout=None,",
        (f"{APPROVAL}::test_deadline",),
    ),
    Mutant(
        "a second decision counts",
        "saga/voting.py",
        "    if approval.status in (ApprovalState.APPROVED, ApprovalState.REJECTED):\n",
        "    if approval.status is ApprovalState.APPROVED:\n        return\n    if not approval:\n",
        (f"{MESSAGES}::test_second_decision",),
    ),
    Mutant(
        "a malformed signal is not counted",
        "saga/journal.py",
        "self.refused_messages += 1",
        "self.refused_messages += 0",
        (f"{MESSAGES}::test_bad_signal",),
    ),
    Mutant(
        "a malformed signal raises",
        "saga/handlers.py",
        "except (ApplicationError, ValidationError) as error:",
        "except ZeroDivisionError as error:",
        (f"{MESSAGES}::test_bad_signal",),
    ),
    Mutant(
        "beyond the point of no return a cancel counts",
        "saga/saga.py",
        "        self._phase = Phase.FORWARD\n",
        "        self._phase = Phase.OPEN\n",
        (f"{FORWARD}::test_cancel",),
    ),
    Mutant(
        "beyond the point of no return a refused step is given up",
        "saga/steps.py",
        "if step.tolerance is not Tolerance.NONE and not step.is_held(failed):",
        "if failed:",
        (f"{FORWARD}::test_refusal_opens_an_incident",),
    ),
    Mutant(
        "a step of unknown outcome is tried again under a new key",
        "saga/steps.py",
        "refused = failed.outcome is Outcome.REFUSED and (corrected is not None or is_final(failed.failure))",
        "refused = True",
        (f"{FORWARD}::test_retry_of_a_step_of_unknown_outcome",),
    ),
    Mutant(
        "a new run has the keys of the old one",
        "saga/keys.py",
        "info.first_execution_run_id",
        "info.workflow_type",
        ("tests/saga/test_keys.py::test_new_run",),
    ),
    Mutant(
        "a run that is reset has new keys",
        "saga/keys.py",
        "info.first_execution_run_id",
        "info.run_id",
        ("tests/saga/test_keys.py::test_reset", "tests/saga/test_keys.py::test_continue_as_new"),
    ),
    Mutant(
        "masked fields are shown",
        "saga/masking.py",
        "return not in_repr and item is not None",
        "return False",
        ("tests/saga/test_status.py::test_masked_fields",),
    ),
)
