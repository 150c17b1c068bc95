"""Breaks of the one classification of calls, and of what travels with them."""

from tests.mutants.mutant import Mutant

CALLS = "tests/activities/test_call_table.py"
VERDICT = "tests/activities/test_verdict.py"
ATTEMPT = "tests/activities/test_attempt.py"
HTTP = "tests/activities/test_http.py"
READS = "tests/activities/test_reads.py"
KEY_AGE = "tests/activities/test_key_age.py"


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
        "return outcome if known else Outcome.UNKNOWN",
        "return outcome if known or outcome else Outcome.UNKNOWN",
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
        '{"X-Compensates": step.compensates} if',
        '{"X-Undoes": step.compensates} if',
        (f"{HTTP}::test_a_compensation_names_the_key_that_it_undoes",),
    ),
    Mutant(
        "a failed read may have had an effect",
        "activities/http.py",
        "raise self._failure(attempt, path, verdict, Outcome.REFUSED)",
        "raise self._failure(attempt, path, verdict, attempt.outcome(verdict.outcome))",
        (f"{READS}::test_a_failed_read",),
    ),
    Mutant(
        "what is not there fails a read",
        "activities/http.py",
        "came_back.status == HTTPStatus.NOT_FOUND",
        "came_back.status == HTTPStatus.GONE",
        (f"{READS}::test_what_is_not_there_is_none",),
    ),
    Mutant(
        "a key that may be forgotten is sent again",
        "activities/failure.py",
        "if age >= self.key_retention:",
        "if age >= timedelta.max:",
        (f"{KEY_AGE}::test_an_old_key_is_not_sent_after", f"{KEY_AGE}::test_what_an_old_key_would_do"),
    ),
    Mutant(
        "only this execution of a step has used its key",
        "activities/attempt.py",
        "if scheduled - first <= LONGEST_SCHEDULING and self._all_refused_before:",
        "if self._all_refused_before:",
        (f"{KEY_AGE}::test_an_old_key_is_not_sent_after",),
    ),
    Mutant(
        "a day without a worker makes a key too old to be used",
        "activities/attempt.py",
        "LONGEST_SCHEDULING = timedelta(seconds=10)",
        "LONGEST_SCHEDULING = timedelta(0)",
        (f"{KEY_AGE}::test_a_key_is_sent_after",),
    ),
    Mutant(
        "a downstream can call a key too old",
        "activities/problems.py",
        "OWN_TYPES = {RETRY_LATER, KEY_EXPIRED}",
        "OWN_TYPES = {RETRY_LATER}",
        ("tests/activities/test_problems.py",),
    ),
    Mutant(
        "refused credentials fail a flow",
        "saga/plan.py",
        "_FOR_A_PERSON = (CREDENTIALS_REFUSED, KEY_EXPIRED)",
        "_FOR_A_PERSON = (KEY_EXPIRED,)",
        ("tests/saga/test_hold.py",),
    ),
    Mutant(
        "a key that is too old fails a flow",
        "saga/plan.py",
        "_FOR_A_PERSON = (CREDENTIALS_REFUSED, KEY_EXPIRED)",
        "_FOR_A_PERSON = (CREDENTIALS_REFUSED,)",
        ("tests/saga/test_hold.py",),
    ),
    Mutant(
        "ops are not told what to do",
        "activities/ops.py",
        'yield "Do", _advice(told)',
        "",
        ("tests/activities/test_ops.py",),
    ),
    Mutant(
        "a long wait is waited for in the activity",
        "activities/failure.py",
        "if failed.wait and failed.wait > self.retry_after_cap:",
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
