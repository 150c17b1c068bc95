"""What breaks what the catalogue tells of documents, and the locks of their folders."""

from tests.mutants.mutant import Mutant

LOCK = "tests/cli/test_arazzo_lock.py"
HANDED = "tests/arazzo/test_handoffs.py"
SHOWN = "tests/cli/test_flows_of_documents.py"

MUTANTS = (
    Mutant(
        "a plan changes under the same version",
        "arazzo/locks.py",
        "new.workflows[name].version == known[name].version",
        "new.workflows[name].version != known[name].version",
        (f"{LOCK}::test_a_changed_plan_under_an_unchanged_version_fails_the_check",),
    ),
    Mutant(
        "a plan is another one on other lines",
        "arazzo/plan.py",
        '                step.pop("line", None)\n',
        '                step.get("line", None)\n',
        (f"{LOCK}::test_what_is_as_it_was_locked_is_in_peace", f"{HANDED}::test_lines_make_no_other_plan"),
    ),
    Mutant(
        "a lock is written over what nobody has said",
        "cli/arazzo_lock.py",
        "    if new.changes.unsaid and not options.accept:\n",
        "    if new.changes.unsaid and options.accept:\n",
        (f"{LOCK}::test_a_lock_is_not_written_over_an_unsaid_change",),
    ),
    Mutant(
        "plans of another format are compared",
        "arazzo/locks.py",
        "    if lock.format != FORMAT:\n",
        "    if lock.format > FORMAT:\n",
        (f"{LOCK}::test_plans_of_another_format_are_not_compared",),
    ),
    Mutant(
        "two workflows of one name are locked",
        "runtime/document_locks.py",
        "if names.count(name) > 1}",
        "if names.count(name) > 2}",
        (f"{LOCK}::test_a_broken_document_is_not_locked",),
    ),
    Mutant(
        "a value in a body is handed to nobody",
        "arazzo/handoffs.py",
        "        case dict() as members if site.form is Form.VALUE:\n",
        "        case dict() as members if site.form is Form.EXPRESSION:\n",
        (f"{HANDED}::test_each_value_is_followed_from_the_step_that_gives_it",),
    ),
    Mutant(
        "a condition reads nothing",
        "arazzo/handoffs.py",
        "    return list(dict.fromkeys(one for one in found if is_of_the_run(one)))\n",
        "    return [one for one in found if is_of_the_run(one) and site.form is Form.VALUE]\n",
        (f"{HANDED}::test_conditions_and_pointers_are_followed_too",),
    ),
    Mutant(
        "the modules that a flow is made of are not read",
        "runtime/flow_calls.py",
        "        waiting += _flows_imported(tree)\n",
        "",
        (f"{SHOWN}::test_modules_that_a_flow_is_made_of_are_read_too",),
    ),
    Mutant(
        "a document writes to the terminal",
        "cli/flows.py",
        '"\\n", (plain(flow.description), "dim"))',
        '"\\n", (flow.description, "dim"))',
        (f"{SHOWN}::test_what_a_document_says_is_no_command_to_the_terminal",),
    ),
    Mutant(
        "a prompt of a document writes to the terminal",
        "cli/blueprint_lines.py",
        "Text(plain(line), style=",
        "Text(line, style=",
        (f"{SHOWN}::test_what_a_document_says_is_no_command_to_the_terminal",),
    ),
    Mutant(
        "one of two workflows of a name hides the other one",
        "runtime/document_shelf.py",
        "            if flow.name in found:\n",
        "            if not flow.name:\n",
        (f"{SHOWN}::test_a_name_that_is_taken_is_left_out_and_said",),
    ),
    Mutant(
        "a run does not tell which plan it has",
        "runtime/id_rules.py",
        "        **flow.memo,\n",
        "",
        ("tests/cli/test_arazzo_run.py::test_a_run_tells_which_plan_it_has",),
    ),
)
