"""What a person may decide about one incident, and what has to come with it."""

from __future__ import annotations

import dataclasses
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from saga.messages import Choice, Resolution
from saga.refusing import refusal
from saga.step import Activity

INVALID_INPUT = "InvalidInput"


@dataclasses.dataclass(frozen=True)
class Terms:
    """The choices on offer, and the types of what may come with them."""

    options: tuple[Choice, ...]
    input_type: Any = None
    """Of a corrected input; None where none is taken."""
    result_type: Any = None
    needs_result: bool = False

    def check(self, incident: str, resolution: Resolution) -> None:
        """Hold a resolution against them.

        Raises:
            ApplicationError: `ChoiceNotOffered`, `InputNotTaken`, `ResultNotTaken`, `ResultNeeded` or `InvalidInput`.
        """
        chosen = resolution.decision
        if chosen not in self.options:
            offered = ", ".join(self.options)
            raise refusal("ChoiceNotOffered", f"Incident {incident} offers {offered}, not {chosen}.")
        if resolution.input is not None:
            if chosen != "retry" or self.input_type is None:
                why = "what the step did is not known" if chosen == "retry" else f"{chosen} needs none"
                raise refusal("InputNotTaken", f"Incident {incident} takes no corrected input: {why}.")
            _decoded(resolution.input, self.input_type, "The corrected input")
        if resolution.result is not None:
            if chosen not in ("skip", "settle"):
                raise refusal("ResultNotTaken", f"Only skip and settle take a result, not {chosen}.")
            _decoded(resolution.result, self.result_type, "The result")
        elif chosen == "skip" and self.needs_result:
            raise refusal(
                "ResultNeeded", f"To skip {incident} needs the result that later steps are promised."
            )

    def corrected(self, resolution: Resolution) -> Any:  # noqa: ANN401 - the step's input
        """The input to retry with, or None for the one that the step had."""
        return None if resolution.input is None else _decoded(resolution.input, self.input_type, "The input")

    def result(self, resolution: Resolution) -> Any:  # noqa: ANN401 - the step's result
        """What stands in for the result of the step."""
        return (
            None if resolution.result is None else _decoded(resolution.result, self.result_type, "The result")
        )


def input_type_of(args: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a type
    """The type of a step's one argument, or None where there is another number of them."""
    return args[0].__class__ if len(args) == 1 else None


def result_type_of(activity: Activity, stated: type | None) -> Any:  # noqa: ANN401 - a type
    """What the activity promises, as far as it is known: `Any` where it is not."""
    if stated is not None:
        return stated
    if isinstance(activity, str):
        return Any
    return get_type_hints(activity).get("return", Any)


def _decoded(value: dict[str, object], wanted: Any, what: str) -> Any:  # noqa: ANN401 - the type asked for
    adapter: TypeAdapter[Any] = TypeAdapter(wanted)
    try:
        return adapter.validate_json(_json(value), extra="forbid")
    except ValidationError as error:
        fields = [
            {"field": ".".join(map(str, found["loc"])), "message": found["msg"]}
            for found in error.errors(include_input=False, include_url=False, include_context=False)
        ]
        named = "; ".join(f"{field['field'] or 'it'}: {field['message']}" for field in fields)
        raise refusal(INVALID_INPUT, f"{what} is invalid: {named}.", fields) from None


def _json(value: dict[str, object]) -> bytes:
    return TypeAdapter(dict[str, object]).dump_json(value)
