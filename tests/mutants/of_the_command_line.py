"""Breaks of what the command line promises of early answers, schedules and decisions."""

from tests.mutants.mutant import Mutant

ANSWER = "tests/cli/test_answer.py"
INCIDENTS = "tests/cli/test_incidents.py"
SCHEDULES = "tests/cli/test_schedules.py"

MUTANTS = (
    Mutant(
        "an answer is handed out to another input",
        "runtime/answering.py",
        "UPDATE, AnswerRequest(), start_workflow_operation=start,",
        "UPDATE, AnswerRequest(), id=UPDATE, start_workflow_operation=start,",
        (f"{ANSWER}::test_the_id_rules_hold_for_an_answer",),
    ),
    Mutant(
        "asking for an answer joins whatever runs under the id",
        "runtime/id_rules.py",
        '"id_conflict_policy": WorkflowIDConflictPolicy.FAIL',
        '"id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING',
        (f"{ANSWER}::test_the_id_rules_hold_for_an_answer",),
    ),
    Mutant(
        "an answer that is late is a failure",
        "cli/answering.py",
        "    return Exit.DONE\n\n\ndef _not_in_time(",
        "    return Exit.DONE if asked.answer else Exit.FAILED\n\n\ndef _not_in_time(",
        (f"{ANSWER}::test_an_answer_that_is_late",),
    ),
    Mutant(
        "a schedule starts beside a run that is not over",
        "runtime/scheduling.py",
        "Overlap.SKIP: ScheduleOverlapPolicy.SKIP",
        "Overlap.SKIP: ScheduleOverlapPolicy.ALLOW_ALL",
        (f"{SCHEDULES}::test_a_run_that_is_not_over_keeps_the_next_away",),
    ),
    Mutant(
        "a schedule makes up for what a year has missed",
        "runtime/scheduling.py",
        ", catchup_window=CATCH_UP",
        "",
        (f"{SCHEDULES}::test_the_overlap_rule_is_the_servers",),
    ),
    Mutant(
        "a scheduled flow is in no list",
        "runtime/scheduling.py",
        "            typed_search_attributes=BEGINS,\n",
        "",
        (f"{SCHEDULES}::test_a_run_is_listed_as_any_flow",),
    ),
    Mutant(
        "a wrong field of corrected input is not named",
        "runtime/deciding.py",
        "if cause.type == INVALID_INPUT and",
        "if not cause.type and",
        (f"{INCIDENTS}::test_input_that_does_not_fit_the_step",),
    ),
)
