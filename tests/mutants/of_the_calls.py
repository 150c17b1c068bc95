"""Breaks of the one classification of calls, and of what travels with them."""

from tests.mutants.mutant import Mutant

CALLS = "tests/activities/test_call_table.py"
VERDICT = "tests/activities/test_verdict.py"
ATTEMPT = "tests/activities/test_attempt.py"
HTTP = "tests/activities/test_http.py"


def row(name: str, old: str, new: str, *tests: str) -> Mutant:
    """A changed row of the table in activities/verdict.py."""
    return Mutant(name, "activities/verdict.py", old, new, tests or (CALLS, VERDICT))


MUTANTS = (
    row(
        "a time-out of the answer is a refusal",
        "httpx.ReadTimeout: Row(Outcome.UNKNOWN",
        "httpx.ReadTimeout: Row(Outcome.REFUSED",
    ),
    row(
        "a lost connection is a refusal",
        "Exception: Row(Outcome.UNKNOWN",
        "Exception: Row(Outcome.REFUSED",
    ),
    row(
        "a failed server is a refusal",
        "SERVER_FAILED = Row(Outcome.UNKNOWN",
        "SERVER_FAILED = Row(Outcome.REFUSED",
    ),
    row(
        "a refused connection is unknown",
        "httpx.ConnectError: Row(Outcome.REFUSED",
        "httpx.ConnectError: Row(Outcome.UNKNOWN",
    ),
    row(
        "a key in progress is a refusal",
        '(409, "KeyInProgress"): Row(Outcome.UNKNOWN, retry=True',
        '(409, "KeyInProgress"): Row(Outcome.REFUSED, retry=False',
    ),
    row(
        "refused credentials are tried again",
        "401: Row(Outcome.REFUSED, retry=False",
        "401: Row(Outcome.REFUSED, retry=True",
    ),
    row(
        "a throttled call is given up",
        "429: Row(Outcome.REFUSED, retry=True",
        "429: Row(Outcome.REFUSED, retry=False",
    ),
    row(
        "an answer that is not as promised is tried again",
        "RESPONSE_INVALID = Row(Outcome.UNKNOWN, retry=False",
        "RESPONSE_INVALID = Row(Outcome.UNKNOWN, retry=True",
    ),
    row(
        "a business refusal is tried again",
        'return Row(Outcome.REFUSED, retry=False, type=problem.failure_type or "RequestRefused")',
        'return Row(Outcome.REFUSED, retry=True, type=problem.failure_type or "RequestRefused")',
    ),
    row(
        "a business refusal has no name",
        'type=problem.failure_type or "RequestRefused")',
        'type="RequestRefused")',
    ),
    row(
        "Retry-After is ignored",
        "retry_after(came_back.headers))",
        "None)",
        f"{HTTP}::test_retry_after_sets_the_delay",
    ),
    Mutant(
        "earlier attempts are forgotten",
        "activities/attempt.py",
        "return outcome if outcome is not Outcome.REFUSED or all_refused_before else Outcome.UNKNOWN",
        "return outcome if all_refused_before or outcome else Outcome.UNKNOWN",
        (f"{ATTEMPT}::test_refused_is_said_only_if_every_attempt_was",),
    ),
    Mutant(
        "a cancelled call is cut off",
        "activities/attempt.py",
        "if not (task.done() or _flow_is_cancelled()):",
        "if not task.done():",
        (f"{ATTEMPT}::test_a_cancel_of_the_flow_waits_for_the_answer",),
    ),
    Mutant(
        "all wait the same time before they try again",
        "activities/attempt.py",
        "share=share)",
        "share=1.0)",
        ("tests/activities/test_jitter.py",),
    ),
    Mutant(
        "calls carry no key",
        "activities/http.py",
        '"Idempotency-Key": step.key',
        '"Idempotency": step.key',
        (f"{HTTP}::test_a_call_is_a_post_of_the_request_under_the_steps_key",),
    ),
    Mutant(
        "an undo does not say what it undoes",
        "activities/http.py",
        'found["X-Compensates"] = step.compensates',
        "pass",
        (f"{HTTP}::test_a_compensation_names_the_key_that_it_undoes",),
    ),
    Mutant(
        "a long wait is waited for in the activity",
        "activities/http.py",
        "if failed.wait and failed.wait > self._retry_after_cap:",
        "if failed.wait and not failed.wait:",
        (f"{HTTP}::test_a_longer_wait_is_left_to_the_saga",),
    ),
    Mutant(
        "redirects are followed",
        "activities/http.py",
        "follow_redirects=False",
        "follow_redirects=True",
        (f"{HTTP}::test_a_redirect_is_not_followed",),
    ),
)
