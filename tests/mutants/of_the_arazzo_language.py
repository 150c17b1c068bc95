"""What breaks the reading of Arazzo documents, how they find each other, their plans, or the check before they run."""

from tests.mutants.mutant import Mutant

TEXTS = ("tests/arazzo/test_source.py::test_what_is_no_document_is_refused_with_its_line",)
SCALARS = ("tests/arazzo/test_source.py::test_a_plain_scalar_is_what_json_has",)
COMPILED = "tests/arazzo/test_compiling.py"
DEPARTURES = ("tests/arazzo/test_departures.py::test_a_departure_is_taken_in_compat_and_refused_in_strict",)
ERRORS = ("tests/arazzo/test_lint.py::test_what_cannot_be_done_is_an_error_in_both_modes",)
WARNINGS = ("tests/arazzo/test_lint_warnings.py::test_what_is_likely_a_mistake_is_warned_of",)
PEACE = ("tests/arazzo/test_lint_peace.py::test_what_is_well_made_is_left_in_peace",)

MUTANTS = (
    Mutant(
        "a bomb of aliases is expanded",
        "arazzo/tree.py",
        "        self._count(node.size, line)\n",
        "        self._count(1, line)\n",
        ("tests/arazzo/test_source.py::test_a_bomb_of_aliases_is_refused",),
    ),
    Mutant(
        "the second of two fields of one name wins",
        "arazzo/tree.py",
        "        if self._doubles:\n            raise Problems(self._doubles)\n",
        "",
        TEXTS,
    ),
    Mutant(
        "a number with a leading zero is a number",
        "arazzo/yaml_text.py",
        'INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")',
        'INTEGER = re.compile(r"[-+]?[0-9]+")',
        SCALARS,
    ),
    Mutant(
        "a tag of Python is read as if it were not there",
        "arazzo/yaml_text.py",
        '    short = tag.replace(TAG, "!!")\n',
        '    short = tag.replace(TAG, "!!")\n    return\n',
        TEXTS,
    ),
    Mutant(
        "strict takes what compat takes",
        "arazzo/reading.py",
        "        if self.mode is Mode.STRICT:\n",
        "        if self.mode is None:\n",
        DEPARTURES,
    ),
    Mutant(
        "compat keeps its departures to itself",
        "arazzo/reading.py",
        "            self.departures.append(self._problem(rule, path, message, expected, clause, Severity.WARNING))\n",
        "            pass\n",
        DEPARTURES,
    ),
    Mutant(
        "no retryLimit is no retry",
        "arazzo/read_actions.py",
        "    if found is None:\n        return 1\n",
        "    if found is None:\n        return 0\n",
        ("tests/arazzo/test_loading.py::test_actions_have_their_defaults",),
    ),
    Mutant(
        "a document is found by where it came from, in strict too",
        "arazzo/identity.py",
        "        if target is None and document.mode is Mode.COMPAT:\n",
        "        if target is None:\n",
        ("tests/arazzo/test_identity.py::test_where_it_came_from_is_no_name_of_a_document_that_has_one",),
    ),
    Mutant(
        "a relative $self is no base",
        "arazzo/identity.py",
        "    return document.uri if own is None else join(document.uri, own)\n",
        "    return own or document.uri\n",
        ("tests/arazzo/test_identity.py::test_the_base_is_self_else_where_it_came_from",),
    ),
    Mutant(
        "the parameters of a workflow are lost where its steps have some",
        "arazzo/merging.py",
        "    both = (*(one for one in general if identity_of(one, to_inputs=to_inputs) not in overridden), *own)\n",
        "    both = own or general\n",
        (f"{COMPILED}::test_a_step_has_the_parameters_of_its_workflow",),
    ),
    Mutant(
        "an empty list of actions is no list",
        "arazzo/merging.py",
        "    given = workflow.failure_actions if step.on_failure is None else step.on_failure\n",
        "    given = step.on_failure or workflow.failure_actions\n",
        (f"{COMPILED}::test_the_actions_of_a_step_stand_in_place_of_those_of_its_workflow",),
    ),
    Mutant(
        "a plan is made of documents that cannot do what they say",
        "arazzo/compiling.py",
        "    if wrong:\n        raise Problems(wrong)\n",
        "",
        ("tests/arazzo/test_compiled_calls.py::test_a_call_in_the_words_of_other_tools",),
    ),
    Mutant(
        "the order of lines is the order of steps",
        "arazzo/lint_expressions.py",
        "    waits = {",
        "    return source < reader\n    waits = {",
        PEACE,
    ),
    Mutant(
        "any step may read the outputs of any other",
        "arazzo/routes.py",
        "        return bool(self._later[place] >> later & 1)\n",
        "        return True\n",
        (
            "tests/arazzo/test_lint_departures.py::test_what_is_against_the_text_and_plain_is_an_error_in_strict_only",
        ),
    ),
    Mutant(
        "an effect may stay when a later step fails",
        "arazzo/lint_effects.py",
        '        linting.warn("no-compensation"',
        '        linting.note("no-compensation"',
        WARNINGS,
    ),
    Mutant(
        "nothing is said of steps that may fail beyond the point of no return",
        "arazzo/lint_effects.py",
        "        if workflow.routes.may_fail(place):\n            late",
        "        if not workflow.routes.may_fail(place):\n            late",
        WARNINGS,
    ),
    Mutant(
        "a compensation may need what is not known",
        "arazzo/lint_effects.py",
        "own.compensate is not None and own.probe is None and",
        "own.compensate is None and own.probe is None and",
        ERRORS,
    ),
    Mutant(
        "a pattern of an input may run away",
        "arazzo/inputs.py",
        '            "pattern": _pattern,\n',
        "",
        ("tests/arazzo/test_inputs.py::test_a_pattern_cannot_run_away",),
    ),
    Mutant(
        "what was given is said when it does not fit",
        "arazzo/inputs.py",
        "    said = json.dumps(error.validator_value",
        "    said = json.dumps(error.instance",
        ("tests/arazzo/test_inputs.py::test_what_was_given_is_not_said",),
    ),
)
