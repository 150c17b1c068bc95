"""What breaks how a document is carried out: its loop, its joins, its retries, what it does first and what never."""

from tests.mutants.mutant import Mutant

RUNS, MESSAGES = "tests/arazzo/test_runs.py", "tests/arazzo/test_messages.py"
NESTED = "tests/arazzo/test_nested_runs.py"
CASES = ("tests/arazzo/microcases/test_microcases.py::test_rehearsed",)

MUTANTS = (
    Mutant(
        "a loop has no end",
        "arazzo/driving.py",
        "            if cursor.done >= MOST_CALLS:\n",
        "            if cursor.done >= 2 * MOST_CALLS:\n",
        (f"{RUNS}::test_a_loop_without_end_is_ended",),
    ),
    Mutant(
        "what was run for a dependency is run again",
        "arazzo/driving.py",
        "            depended_on=self.frame.depended_on(self.plan),\n",
        "",
        (f"{NESTED}::test_what_two_nested_workflows_depend_on_is_run_once",),
    ),
    Mutant(
        "a failed dependency does not matter",
        "arazzo/driving.py",
        "            if (failed := await self._depended_on()) is not None:\n                return failed\n",
        "            await self._depended_on()\n",
        CASES,
    ),
    Mutant(
        "a step is called though what it depends on has not completed",
        "arazzo/driving.py",
        "        if missing := lacking(self.workflow, step, self.frame):\n",
        "        if (missing := lacking(self.workflow, step, self.frame)) and step is None:\n",
        (f"{RUNS}::test_a_step_whose_dependency_has_not_completed_is_not_called",),
    ),
    Mutant(
        "a step that receives is not joined before what needs it",
        "arazzo/waves.py",
        "    return [one for one in armed if one in needed]\n",
        "    return [one for one in armed if one in needed and False]\n",
        (f"{MESSAGES}::test_a_receive_blocks_nobody_until_it_is_needed",),
    ),
    Mutant(
        "a step that receives blocks the steps behind it",
        "arazzo/waves.py",
        "    return is_receive(step) and not last and not any(_leads_away(action) for action in actions)\n",
        "    return False and any(_leads_away(action) for action in actions)\n",
        (f"{MESSAGES}::test_a_receive_blocks_nobody_until_it_is_needed",),
    ),
    Mutant(
        "a workflow is over before all that it waits for is here",
        "arazzo/driving.py",
        "        while frame.cursor.at < len(steps) or frame.armed:\n",
        "        while frame.cursor.at < len(steps):\n",
        (f"{MESSAGES}::test_a_receive_that_nobody_needs_is_joined_at_the_end",),
    ),
    Mutant(
        "the time for a message begins anew",
        "arazzo/driving.py",
        "        if name in self.frame.armed:\n            return\n",
        "",
        (f"{MESSAGES}::test_a_receive_that_is_joined_late_has_no_more_time",),
    ),
    Mutant(
        "the answer's Retry-After is not read",
        "arazzo/judging.py",
        "        retry_after=None if success else fact.retry_after,\n",
        "        retry_after=None,\n",
        CASES,
    ),
    Mutant(
        "without criteria any answer is a success",
        "arazzo/judging.py",
        "        success=step.any_answer or answer.status < FAILS_FROM,\n",
        "        success=True,\n",
        CASES,
    ),
    Mutant(
        "the outputs of a failed run are not evaluated",
        "arazzo/driving.py",
        "            outputs=self.frame.result(self.plan),\n",
        "            outputs=self.frame.result(self.plan) if success else {},\n",
        (f"{RUNS}::test_the_outputs_of_a_failed_step_and_run_are_evaluated",),
    ),
    Mutant(
        "a workflow is run with inputs that it does not take",
        "arazzo/driving.py",
        "        if wrong := wrong_with_inputs(schema, filled):\n            return Outcome(\n",
        "        if (wrong := wrong_with_inputs(schema, filled)) and schema is None:\n            return Outcome(\n",
        (f"{NESTED}::test_a_workflow_is_not_run_with_inputs_that_it_does_not_take",),
    ),
    Mutant(
        "a step is given all that its run knows",
        "arazzo/step_input.py",
        "    for text in step.needs:\n",
        "    inputs.update(known.inputs)\n    for text in step.needs:\n",
        (f"{RUNS}::test_only_what_is_asked_for_leaves_a_step",),
    ),
    Mutant(
        "a workflow may run itself without end",
        "arazzo/driving.py",
        "        if self.frame.depth >= MOST_NESTED:\n",
        "        if self.frame.depth >= 2 * MOST_NESTED:\n",
        (f"{NESTED}::test_a_workflow_that_runs_itself_ends",),
    ),
    Mutant(
        "the calls of workflows within are not counted",
        "arazzo/driving.py",
        "        self.frame.cursor.done = max(self.frame.cursor.done, outcome.done)\n",
        "",
        (f"{NESTED}::test_calls_are_counted_over_all_workflows_of_a_run",),
    ),
    Mutant(
        "a run that goes on as a new one forgets its outputs",
        "arazzo/frames.py",
        '    outputs: dict[str, Values] = Field(default={}, repr=False)\n    """By step',
        '    outputs: dict[str, Values] = Field(default={}, repr=False, exclude=True)\n    """By step',
        ("tests/arazzo/microcases/test_microcases.py::test_rolled_over",),
    ),
    Mutant(
        "how a nested workflow ended is not handed over",
        "workflows/arazzo.py",
        'outcome.model_dump(mode="json") if self.request.depth else',
        'outcome.model_dump(mode="json", exclude={"depended_on", "completed"}) if self.request.depth else',
        (
            "tests/arazzo/microcases/test_durable_runs.py::test_dependencies_are_run_once_and_their_steps_are_known",
        ),
    ),
    Mutant(
        "a lost worker's call is sent again",
        "workflows/arazzo_ports.py",
        '        config["retry_policy"] = RetryPolicy(maximum_attempts=1)\n',
        '        config["retry_policy"] = RetryPolicy(maximum_attempts=2)\n',
        (
            "tests/arazzo/microcases/test_durable_calls.py::test_what_a_lost_worker_may_have_sent_is_not_sent_again",
        ),
    ),
    Mutant(
        "all requests of a visit have one key",
        "activities/document_calls.py",
        "    return str(uuid5(UUID(step.key), asked.hexdigest()))\n",
        "    return step.key\n",
        ("tests/arazzo/microcases/test_durable_calls.py::test_another_request_has_another_key",),
    ),
    Mutant(
        "workflows that lead to each other never end",
        "workflows/arazzo_ports.py",
        "        if self._request.transfers >= MOST_TRANSFERS:\n",
        "        if self._request.transfers >= MOST_TRANSFERS + 2:\n",
        ("tests/arazzo/microcases/test_durable_runs.py::test_workflows_that_lead_to_each_other_end",),
    ),
)
