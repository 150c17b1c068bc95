"""Inputs of documents before a run has them: what their schema calls secret is sealed, or nothing is started."""

from collections.abc import Mapping

from pydantic import JsonValue

from arazzo.inputs import wrong_with_inputs
from arazzo.plan import Plan
from arazzo.secrets import has_secrets, seal_inputs, seal_value
from models.sealing import Sealer
from models.seals import SealForged, refuse_seals
from runtime.refusals import FieldProblem, InvalidInput, Refused


class SealKeyMissing(Refused):
    """A document has secrets, and nobody could seal them."""

    def __init__(self, refused: str, secret: str) -> None:
        super().__init__(
            f"{refused}: {secret}, and there is no key to seal it with."
            " `starter.py arazzo key` makes one for SEAL_KEY_FILE, of the starter and of all workers."
        )


def secured(
    plan: Plan, given: Mapping[str, JsonValue], sealer: Sealer | None, *, what: str = "The input"
) -> dict[str, JsonValue]:
    """The inputs of the plan's root, checked and with their defaults, as its run may have them.

    Raises:
        InvalidInput: somebody gives a seal: opened, it would tell what another one has sealed.
        SealKeyMissing: there are secrets, and no sealer.
    """
    without_seals(dict(given), what)
    root = plan.workflows[plan.root]
    if sealer is not None:
        return seal_inputs(given, root.inputs, sealer.seal)
    if has_secrets(root.inputs):
        raise SealKeyMissing(f"{root.workflow_id} is not started", "an input is secret (format: password)")
    if step := _with_sensitive_outputs(plan):
        raise SealKeyMissing(
            f"{root.workflow_id} is not started", f"outputs of {step} are (x-sensitive-outputs)"
        )
    return dict(given)


def secured_answer(
    flow: str, schema: JsonValue, given: JsonValue, sealer: Sealer | None, *, what: str = "The input"
) -> JsonValue:
    """What a person fills in, as a document's flow may have it: raises as `secured` does.

    It is held against the schema here, as the flow does not see what is sealed.
    """
    without_seals(given, what)
    if wrong := wrong_with_inputs(schema, given, whole=""):
        raise InvalidInput(what, [FieldProblem("", one.removeprefix(": ")) for one in wrong])
    if sealer is not None:
        return seal_value(given, schema, sealer.seal)
    if has_secrets(schema):
        raise SealKeyMissing(f"{flow} is told nothing", "what it asks for is secret (format: password)")
    return given


def without_seals(given: JsonValue, what: str) -> None:
    """Raises InvalidInput: what comes from outside has no seal in it."""
    try:
        refuse_seals(given, what)
    except SealForged as error:
        raise InvalidInput(what, [FieldProblem("", str(error))]) from None


def _with_sensitive_outputs(plan: Plan) -> str | None:
    steps = (step.step for workflow in plan.workflows.values() for step in workflow.steps)
    return next((step.step_id for step in steps if step.own.sensitive_outputs), None)
