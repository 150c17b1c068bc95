"""Breaks of what access promises: it is taken away whatever ends the flow, and nobody gives it to himself."""

from tests.mutants.mutant import Mutant

PLAN, TERM, MODEL = "workflows/access.py", "workflows/access_term.py", "models/access.py"
MONTHS = "tests/workflows/test_access.py"
AT_ONCE = "tests/workflows/test_access_at_once.py"

MUTANTS = (
    Mutant(
        "access is not revoked when the flow is cancelled",
        PLAN,
        "            compensation=Directory.remove_member,\n",
        "",
        (f"{AT_ONCE}::test_cancelled_it_is_revoked_at_once",),
    ),
    Mutant(
        "access that is half given stays half given",
        PLAN,
        "            compensation=Directory.remove_entitlement,\n",
        "",
        (f"{MONTHS}::test_access_half_given_is_undone",),
    ),
    Mutant(
        "access is not revoked on its day",
        PLAN,
        "        await saga.execute_activity(Directory.remove_member, membership, **PRIVATE)\n",
        "        del membership\n",
        (f"{MONTHS}::test_access_ends_on_its_day",),
    ),
    Mutant(
        "nobody asks after what the directory has only accepted",
        PLAN,
        "            poll=Directory.find_member,\n",
        "",
        (f"{MONTHS}::test_what_is_only_accepted_is_polled",),
    ),
    Mutant(
        "anybody may approve access",
        PLAN,
        "            deciders=Deciders(people=(request.manager,)),\n",
        "",
        (f"{MONTHS}::test_only_the_manager_approves",),
    ),
    Mutant(
        "the directory holds to an end that has moved",
        TERM,
        "            if end != self._told:\n",
        "            if end == self._told:\n",
        (f"{MONTHS}::test_the_end_is_put_off",),
    ),
    Mutant(
        "a directory that could not be told is not told again",
        TERM,
        "            pause = LONGEST if self._told == end else TELL_AGAIN\n",
        "            pause = LONGEST\n",
        (f"{MONTHS}::test_a_directory_that_could_not_be_told_is_told_again",),
    ),
    Mutant(
        "an early end waits until the directory is told another",
        "saga/deadline.py",
        "        await workflow.wait_condition(lambda: waiting.done() or _has_failed(working))\n",
        "        await workflow.wait_condition(working.done)\n",
        (f"{AT_ONCE}::test_a_directory_that_cannot_be_told_keeps_no_end_waiting",),
    ),
    Mutant(
        "who has access may put off its end",
        MODEL,
        "        if request.concerns(said.by):\n",
        "        if not said.by:\n",
        (f"{MONTHS}::test_what_cannot_be_asked_is_refused",),
    ),
    Mutant(
        "an address to call back that somebody has made up is believed",
        "activities/callbacks.py",
        "        if not hmac.compare_digest(signature.encode(), self._signature(said).encode()):\n",
        "        if not signature:\n",
        ("tests/activities/test_callbacks.py::test_who_makes_an_address_up_is_not",),
    ),
    Mutant(
        "a service that calls back is not heard",
        "runtime/hinting.py",
        'signal("callback", Callback(step=step))',
        'signal("callback", Callback(step="-"))',
        (f"{AT_ONCE}::test_the_directory_calls_back",),
    ),
    Mutant(
        "a signal of the flow's own is taken unchecked",
        "saga/handlers.py",
        "            check(message)\n",
        "",
        (f"{MONTHS}::test_what_cannot_be_asked_is_refused",),
    ),
)
