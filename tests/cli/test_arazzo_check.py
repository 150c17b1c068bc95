"""`arazzo check`: what is found in documents, in three forms, and the exit status."""

from pathlib import Path
from typing import Any

import pytest

from tests.arazzo.api import API
from tests.arazzo.documents import Fields, document, written
from tests.arazzo.linted import sending, steps
from tests.cli.commands import ROOT, CommandLine

CLEAN = "examples/arazzo/place-order-saga.arazzo.yaml"
WARNED = "examples/arazzo/place-order.arazzo.yaml"


def put(folder: Path, fields: Fields | str, api: str | None = None) -> str:
    path = folder / "flow.arazzo.yaml"
    path.write_text(fields if isinstance(fields, str) else written(fields))
    (folder / "api.yaml").write_text(api or written({**as_fields(API.value)}))
    return str(path)


def as_fields(value: Any) -> Fields:  # noqa: ANN401 - plain JSON
    return dict(value)


LINES = (ROOT / WARNED).read_text().splitlines()
WRONG = steps(sending(onSuccess=[{"name": "further", "type": "goto", "stepId": "nowhere"}]))


async def test_nothing_wrong_is_exit_zero(nowhere: CommandLine) -> None:
    """A document without findings is told so in one line, without a server."""
    answer = await nowhere("arazzo", "check", CLEAN, "--strict")

    assert (0, 1) == (answer.status, len(answer.out.splitlines()))
    assert answer.out.startswith(f"✔ {CLEAN}: 1 workflow, 5 steps: nothing to say")


async def test_warnings_fail_only_when_asked(nowhere: CommandLine) -> None:
    """Warnings are shown and are no failure, unless --warnings-as-errors says so."""
    shown = await nowhere("arazzo", "check", WARNED)
    failed = await nowhere("arazzo", "check", WARNED, "--warnings-as-errors")

    assert (0, 1, failed.out) == (shown.status, failed.status, shown.out)
    assert "no-compensation" in shown.out
    assert "0 errors, 2 warnings, 0 notes" in shown.out.splitlines()[-1]


async def test_an_error_says_where_and_what_was_expected(nowhere: CommandLine, tmp_path: Path) -> None:
    """An error is exit 1, with its line, rule, path, and what was expected there."""
    path = put(tmp_path, WRONG)
    lines = [line.strip() for line in Path(path).read_text().splitlines()]
    line = lines.index("- name: further") + 1

    answer = await nowhere("arazzo", "check", path)

    words = answer.out.split()
    assert 1 == answer.status
    assert {str(line), "error", "unknown-step", "/workflows/0/steps/0/onSuccess/0"} <= {
        word.rstrip(",") for word in words
    }
    assert "expected one of one" in " ".join(words)


async def test_machines_are_answered_in_json(nowhere: CommandLine, tmp_path: Path) -> None:
    """Each finding is an object with all that is known of it; --json is short for --format json."""
    path = put(tmp_path, WRONG)

    answer = await nowhere("arazzo", "check", path, "--format", "json")
    short = await nowhere("arazzo", "check", path, "--json")

    assert (1, answer.out) == (short.status, short.out)
    assert (path, 1, 0) == tuple(answer.json[name] for name in ("document", "errors", "warnings"))
    (found,) = [one for one in answer.json["findings"] if one["severity"] == "error"]
    assert ("unknown-step", path, "one of one") == (found["rule"], found["file"], found["expected"])


async def test_code_hosts_are_answered_in_sarif(nowhere: CommandLine) -> None:
    """SARIF 2.1.0: each result names its rule, level, file from the root of the checkout, and line."""
    answer = await nowhere("arazzo", "check", WARNED, "--format", "sarif")

    (run,) = answer.json["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert {"warning"} == {result["level"]}
        place = result["locations"][0]["physicalLocation"]
        assert {"uri": WARNED, "uriBaseId": "%SRCROOT%"} == place["artifactLocation"]
        assert LINES[place["region"]["startLine"] - 1].lstrip().startswith("- stepId:")
    assert ("2.1.0", 2) == (answer.json["version"], len(run["results"]))


async def test_what_does_not_even_load_is_found_too(nowhere: CommandLine, tmp_path: Path) -> None:
    """A text that is no document is exit 1, and SARIF has its line as well."""
    path = put(tmp_path, "arazzo: 1.1.0\ninfo: [\n")

    shown = await nowhere("arazzo", "check", path)
    answer = await nowhere("arazzo", "check", path, "--format", "sarif")

    (result,) = answer.json["runs"][0]["results"]
    assert (1, 1, "syntax") == (shown.status, answer.status, result["ruleId"])
    assert shown.out.splitlines()[-1].endswith("1 error, 0 warnings, 0 notes")


async def test_a_broken_description_is_found_in_its_own_file(nowhere: CommandLine, tmp_path: Path) -> None:
    """What is wrong with a description that the document refers to fails the check, under the name of that file."""
    answer = await nowhere("arazzo", "check", put(tmp_path, document(), "openapi: [\n"), "--json")

    wrong = [one for one in answer.json["findings"] if one["severity"] == "error"]
    assert 1 == answer.status
    assert {str(tmp_path / "api.yaml")} == {one["file"] for one in wrong}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent.yaml"], "no such file"),
        (["examples"], "examples cannot be read: is a directory"),
        ([CLEAN, "--source", "shop"], "is not NAME=FILE"),
        ([CLEAN, "--source", "shoe=README.md"], "no source description shoe; expected one of shop"),
    ],
    ids=["absent", "a folder", "no name", "no such source"],
)
async def test_what_cannot_be_checked_is_exit_two(
    nowhere: CommandLine, arguments: list[str], said: str
) -> None:
    """A document that is not there, or a source that nobody names, is wrong usage."""
    answer = await nowhere("arazzo", "check", *arguments)

    assert (2, "") == (answer.status, answer.out)
    assert said in " ".join(answer.err.split())
