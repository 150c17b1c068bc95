"""What plans were when somebody last said that they are as they should be, so that none changes under the same version."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from arazzo.loading import Document
from arazzo.plan import FORMAT, Plan
from arazzo.problems import Problem, Problems, Severity, pointer
from arazzo.type_names import type_of

LOCK_FILE = "arazzo.lock.json"
"""In a folder of documents."""
HOW = "starter.py arazzo lock"


class Locked(BaseModel):
    """One workflow, as it was."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    plan_sha256: str


class Lock(BaseModel):
    """All workflows of a folder, by their types."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    """Of plans: those of another one cannot be compared."""
    workflows: dict[str, Locked]

    @property
    def text(self) -> str:
        """As it stands in its file: in an order that makes small differences."""
        ordered = self.model_copy(update={"workflows": dict(sorted(self.workflows.items()))})
        return ordered.model_dump_json(indent=2) + "\n"


class Changes(NamedTuple):
    """What is different since a lock was written: types of workflows."""

    new: list[str]
    changed: list[str]
    """With another version, as it should be."""
    unsaid: list[str]
    """With the version that they had."""
    gone: list[str]


def locked(plan: Plan) -> Locked:
    """The root of a plan, as it is."""
    own = plan.workflows[plan.root].own
    return Locked(version=own.version or plan.version, plan_sha256=plan.sha256)


def lock_of(plans: Iterable[Plan]) -> Lock:
    """The roots of plans, as they are; what is missing in one is not to be locked."""
    return Lock(
        format=FORMAT, workflows={type_of(plan.root): locked(plan) for plan in plans if not plan.missing}
    )


def read_lock(text: bytes, *, uri: str) -> Lock:
    """Raises Problems."""
    try:
        return Lock.model_validate_json(text)
    except ValidationError as error:
        said = error.errors(include_url=False, include_input=False)[0]
        what = f"it is no lock: {pointer(said['loc'])} {said['msg'].lower()}"
        raise Problems(
            [Problem(rule="no-lock", message=what, file=uri, line=1, expected=f"what {HOW} writes")]
        ) from None


def changes(old: Lock, new: Lock) -> Changes:
    """From one lock to another; of plans of another format nothing is said but that they are there."""
    known = {name: was for name, was in old.workflows.items() if name in new.workflows}
    other = (
        [name for name, was in known.items() if new.workflows[name] != was]
        if old.format == new.format
        else []
    )
    unsaid = [name for name in other if new.workflows[name].version == known[name].version]
    return Changes(
        new=[name for name in new.workflows if name not in old.workflows],
        changed=[name for name in other if name not in unsaid],
        unsaid=unsaid,
        gone=[name for name in old.workflows if name not in new.workflows],
    )


def held_against(lock: Lock, document: Document, plans: Mapping[str, Plan]) -> Iterator[Problem]:
    """What has changed in a document since its folder was locked; plans by the ids of its workflows."""
    if lock.format != FORMAT:
        yield problem("lock-behind", document, "the lock is of plans that were made in another way", HOW)
        return
    found = changes(lock, lock_of(plans.values()))
    for id_, plan in plans.items():
        name = type_of(plan.root)
        version = locked(plan).version
        if name in found.unsaid:
            said = f"{name} does something else than it did, and is still version {version}"
            yield problem("plan-changed-version-not", document, said, "another version", id_)
        elif name in found.changed:
            said = f"the lock has {name} {lock.workflows[name].version}, and this is {version}"
            yield problem("lock-behind", document, said, HOW, id_)
        elif name in found.new:
            yield problem("lock-behind", document, f"{name} is not in the lock", HOW, id_)


def problem(rule: str, document: Document, message: str, expected: str, workflow: str = "") -> Problem:
    """Of a workflow of a document, or of the whole of it."""
    path = ("workflows", document.places[workflow]) if workflow else ()
    return Problem(
        rule=rule,
        message=message,
        expected=expected,
        file=document.uri,
        line=document.source.line(path),
        path=pointer(path),
        severity=Severity.ERROR if rule == "plan-changed-version-not" else Severity.NOTE,
    )
