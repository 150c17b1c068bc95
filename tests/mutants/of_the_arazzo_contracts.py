"""What lets a request through that does not fit, calls growth breakage, or keeps still about either."""

from tests.mutants.mutant import Mutant

CONTRACTS, FITTING = "tests/arazzo/test_contracts.py", "tests/arazzo/test_fitting.py"
DRIFTING, DEPARTURES = "tests/arazzo/test_drifting.py", "tests/activities/test_departures.py"
RUN, SHOWN = "tests/workflows/test_arazzo_contracts.py", "tests/workflows/test_arazzo_shown.py"

MUTANTS = (
    Mutant(
        "a request that does not fit is sent all the same",
        "activities/document_calls.py",
        "        if prepared.misfits:\n",
        "        if prepared.misfits and False:\n",
        (f"{RUN}::test_a_request_that_does_not_fit_is_not_sent",),
    ),
    Mutant(
        "only steps are held against their description, and no undo",
        "activities/document_calls.py",
        "        if prepared.misfits:\n",
        '        if prepared.misfits and role == "call":\n',
        (f"{RUN}::test_an_undo_that_does_not_fit_is_not_sent_either",),
    ),
    Mutant(
        "what a service answers otherwise is kept from the status",
        "activities/documents.py",
        "came_back.noted_in(judged(step, request, answer, now=datetime.now(UTC)))",
        "judged(step, request, answer, now=datetime.now(UTC))",
        (f"{RUN}::test_an_answer_that_differs_fails_nothing",),
    ),
    Mutant(
        "a workflow that goes without contracts has them",
        "arazzo/compiling.py",
        "planned if workflow.own.contracts is Contracts.HELD else without_contracts(planned)",
        "planned",
        (f"{RUN}::test_a_workflow_may_go_without",),
    ),
    Mutant(
        "a plan has contracts without end",
        "arazzo/plan_contracts.py",
        "<= MOST_IN_PLAN",
        ">= 0",
        (f"{CONTRACTS}::test_a_plan_has_a_bound",),
    ),
    Mutant(
        "a schema of any size is carried",
        "arazzo/contracts.py",
        "    if len(schema) > LARGEST_SCHEMA:\n",
        "    if len(schema) > 10 * LARGEST_SCHEMA:\n",
        (f"{CONTRACTS}::test_a_schema_that_cannot_be_held_to_is_left_out",),
    ),
    Mutant(
        "an operation has schemas without end",
        "arazzo/contracts.py",
        "    if total > LARGEST_CONTRACT:\n",
        "    if total > 10 * LARGEST_CONTRACT:\n",
        (f"{CONTRACTS}::test_a_contract_has_a_bound",),
    ),
    Mutant(
        "null is wrong where 3.0 allows it",
        "arazzo/openapi/contract.py",
        'schema.pop("nullable", None) is True',
        'schema.pop("nullable", None) is None',
        (f"{CONTRACTS}::test_a_schema_is_as_short_as_it_can_be",),
    ),
    Mutant(
        "default comes before a status",
        "arazzo/openapi/contract.py",
        '(str(status), f"{status // 100}XX", "DEFAULT")',
        '("DEFAULT", str(status), f"{status // 100}XX")',
        (f"{CONTRACTS}::test_a_status_is_described_by_what_is_nearest",),
    ),
    Mutant(
        "a text that is a number is no number in a query",
        "arazzo/fitting.py",
        "    yield _each(value, _parsed)\n    yield _each(value, _written)\n",
        "    yield _each(value, _written)\n",
        (f"{FITTING}::test_parameters_are_texts_when_they_are_sent",),
    ),
    Mutant(
        "what a service fills in itself has to be sent",
        "arazzo/holding.py",
        '_required_but("readOnly")',
        '_required_but("neverSaid")',
        (f"{FITTING}::test_a_body_is_what_the_operation_takes",),
    ),
    Mutant(
        "a description may keep a worker busy for ever",
        "arazzo/holding.py",
        "        spend()\n",
        "        spend(0)\n",
        (f"{FITTING}::test_a_value_that_costs_too_much_to_tell_fits",),
    ),
    Mutant(
        "a field that is new breaks what forbids others",
        "arazzo/holding.py",
        "    if wanted is not False:\n",
        "    if True:\n",
        (f"{DRIFTING}::test_answers_are_held_against_their_description",),
    ),
    Mutant(
        "a word that is new is breakage",
        "arazzo/drifting.py",
        'if error.validator in ("enum", "const")',
        'if error.validator in ("const",)',
        (f"{DRIFTING}::test_answers_are_held_against_their_description",),
    ),
    Mutant(
        "new fields are seen at the top alone",
        "arazzo/drifting.py",
        "                yield from _undescribed(root, described, one, (*path, name))\n",
        "                pass\n",
        (f"{DRIFTING}::test_fields_of_what_is_referred_to_are_described",),
    ),
    Mutant(
        "a name of a service is shown as it comes",
        "arazzo/holding.py",
        'one if one.isprintable() else "\\N{REPLACEMENT CHARACTER}"',
        "one",
        (f"{DRIFTING}::test_no_more_is_said_than_anybody_reads",),
    ),
    Mutant(
        "each answer has its line in the log",
        "activities/departures.py",
        "        self._logged[what] = now\n",
        "",
        (f"{DEPARTURES}::test_each_kind_is_logged_once_in_a_while",),
    ),
    Mutant(
        "only what is logged is counted",
        "activities/departures.py",
        "            _count(operation, kind)\n            if self._is_due((operation.source, operation.called, kind)):\n",
        "            if self._is_due((operation.source, operation.called, kind)):\n"
        "                _count(operation, kind)\n",
        (f"{DEPARTURES}::test_all_are_counted",),
    ),
    Mutant(
        "the version of a document is an order to the terminal",
        "cli/flow_screen.py",
        "{plain(view.version)}",
        "{view.version}",
        (f"{SHOWN}::test_what_a_document_says_is_shown_as_it_stands",),
    ),
    Mutant(
        "a chart of a document is an order to the terminal",
        "arazzo/drawing_mermaid.py",
        " if is_text(one)",
        "",
        ("tests/arazzo/test_drawing.py::test_nothing_of_a_document_is_obeyed",),
    ),
)
