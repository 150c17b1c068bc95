"""What an attempt that did not succeed raises: the outcome over all attempts, and whether and when there is another."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.exceptions import ApplicationError

from activities.attempt import Attempt
from activities.verdict import Failed
from saga.headers import (
    CREDENTIALS_REFUSED,
    KEY_EXPIRED,
    Outcome,
    current_step,
    refused,
    retry_later,
    unknown,
)

RETRY_AFTER_CAP = timedelta(seconds=60)


@dataclass(frozen=True)
class FailureTerms:
    """What is known of a downstream whatever the call is: `variables` begin the names of its settings."""

    variables: str
    credentials: str
    """What to check when they are refused."""
    key_retention: timedelta
    retry_after_cap: timedelta = RETRY_AFTER_CAP

    def check_key(self, attempt: Attempt, what: str) -> None:
        """Raises for a key that the downstream may have forgotten: it could do again what it has done."""
        age = attempt.key_age(current_step().key_since)
        if age >= self.key_retention:
            old, kept = timedelta(seconds=int(age.total_seconds())), self.key_retention
            why = f"not sent, since its key is {old} old and {self.variables}_KEY_RETENTION is {kept}"
            raise unknown(f"{what}: {why}; it may have taken effect", type=KEY_EXPIRED)

    def failure(self, attempt: Attempt, what: str, failed: Failed, outcome: Outcome) -> ApplicationError:
        """The outcome is that over all attempts: what one of them may have done, a later refusal does not undo."""
        fail = refused if outcome is Outcome.REFUSED else unknown
        if not failed.retry:
            return fail(f"{what}; {self._conclusion(failed, outcome)}", type=failed.type)
        if failed.wait and failed.wait > self.retry_after_cap:
            return retry_later(f"{what}; asks to wait {failed.wait}", after=failed.wait, outcome=outcome)
        delay = failed.wait or attempt.backoff()
        if attempt.is_last:
            return fail(f"{what}; {self._conclusion(failed, outcome)}", type=failed.type, retry_delay=delay)
        attempt.record(outcome)
        return fail(
            f"{what}; tried again in {delay.total_seconds():.3g} s", type=failed.type, retry_delay=delay
        )

    def _conclusion(self, failed: Failed, outcome: Outcome) -> str:
        if failed.type == CREDENTIALS_REFUSED:
            return f"check {self.credentials}"
        return "it had no effect" if outcome is Outcome.REFUSED else "it may have taken effect"
