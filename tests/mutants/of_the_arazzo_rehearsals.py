"""Breaks of what dry runs make up, and of what they say would happen."""

from tests.mutants.mutant import Mutant

RUNS = "tests/arazzo/test_dry_runs.py"
SUITES = "tests/arazzo/test_dry_suites.py"
CLI = "tests/cli/test_arazzo_dry_run.py"

MUTANTS = (
    Mutant(
        "a dry run takes whichever answer comes first",
        "arazzo/dry_runs/making.py",
        "            if aim.fits(verdict):\n                return Made(verdict, tuple",
        "            if verdict:\n                return Made(verdict, tuple",
        (f"{RUNS}::test_answers_are_as_the_document_wants_them",),
    ),
    Mutant(
        "an answer has nothing of what the criteria want",
        "arazzo/dry_runs/making.py",
        "        return [(), *(way for way in found if way)]",
        "        return [()] if found else [()]",
        (f"{RUNS}::test_answers_are_as_the_document_wants_them",),
    ),
    Mutant(
        "a loop that could end is gone round until it is stopped",
        "arazzo/dry_runs/directions.py",
        "return (usual,) if last is None else (elsewhere(step, last), usual)",
        "return (usual,) if last is None else (usual, elsewhere(step, last))",
        (f"{RUNS}::test_a_loop_ends",),
    ),
    Mutant(
        "a dry run goes on for ever",
        "arazzo/dry_runs/running.py",
        "if self._steps > MOST_STEPS:",
        "if self._steps > 2 * MOST_STEPS:",
        (f"{RUNS}::test_a_loop_without_an_end_is_stopped",),
    ),
    Mutant(
        "what was refused is undone",
        "arazzo/dry_runs/running.py",
        "            scope.drop(undo)\n",
        "            pass\n",
        (f"{RUNS}::test_what_was_done_is_undone",),
    ),
    Mutant(
        "a rehearsal undoes the oldest first",
        "arazzo/dry_runs/undoing.py",
        "for undo in reversed(undos):",
        "for undo in undos:",
        (f"{RUNS}::test_what_was_done_is_undone",),
    ),
    Mutant(
        "an undo does not know what the step gave",
        "arazzo/dry_runs/running.py",
        "undo.outputs = dict(verdict.outputs)",
        "undo.outputs = {}",
        (f"{RUNS}::test_an_undo_is_given_what_the_step_gave",),
    ),
    Mutant(
        "behind the point of no return a failure is undone",
        "arazzo/dry_runs/running.py",
        'held = scope.is_final or step.planned.step.own.on_failure == "hold"',
        'held = step.planned.step.own.on_failure == "hold"',
        (f"{RUNS}::test_behind_the_point_of_no_return_a_person_decides",),
    ),
    Mutant(
        "a workflow that was run as a step is not undone with the other",
        "arazzo/dry_runs/running.py",
        "self._scopes[-1].undos += scope.undos",
        "self._scopes[-1].undos += []",
        (f"{RUNS}::test_a_nested_workflow_is_undone_with_the_one_that_runs_it",),
    ),
    Mutant(
        "a request that was lost on its way is found by the probe",
        "arazzo/dry_runs/running.py",
        "direction.kind is FaultKind.LOST and not asked.problem:",
        "direction.kind is FaultKind.STATUS and not asked.problem:",
        (f"{RUNS}::test_a_probe_tells_what_has_happened",),
    ),
    Mutant(
        "a fault never ends",
        "arazzo/dry_runs/faults.py",
        "None if times is None else times - 1",
        "times",
        (f"{RUNS}::test_time_passes_without_being_waited_for",),
    ),
    Mutant(
        "a dry run shows secrets",
        "arazzo/dry_runs/inputs.py",
        "seal_inputs(values, schema, lambda _: HIDDEN)",
        "seal_inputs(values, schema, lambda secret: secret)",
        (f"{CLI}::test_secrets_are_not_shown",),
    ),
    Mutant(
        "a run that would fail is exit 0",
        "cli/arazzo_dry_run.py",
        "return Exit.DONE if report.end is End.COMPLETED else Exit.FAILED",
        "return Exit.DONE",
        (f"{CLI}::test_a_fault_is_told_to_its_end",),
    ),
    Mutant(
        "an action behind one that always matches is passed over",
        "arazzo/dry_runs/cases.py",
        "yield Case(name, impossible=_always(actions[possible - 1].name))",
        "continue",
        (f"{SUITES}::test_actions_behind_one_that_always_matches_cannot_be_reached",),
    ),
    Mutant(
        "a request that cannot be built is as expected",
        "arazzo/dry_runs/suite.py",
        "    for event in report.problems:",
        "    for event in report.problems[:0]:",
        (f"{SUITES}::test_a_request_that_cannot_be_built_is_otherwise",),
    ),
    Mutant(
        "the route of a case is not looked at",
        "arazzo/dry_runs/suite.py",
        "        if found is None:\n            return one\n",
        "        if found is None:\n            return None\n",
        (f"{SUITES}::test_what_is_expected_is_held_against_what_was_seen",),
    ),
    Mutant(
        "a case that ends otherwise is as expected",
        "arazzo/dry_runs/suite.py",
        "    if report.end not in case.ends:",
        "    if report.end not in case.ends and False:",
        (f"{SUITES}::test_what_is_expected_is_held_against_what_was_seen",),
    ),
    Mutant(
        "a step behind a branch that no answer takes is not looked for elsewhere",
        "arazzo/dry_runs/cases.py",
        "            if not turns:\n",
        "            if turns or not turns:\n",
        (f"{SUITES}::test_another_way_is_looked_for",),
    ),
    Mutant(
        "a pattern is not read",
        "arazzo/openapi/texts.py",
        "if isinstance(pattern, str) and (matching := sample_of(pattern)) is not None:",
        "if isinstance(pattern, str) and (matching := sample_of(pattern)) == 0:",
        (f"{RUNS}::test_an_input_that_is_made_up_fits_where_it_goes",),
    ),
)
