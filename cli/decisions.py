"""`approve`, `reject`, `withdraw`, `delegate`, `resolve` and `cancel`: a person's word to a running flow."""

from argparse import Namespace
from collections.abc import Iterable

from temporalio.client import Client

from cli import approval_lines
from cli.context import Context
from cli.exits import Exit
from cli.files import read_json, read_object
from cli.wording import moment, plain
from runtime.deciding import Decider
from runtime.identity import actor
from runtime.input_problems import checked
from saga.messages import Decided, DecisionKind, Resolution, Resolved

PAST = {
    **approval_lines.PAST,
    "retry": "told to try again",
    "settle": "settled",
    "skip": "skipped",
    "compensate": "told to undo",
}


def approve(options: Namespace, context: Context) -> Exit:
    return _decide("approve", options, context)


def reject(options: Namespace, context: Context) -> Exit:
    return _decide("reject", options, context)


def withdraw(options: Namespace, context: Context) -> Exit:
    return _decide("withdraw", options, context)


def delegate(options: Namespace, context: Context) -> Exit:
    return _decide("delegate", options, context)


def _decide(kind: DecisionKind, options: Namespace, context: Context) -> Exit:
    more = {name: getattr(options, name, None) for name in ("digest", "to")}
    file = getattr(options, "input", None)
    brings = read_json(file) if file else None

    async def send(client: Client) -> Decided:
        return await Decider(client, options.id, sealer=context.documents.sealer).decide(
            kind, approval=options.name, by=actor(options.by), comment=options.comment, brings=brings, **more
        )

    return _answer(context, options.id, context.with_client(send))


def resolve(options: Namespace, context: Context) -> Exit:
    fields = {
        **{name: getattr(options, name) for name in ("incident", "decision", "by", "reason")},
        "input": read_object(options.input) if options.input else None,
        "result": read_object(options.result) if options.result else None,
    }
    resolution = checked(Resolution, fields, what="The resolution")
    receipt = context.with_client(lambda client: Decider(client, options.id).resolve(resolution))
    return _answer(context, options.id, receipt)


def cancel(options: Namespace, context: Context) -> Exit:
    async def send(client: Client) -> None:
        await Decider(client, options.id).cancel(by=actor(options.by), reason=options.reason)

    context.with_client(send)
    if context.output.json:
        context.output.answer(
            {"id": options.id, "cancel": "requested", "by": options.by, "reason": options.reason}
        )
    else:
        context.output.show(f"{plain(options.id)} is told to end; what it has done is undone.")
    return Exit.DONE


def _answer(context: Context, workflow_id: str, receipt: Decided | Resolved) -> Exit:
    if context.output.json:
        context.output.answer({"id": workflow_id, **receipt.model_dump(mode="json")})
        return Exit.DONE
    subject = receipt.approval if isinstance(receipt, Decided) else receipt.incident
    told = f"{plain(subject)} of {plain(workflow_id)} {PAST[receipt.decision]} by {plain(receipt.by)}"
    context.output.show(f"{told} (self-declared), {moment(receipt.at)}", *_decided_on(receipt))
    return Exit.DONE


def _decided_on(receipt: Decided | Resolved) -> Iterable[str]:
    """What it was about, and what it was not enough for."""
    if not isinstance(receipt, Decided):
        return
    yield f"  {plain(receipt.summary)}"
    if receipt.to:
        yield f"  {plain(receipt.to)} decides now"
    elif receipt.decision == "approve" and receipt.missing:
        yield f"  {receipt.missing} more {'has' if receipt.missing == 1 else 'have'} to approve"
