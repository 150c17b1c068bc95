"""Breaks of what agents may do and see, and of what counts as a judgement."""

from tests.mutants.mutant import Mutant

JUDGE = "tests/activities/test_agent.py"
PAGE = "tests/docs/test_agents.py"
TOOLS = "tests/cli/test_mcp.py"

MUTANTS = (
    Mutant(
        "an agent is on record as anybody",
        "runtime/mcp_server.py",
        'kind="agent"',
        "kind=None",
        (f"{TOOLS}::test_an_agent_starts_an_order_and_follows_it",),
    ),
    Mutant(
        "an agent is always called what its client says",
        "runtime/mcp_server.py",
        "by=by or _client_of(context)",
        "by=_client_of(context)",
        (f"{TOOLS}::test_an_agent_says_who_it_is",),
    ),
    Mutant(
        "an agent sees whatever runs on the server",
        "runtime/agent_tools.py",
        "if found.workflow_type not in self._catalogue.names:",
        "if not found.workflow_type:",
        (f"{TOOLS}::test_another_workflow_is_nothing_to_an_agent",),
    ),
    Mutant(
        "an agent that follows a flow waits on while a person is waited for",
        "runtime/agent_answers.py",
        "return not view.ended and view.status in WAIT_FOR_PERSON",
        "return False",
        (f"{TOOLS}::test_an_agent_cannot_approve",),
    ),
    Mutant(
        "an agent is not told what people owe",
        "runtime/agent_answers.py",
        "decisions=(*map(_approval, waiting), *map(_incident, unsettled)),",
        "decisions=tuple(map(_incident, unsettled)),",
        (f"{TOOLS}::test_an_agent_cannot_approve",),
    ),
    Mutant(
        "what a tool does not take is passed over",
        "runtime/agent_tools.py",
        'extra="forbid"',
        'extra="ignore"',
        (f"{TOOLS}::test_an_agent_cannot_approve",),
    ),
    Mutant(
        "what does not fit the schema is a judgement",
        "activities/agent.py",
        'if wrong := wrong_with_inputs(schema, answer, whole="the answer"):',
        "if wrong := wrong_with_inputs(True, answer):",
        (f"{JUDGE}::test_what_does_not_fit_is_none",),
    ),
    Mutant(
        "an answer that was cut off is a judgement",
        "activities/agent.py",
        'if choice.finish_reason not in {"stop", None}:',
        "if False:",
        (f"{JUDGE}::test_what_does_not_fit_is_none",),
    ),
    Mutant(
        "a lost judgement may have had an effect",
        "activities/http.py",
        "raise self._failure(attempt, path, verdict, Outcome.REFUSED)",
        "raise self._failure(attempt, path, verdict, verdict.outcome)",
        (f"{JUDGE}::test_whatever_fails_nothing_has_come_of_it",),
    ),
    Mutant(
        "what others have written can begin a line of the question",
        "activities/agent.py",
        "json.dumps(masked(request.context))",
        "json.dumps(masked(request.context), indent=1)",
        (f"{JUDGE}::test_data_stays_data",),
    ),
    Mutant(
        "an agent is sent what is sealed",
        "activities/agent.py",
        "json.dumps(masked(request.context))",
        "json.dumps(request.context)",
        (f"{JUDGE}::test_a_sealed_value_stays_here",),
    ),
    Mutant(
        "an agent has what is sealed opened",
        "activities/agent.py",
        '        refuse_seals(answer, "it")\n',
        "",
        (f"{JUDGE}::test_a_seal_is_no_judgement",),
    ),
    Mutant(
        "an agent that cannot be had is waited for",
        "workflows/arazzo_asking.py",
        "limit = judge.timeout or step.planned.step.timeout or LONGEST_JUDGEMENT",
        "limit = LONGEST_JUDGEMENT",
        ("tests/workflows/test_arazzo_judge.py::test_an_agent_that_cannot_be_had_in_time",),
    ),
    Mutant(
        "without a judgement nobody is asked",
        "examples/agent_judge.py",
        "            if judgement:\n                return judgement.answer\n",
        "            if True:\n                return judgement.answer if judgement else None\n",
        (f"{PAGE}::test_a_person_judges_where_the_agent_does_not",),
    ),
)
