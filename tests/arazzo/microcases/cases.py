"""Micro-cases: documents of one feature each, with a scripted service, and what has to come of them.

Ours stand here, one file each. Those of others are read in place where they are at hand, and do what
`expected-of-public.yaml` says.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from arazzo.compiling import compile_plan
from arazzo.identity import DocumentSet
from arazzo.inputs import with_defaults
from arazzo.loading import load
from arazzo.plan import Plan
from arazzo.reading import Mode
from arazzo.source import read
from arazzo.step_input import Values
from tests.arazzo.conftest import CORPUS
from tests.arazzo.microcases.mock import Answer, Script, Seen

FOLDER = Path(__file__).parent
PUBLIC = CORPUS / "microcases"
DESCRIPTION = "pantry.openapi.yaml"
EXPECTED_OF_PUBLIC = "expected-of-public.yaml"


class ExpectedRequest(BaseModel):
    """A request that has to come; headers and body only where they are what the case is about."""

    model_config = ConfigDict(extra="forbid")

    call: str
    headers: dict[str, str] = Field(default={})
    body: JsonValue = None


class Expected(BaseModel):
    """What has to come of a case."""

    model_config = ConfigDict(extra="forbid")

    success: bool
    requests: list[ExpectedRequest]
    outputs: dict[str, JsonValue] | None = None
    """None: the case is not about them."""
    waited: float = 0
    """At least so many seconds between the first request and the second."""

    @field_validator("requests", mode="before")
    @classmethod
    def _short(cls, given: list[Any]) -> list[Any]:
        return [{"call": one} if isinstance(one, str) else one for one in given]


class Outcome(BaseModel):
    """What has come of a run."""

    success: bool
    outputs: dict[str, JsonValue] = Field(default={})


@dataclass(frozen=True)
class Case:
    """One of them; `group` says whose."""

    group: str
    name: str
    document: str
    description: str
    workflow: str
    inputs: dict[str, JsonValue]
    script: Script
    expected: Expected
    says: str = ""
    rules: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Of all that it is made of: another one is another case."""
        said = (self.document, self.description, self.workflow, self.inputs, self.script, self.expected)
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.group}-{self.name}"

    def plan(self, mode: Mode = Mode.STRICT) -> Plan:
        """Of its workflow."""
        root = load(self.document, uri=f"file:///cases/{self.name}.arazzo.yaml", mode=mode)
        uri = f"file:///cases/{root.arazzo.source_descriptions[0].url}"
        return compile_plan(DocumentSet([root], [read(self.description, uri=uri)]), root, self.workflow)

    def filled(self, plan: Plan) -> Values:
        """The inputs as whoever starts a run gives them: with the defaults of their schema."""
        return with_defaults(plan.workflows[plan.root].inputs, self.inputs)

    def source(self) -> str:
        """Name of the source that it calls."""
        found: str = yaml.safe_load(self.document)["sourceDescriptions"][0]["name"]
        return found


def cases() -> list[Case]:
    """Ours, and those of others where they are at hand."""
    return own() + public()


@cache
def own() -> list[Case]:
    description = (FOLDER / DESCRIPTION).read_text()
    return [_own(path, description) for path in sorted(FOLDER.glob("[0-9]*.yaml"))]


def _own(path: Path, description: str) -> Case:
    given = yaml.safe_load(path.read_text())
    head = {
        "arazzo": given.get("arazzo", "1.0.1"),
        "info": {"title": path.stem, "version": "1"},
        "sourceDescriptions": [{"name": "pantry", "url": DESCRIPTION, "type": "openapi"}],
    }
    parts = {name: given[name] for name in ("workflows", "components") if name in given}
    return Case(
        group="own",
        name=path.stem,
        document=json.dumps(head | parts),
        description=description,
        workflow="shop",
        inputs=given.get("inputs", {}),
        script=_script(given["answers"]),
        expected=Expected.model_validate(given["expected"]),
        says=given["says"],
        rules=tuple(given["rules"]),
    )


def public() -> list[Case]:
    expected = yaml.safe_load((FOLDER / EXPECTED_OF_PUBLIC).read_text())
    rules = {case.name: case.rules for case in own()}
    return [_public(path, expected[path.name], rules[path.name]) for path in sorted(PUBLIC.glob("[0-9]*"))]


def _public(folder: Path, expected: Mapping[str, Any], about: tuple[str, ...]) -> Case:
    scenario = json.loads((folder / "scenario.json").read_text())
    rules = json.loads((folder / "mock.json").read_text())["rules"]
    return Case(
        group="public",
        name=folder.name,
        document=(folder / "doc" / scenario["document"]).read_text(),
        description=(folder / "doc" / "openapi.yaml").read_text(),
        workflow=scenario["workflowId"],
        inputs=scenario["inputs"],
        script=_script({f"{rule['method']} {rule['path']}": rule["responses"] for rule in rules}),
        expected=Expected.model_validate(expected),
        rules=about,
    )


def _script(given: Mapping[str, list[Any]]) -> Script:
    return {call: [Answer.model_validate(one) for one in answers] for call, answers in given.items()}


def differences(case: Case, outcome: Outcome, seen: list[Seen]) -> list[str]:
    """What is not as expected, in words; empty if all is."""
    expected = case.expected
    found = [
        f"{said}: {wanted} expected, and it is {is_}"
        for said, wanted, is_ in (
            ("success", expected.success, outcome.success),
            ("requests", [one.call for one in expected.requests], [one.call for one in seen]),
            ("outputs", outcome.outputs if expected.outputs is None else expected.outputs, outcome.outputs),
        )
        if wanted != is_
    ]
    if not found:
        found += [
            said for wanted, is_ in zip(expected.requests, seen, strict=True) for said in _in(wanted, is_)
        ]
    if expected.waited and len(seen) > 1 and seen[1].at - seen[0].at < expected.waited:
        found.append(f"{expected.waited} s were to be waited, and {seen[1].at - seen[0].at:.1f} s were")
    return found


def _in(expected: ExpectedRequest, seen: Seen) -> list[str]:
    wrong = [
        f"{name}: {seen.headers.get(name.lower())}"
        for name, value in expected.headers.items()
        if seen.headers.get(name.lower()) != value
    ]
    body = [] if expected.body in (None, seen.body) else [f"the body {seen.body}"]
    return [f"{expected.call} has {one}" for one in wrong + body]
