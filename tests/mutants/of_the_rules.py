"""Breaks of the rules that make the saga hold: keys, deadlines, the way forward, payloads, and what people see."""

from tests.mutants.mutant import Mutant

BUG = "tests/saga/test_bug.py"
DEADLINE = "tests/saga/test_deadline.py"
FORWARD = "tests/saga/test_forward.py"
INCIDENT = "tests/saga/test_incident.py"
KEYS = "tests/saga/test_keys.py"
MESSAGES = "tests/saga/test_messages.py"
OWN = "tests/saga/test_own.py"
PARALLEL = "tests/saga/test_parallel.py"
STATUS = "tests/saga/test_status.py"

MUTANTS = (
    Mutant(
        "the cause of the failure is lost by the undo",
        "saga/saga.py",
        "        ending = ending_of(cause, self._deadline)\n",
        "        ending = asyncio.CancelledError() if self._stack else ending_of(cause, self._deadline)\n",
        ("tests/saga/test_saga_table.py::test_refused_step",),
    ),
    Mutant(
        "an incident holds up the other undos",
        "saga/compensation.py",
        "failed.append(asyncio.ensure_future(self._settle(compensation, failure)))",
        "await self._settle(compensation, failure)",
        (f"{INCIDENT}::test_others_are_undone",),
    ),
    Mutant(
        "a refused undo is tried again under its old key",
        "saga/compensation.py",
        "compensation.occurrence += 1",
        "compensation.occurrence += 0",
        (f"{INCIDENT}::test_retry_by_a_person",),
    ),
    Mutant(
        "the interval of the retries does not grow",
        "saga/compensation.py",
        "wait = min(wait * 2, COMPENSATION_RETRY_INTERVAL_MAX)",
        "wait = min(wait * 1, COMPENSATION_RETRY_INTERVAL_MAX)",
        (f"{INCIDENT}::test_interval_of_the_retries",),
    ),
    Mutant(
        "an undo that is told to wait is taken for a refused one",
        "saga/step.py",
        " and cause.type != RETRY_LATER\n",
        "\n",
        (f"{INCIDENT}::test_undo_told_to_come_back_for_more_than_a_day",),
    ),
    Mutant(
        "a cancel of parallel legs counts beyond the point of no return",
        "saga/saga.py",
        "return await (shielded(work) if self._phase is Phase.FORWARD else work)",
        "return await work",
        (f"{FORWARD}::test_cancel_of_parallel_legs",),
    ),
    Mutant(
        "the way forward is bounded",
        "saga/steps.py",
        "result, failed = await self._attempt(step, self._policies.after, timedelta.max)",
        "result, failed = await self._attempt(step, self._policies.before, timedelta.max)",
        (f"{FORWARD}::test_unbounded_attempts",),
    ),
    Mutant(
        "a bug in a leg waits for its siblings",
        "saga/parallel.py",
        "        if is_bug(error):\n            raise error\n",
        "        _ = is_bug\n",
        (f"{BUG}::test_bug",),
    ),
    Mutant(
        "an exception group leaves the flow",
        "saga/saga.py",
        "cause = ungrouped(error)",
        "cause = error",
        (f"{PARALLEL}::test_task_group",),
    ),
    Mutant(
        "the result of a child is taken for input",
        "saga/converter.py",
        " and not _is_of_a_child(context)",
        "",
        (f"{BUG}::test_undecodable_result_of_a_child",),
    ),
    Mutant(
        "a passed deadline is taken for an eviction",
        "saga/saga.py",
        "(is_eviction(cause) and not self._deadline.passed)",
        "is_eviction(cause)",
        (f"{DEADLINE}::test_deadline_while_waiting",),
    ),
    Mutant(
        "a bound leaves its running call behind",
        "saga/deadline.py",
        "            await _stop(task)\n            raise _exceeded",
        "            task.cancel()\n            raise _exceeded",
        (f"{DEADLINE}::test_deadline_during_a_call",),
    ),
    Mutant(
        "the deadline goes on beyond the point of no return",
        "saga/saga.py",
        "        self._deadline.stop()\n        self._phase = Phase.FORWARD\n",
        "        self._phase = Phase.FORWARD\n",
        (f"{DEADLINE}::test_deadline_beyond_the_point_of_no_return",),
    ),
    Mutant(
        "an undo has its step's key",
        "saga/compensation.py",
        'purpose="compensation" if run == 1 else f"compensation-{run}"',
        'purpose="step"',
        (f"{KEYS}::test_header_of_an_undo",),
    ),
    Mutant(
        "the history does not name the compensation",
        "saga/steps.py",
        "            compensation=activity_name(compensation) if compensation else None,\n",
        "",
        (f"{KEYS}::test_headers_in_history",),
    ),
    Mutant(
        "the correlation id is lost when a flow continues as new",
        "saga/interceptor.py",
        "        super().continue_as_new(input)\n",
        "        input.headers = {}\n        super().continue_as_new(input)\n",
        (f"{KEYS}::test_correlation_id_when_continued",),
    ),
    Mutant(
        "a refused update is in the history",
        "saga/handlers.py",
        ", validator=self.check_decision",
        "",
        (f"{MESSAGES}::test_unknown_approval",),
    ),
    Mutant(
        "a refusal shows the value that is wrong",
        "saga/converter.py",
        "include_input=False",
        "include_input=True",
        ("tests/saga/test_converter.py", f"{MESSAGES}::test_invalid_update"),
    ),
    Mutant(
        "the user's payload converter is replaced",
        "saga/converter.py",
        "ours = ValidatingPayloadConverter if theirs in _STOCK else _with_validation(theirs)",
        "ours = ValidatingPayloadConverter if theirs else _with_validation(theirs)",
        (f"{OWN}::test_payload_converter",),
    ),
    Mutant(
        "a saga runs without its plugin",
        "saga/saga.py",
        """            raise RuntimeError("Saga needs its plugin""",
        """            scope = None or print("Saga needs its plugin""",
        (f"{OWN}::test_without_the_plugin",),
    ),
    Mutant(
        "the end of a flow costs an event",
        "saga/journal.py",
        "if state is FlowState.COMPENSATED or self.published.state is not FlowState.RUNNING:",
        "if state:",
        ("tests/saga/test_events.py::test_as_many_as_a_bare_workflow",),
    ),
    Mutant(
        "a step that waits is shown as running",
        "saga/step.py",
        "call.show(StepState.PENDING)",
        "call.show(StepState.RUNNING)",
        (f"{STATUS}::test_of_a_step_that_waits",),
    ),
    Mutant(
        "text of a service is markup in the details",
        "saga/details.py",
        "{escaped(step.error or '')}",
        "{step.error or ''}",
        (f"{STATUS}::test_hostile_text_in_the_details",),
    ),
)
