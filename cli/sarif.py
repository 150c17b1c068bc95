"""Findings as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines of a document."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from arazzo.problems import Problem, Severity
from arazzo.rules import RULES
from cli.arazzo_documents import file_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
LEVELS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "note",
}


def sarif(found: Sequence[Problem]) -> dict[str, JsonValue]:
    """One run of one tool, with the rules that were broken."""
    rules = sorted({one.rule for one in found})
    described: list[JsonValue] = [
        {"id": rule, "shortDescription": {"text": f"{RULES.get(rule, rule)}."}} for rule in rules
    ]
    tool: JsonValue = {"driver": {"name": "starter.py arazzo check", "rules": described}}
    results: list[JsonValue] = [_result(one, rules.index(one.rule)) for one in found]
    run: JsonValue = {"tool": tool, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(problem: Problem, rule: int) -> JsonValue:
    expected = f"; expected {problem.expected}" if problem.expected else ""
    clause = f" ({problem.clause})" if problem.clause else ""
    physical: dict[str, JsonValue] = {"artifactLocation": _artifact(problem.file)}
    if problem.line:
        physical["region"] = {"startLine": problem.line}
    location: dict[str, JsonValue] = {"physicalLocation": physical}
    if problem.path:
        location["logicalLocations"] = [{"fullyQualifiedName": problem.path, "kind": "element"}]
    return {
        "ruleId": problem.rule,
        "ruleIndex": rule,
        "level": LEVELS[problem.severity],
        "message": {"text": f"{problem.message}{expected}{clause}"},
        "locations": [location],
    }


def _artifact(uri: str) -> JsonValue:
    """Files of the checkout as seen from its root, so that a code host finds them."""
    file = file_of(uri)
    return {"uri": uri} if file == uri or file.startswith("/") else {"uri": file, "uriBaseId": ROOT}
