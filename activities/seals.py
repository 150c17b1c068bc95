"""Secrets of a step: open for as long as its activity runs, and sealed or veiled in all that leaves it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import cast

from pydantic import JsonValue
from temporalio.exceptions import ApplicationError

from arazzo.interpreter import Verdict
from arazzo.step_input import StepInput, Values
from models.sealing import Sealer, SealUnknown, masked_where, secret_texts, veiled
from models.seals import masked, sealed_in
from saga.headers import Outcome, retry_later

UNTIL_THERE_IS_A_KEY = timedelta(seconds=30)
"""A seal that this worker cannot open is tried again after so long: its key may be back, or another worker have it."""


class Seals:
    """Opens and closes with one worker's key, if it has one."""

    def __init__(
        self, sealer: Sealer | None = None, credentials: Callable[[], frozenset[str]] = frozenset
    ) -> None:
        self._sealer = sealer
        self._credentials = credentials

    @contextmanager
    def opened(self, step: StepInput) -> Generator[Opened]:
        """What the block raises is told without secrets; where a seal cannot be opened, the flow waits."""
        opened = Opened(self._sealer, self._credentials)
        try:
            opened.open(step)
            yield opened
        except SealUnknown as error:
            said = f"{step.name}: {error}"
            raise retry_later(said, after=UNTIL_THERE_IS_A_KEY, outcome=Outcome.REFUSED) from None
        except ApplicationError as error:
            raise opened.told(error) from None


class Opened:
    """A step's input with its secrets in the clear."""

    step: StepInput

    def __init__(self, sealer: Sealer | None, credentials: Callable[[], frozenset[str]]) -> None:
        self._sealer = sealer
        self._credentials = credentials
        self._secrets: frozenset[str] = frozenset()

    def open(self, step: StepInput) -> None:
        """Raises SealUnknown."""
        if self._sealer is None and step.planned.step.own.sensitive_outputs:
            raise SealUnknown("it has sensitive outputs, and this worker has no SEAL_KEY")
        workflows = {
            name: ran.model_copy(
                update={"inputs": self._values(ran.inputs), "outputs": self._values(ran.outputs)}
            )
            for name, ran in step.workflows.items()
        }
        update = {
            "inputs": self._values(step.inputs),
            "steps": {name: self._values(outputs) for name, outputs in step.steps.items()},
            "workflows": workflows,
        }
        self.step = step.model_copy(update=update)

    def done(self, verdict: Verdict | None) -> Verdict | None:
        """What the step has given, opened likewise. Raises SealUnknown."""
        return verdict and verdict.model_copy(update={"outputs": self._values(verdict.outputs)})

    def closed(self, verdict: Verdict) -> Verdict:
        """With a seal on each sensitive output, and wherever a secret is said."""
        sensitive = self.step.planned.step.own.sensitive_outputs
        self._secrets |= self._credentials()
        for name in sensitive:
            self._secrets |= secret_texts(verdict.outputs.get(name))
        outputs = {
            name: self._seal(value) if name in sensitive else self._close(value)
            for name, value in verdict.outputs.items()
        }
        arguments = {
            place: {name: self._close(value) for name, value in given.items()}
            for place, given in verdict.arguments.items()
        }
        said = {"why": self._veil(verdict.why), "notes": tuple(map(self._veil, verdict.notes))}
        return verdict.model_copy(update={"outputs": outputs, "arguments": arguments, **said})

    def told(self, error: ApplicationError) -> ApplicationError:
        """The same failure, in which no secret is said."""
        self._secrets |= self._credentials()
        return ApplicationError(
            self._veil(error.message),
            *map(self._detail, error.details),
            type=error.type,
            non_retryable=error.non_retryable,
            next_retry_delay=error.next_retry_delay,
            category=error.category,
        )

    def _values(self, values: Values) -> Values:
        if self._sealer is None:
            if next(sealed_in(values), None) is not None:
                raise SealUnknown("it is given sealed values, and this worker has no SEAL_KEY")
            return values
        self._secrets |= self._sealer.secrets_in(values)
        return cast("Values", self._sealer.unseal_all(values))

    def _seal(self, value: JsonValue) -> JsonValue:
        return value if value is None or self._sealer is None else self._sealer.seal(value)

    def _close(self, value: JsonValue) -> JsonValue:
        """A service that answers with a seal would have us open what it cannot: nothing of it goes on."""
        value = masked(value)
        if self._sealer is None:
            return masked_where(value, self._secrets)
        return self._sealer.sealed_where(value, self._secrets)

    def _veil(self, text: str) -> str:
        return veiled(text, self._secrets)

    def _detail(self, detail: JsonValue) -> JsonValue:
        """A failed step's verdict is one of them."""
        if not isinstance(detail, dict) or "success" not in detail:
            return detail
        return self.closed(Verdict.model_validate(detail)).model_dump(mode="json")
