"""`arazzo lock`, and what `arazzo check` finds in a folder that is locked."""

import json
from pathlib import Path

import pytest

from tests.arazzo.documents import Fields, document, workflow
from tests.arazzo.linted import reading, steps
from tests.cli.commands import ROOT, CommandLine, refusal
from tests.cli.test_arazzo_check import put

LOCK = "arazzo.lock.json"
EXAMPLES = ROOT / "examples" / "arazzo"


async def found(cli: CommandLine, path: str, *options: str) -> list[tuple[str, str]]:
    """The findings that are about the lock."""
    answer = await cli("arazzo", "check", path, "--json", *options)
    rules = {"lock-behind", "no-lock", "plan-changed-version-not"}
    return [(one["rule"], one["severity"]) for one in answer.json["findings"] if one["rule"] in rules]


def changed(**fields: object) -> Fields:
    """The document of the tests, which calls something else than it did."""
    made = steps(reading(), reading("two"))
    made["info"] |= fields
    return made


@pytest.fixture
async def locked(nowhere: CommandLine, tmp_path: Path) -> str:
    """A document in a folder that was locked as it stood."""
    path = put(tmp_path, steps(reading()))
    assert 0 == (await nowhere("arazzo", "lock", str(tmp_path))).status
    return path


async def test_what_is_as_it_was_locked_is_in_peace(nowhere: CommandLine, locked: str) -> None:
    """Also in strict, which the lock was not read in, and with its lines moved."""
    Path(locked).write_text(f"# A remark.\n\n{Path(locked).read_text()}")

    assert [] == await found(nowhere, locked)
    assert [] == await found(nowhere, locked, "--strict")


async def test_a_changed_plan_under_an_unchanged_version_fails_the_check(
    nowhere: CommandLine, locked: str
) -> None:
    """The error names the workflow and the version that it still has; another version makes it a note."""
    put(Path(locked).parent, changed())
    failed = await nowhere("arazzo", "check", locked)
    put(Path(locked).parent, changed(version="2"))

    words = " ".join(failed.out.split())
    assert 1 == failed.status
    assert "arazzo:flow/main does something else than it did, and is still version 1" in words
    assert [("lock-behind", "note")] == await found(nowhere, locked)


async def test_a_changed_description_changes_the_plan(nowhere: CommandLine, locked: str) -> None:
    """What an operation is belongs to the plan, though it stands in another file."""
    api = Path(locked).with_name("api.yaml")
    api.write_text(api.read_text().replace("https://", "https://other."))

    assert [("plan-changed-version-not", "error")] == await found(nowhere, locked)


async def test_a_lock_is_not_written_over_an_unsaid_change(nowhere: CommandLine, locked: str) -> None:
    """It names the workflow, and the old lock stays; --accept takes it as it is."""
    lock = Path(locked).with_name(LOCK)
    before = lock.read_text()
    put(Path(locked).parent, changed())
    folder = str(lock.parent)

    refused = await nowhere("arazzo", "lock", folder, "--json")
    kept = lock.read_text()
    accepted = await nowhere.json("arazzo", "lock", folder, "--accept")

    assert ((2, "LockRefused"), before) == (refusal(refused), kept)
    assert "arazzo:flow/main 1" in refused.err
    assert (["arazzo:flow/main"], []) == (accepted["unsaid"], await found(nowhere, locked))


async def test_a_new_workflow_is_a_note(nowhere: CommandLine, locked: str) -> None:
    """Until the folder is locked again, which says what is new and what is gone."""
    Path(locked).rename(Path(locked).with_name("other.arazzo.yaml"))
    other = str(Path(locked).with_name("other.arazzo.yaml"))

    assert [("lock-behind", "note")] == await found(nowhere, other)
    said = await nowhere.json("arazzo", "lock", str(Path(locked).parent))
    assert (["arazzo:other/main"], ["arazzo:flow/main"]) == (said["new"], said["gone"])
    assert [] == await found(nowhere, other)


@pytest.mark.parametrize("text", ["{}", "[", '{"format": 1, "workflows": {"a": {"version": 1}}}'])
async def test_what_is_no_lock_is_said(nowhere: CommandLine, locked: str, text: str) -> None:
    """By the check, and by `lock`, which does not write over it."""
    lock = Path(locked).with_name(LOCK)
    lock.write_text(text)

    assert [("no-lock", "error")] == await found(nowhere, locked)
    refused = await nowhere("arazzo", "lock", str(lock.parent), "--json")
    assert ((2, "LockRefused"), text) == (refusal(refused), lock.read_text())


async def test_plans_of_another_format_are_not_compared(nowhere: CommandLine, locked: str) -> None:
    """A later version of this program may make other plans of the same document."""
    lock = Path(locked).with_name(LOCK)
    lock.write_text(lock.read_text().replace('"format": 1', '"format": 0'))
    put(Path(locked).parent, changed())

    assert [("lock-behind", "note")] == await found(nowhere, locked)


async def test_a_broken_document_is_not_locked(nowhere: CommandLine, locked: str) -> None:
    """Nor are two workflows of one name, of which nobody could say which one is meant."""
    folder = Path(locked).parent
    (folder / "broken.arazzo.yaml").write_text("arazzo: [")
    broken = await nowhere("arazzo", "lock", str(folder), "--json")
    (folder / "broken.arazzo.yaml").unlink()
    (folder / "inner").mkdir()
    put(folder / "inner", document(workflow("main")))
    twice = await nowhere("arazzo", "lock", str(folder), "--json")

    assert [(2, "LockRefused")] * 2 == [refusal(broken), refusal(twice)]
    assert "broken.arazzo.yaml" in broken.err
    assert "two of arazzo:flow/main" in twice.err


async def test_the_examples_are_as_they_were_locked(nowhere: CommandLine, tmp_path: Path) -> None:
    """If this fails, the plan of an example has changed: give it another version, or, where only this program makes other
    plans of it than before, `python starter.py arazzo lock --accept`.
    """
    for file in EXAMPLES.iterdir():
        if file.suffix in {".yaml", ".json"} and file.name != LOCK:
            (tmp_path / file.name).write_bytes(file.read_bytes())

    said = await nowhere.json("arazzo", "lock", str(tmp_path))

    assert json.loads((EXAMPLES / LOCK).read_text()) == json.loads((tmp_path / LOCK).read_text()), said
