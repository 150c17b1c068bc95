"""Which lock a document is held against."""

from pathlib import Path

from runtime.document_locks import findings_of_lock, lock_above, locking
from tests.arazzo.documents import document, workflow
from tests.runtime.test_documents import API, put

LOCK = "arazzo.lock.json"


def lock(folder: Path) -> None:
    made = locking(folder)
    made.path.write_text(made.lock.text)


def found(path: Path) -> list[tuple[str, str]]:
    return [(one.rule, one.path) for one in findings_of_lock(path)]


def test_the_nearest_lock_around_a_document_is_the_one(tmp_path: Path) -> None:
    """A folder is locked with those in it, unless one of them has a lock of its own."""
    inner = put(tmp_path, {"deep/inner.arazzo.yaml": document(), "deep/api.yaml": API})
    lock(tmp_path)
    around = found(inner)
    put(tmp_path, {f"deep/{LOCK}": '{"format": 1, "workflows": {}}'})

    assert ([], [("lock-behind", "/workflows/0")]) == (around, found(inner))
    assert lock_above(inner) == inner.with_name(LOCK)


def test_what_is_not_of_the_catalogue_is_held_against_no_lock(tmp_path: Path) -> None:
    """A file that its folder's catalogue does not take for a document can be in no lock."""
    path = put(tmp_path, {"draft.yaml": document(), "api.yaml": API})
    lock(tmp_path)

    assert [] == found(path)


def test_a_workflow_of_another_document_is_part_of_the_plan(tmp_path: Path) -> None:
    """One that is run as a step, and that is found by its identity, changes what the step does."""
    calling = document(
        workflow(steps=[{"stepId": "run", "workflowId": "$sourceDescriptions.others.other"}]),
        sourceDescriptions=[{"name": "others", "url": "https://flows.example/other", "type": "arazzo"}],
    )
    other = {**document(workflow("other")), "$self": "https://flows.example/other"}
    path = put(tmp_path, {"main.arazzo.yaml": calling, "any/other.arazzo.yaml": other, "any/api.yaml": API})
    lock(tmp_path)
    before = found(path)
    put(
        tmp_path,
        {"any/other.arazzo.yaml": {**other, "workflows": [workflow("other", outputs={"a": "$inputs.a"})]}},
    )

    assert ([], [("plan-changed-version-not", "/workflows/0")]) == (before, found(path))


def test_a_plan_that_lacks_something_is_not_locked(tmp_path: Path) -> None:
    """It is said what it lacks, and nothing is held against it."""
    path = put(tmp_path, {"main.arazzo.yaml": document()})
    made = locking(tmp_path)
    lock(tmp_path)

    assert ({}, 1) == (made.lock.workflows, len(made.left_out))
    assert [] == found(path)
