"""What breaks the example documents: what the engine adds to their calls, and what it makes of what comes back."""

from tests.mutants.mutant import Mutant

PLAYED, CARRIED = "tests/arazzo/test_examples_played.py", "tests/workflows/test_arazzo_examples.py"
WAITS, IN_CODE = "tests/workflows/test_arazzo_waits.py", "tests/workflows/test_arazzo_in_code.py"

MUTANTS = (
    Mutant(
        "an undo does not name what it undoes",
        "arazzo/exchange.py",
        "given = said + _of_the_engine(operation, role)",
        "given = said",
        (f"{PLAYED}::test_what_takes_a_step_back_is_understood",),
    ),
    Mutant(
        "a key that the engine sends is missed in the document",
        "arazzo/lint_calls.py",
        " | _sent_anyway(step, operation)\n",
        "\n",
        ("tests/arazzo/test_examples.py::test_nothing_is_to_be_remarked",),
    ),
    Mutant(
        "a failed workflow's failure has no name",
        "workflows/arazzo_ports.py",
        '            self._kinds[step] = self._kinds[failed.step] = failure_type(error) or "WorkflowFailed"\n',
        "",
        (f"{CARRIED}::test_it_leaves_nothing",),
    ),
    Mutant(
        "a message that never came is a criterion that does not hold",
        "workflows/arazzo_ports.py",
        "                self._kinds[step.name] = MESSAGE_TIMED_OUT\n",
        "",
        (f"{WAITS}::test_the_money_never_comes",),
    ),
    Mutant(
        "a message of another order is taken",
        "workflows/arazzo_ports.py",
        " and armed.correlation_id in (None, event.correlation_id)",
        "",
        (f"{WAITS}::test_the_money_of_another_order",),
    ),
    Mutant(
        "what a document has done stays, when the flow that ran it fails",
        "workflows/arazzo.py",
        "else self.saga.reversible(result)\n",
        "else Reversible(result=result)\n",
        (f"{IN_CODE}::test_a_later_step_fails",),
    ),
)
