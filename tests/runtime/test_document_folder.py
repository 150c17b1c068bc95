"""What of a folder of documents is read."""

from pathlib import Path

import pytest

from arazzo.compiling import compile_plan
from arazzo.problems import Problems
from runtime.document_folder import read_folder
from tests.arazzo.documents import Fields, document, step, workflow
from tests.runtime.test_documents import API, put


def test_each_document_is_read_with_what_belongs_to_it(tmp_path: Path) -> None:
    """By the ending of its name, in folders within it as well; others in there are not taken for documents."""
    files: dict[str, Fields | str] = {
        "b.arazzo.yaml": document(),
        "a/c.arazzo.json": document(),
        "d.yaml": document(),
    }
    put(tmp_path, {**files, "api.yaml": API, "a/api.yaml": API, ".hidden/e.arazzo.yaml": document()})

    folder = read_folder(tmp_path)

    assert () == folder.found
    assert ["b.arazzo.yaml", "a/c.arazzo.json"] == [
        str(next(iter(bundle.files.values())).relative_to(tmp_path)) for bundle in folder.bundles
    ]
    assert all(() == compile_plan(bundle.documents, bundle.root).missing for bundle in folder.bundles)


def test_documents_find_each_other_by_identity(tmp_path: Path) -> None:
    """One that says who it is is found by that, wherever in the folder it is."""
    other = document(workflow("other"), **{"$self": "https://flows.example/other"})
    main = document(
        workflow(steps=[step(workflowId="$sourceDescriptions.others.other")]),
        sourceDescriptions=[{"name": "others", "url": "https://flows.example/other", "type": "arazzo"}],
    )
    put(tmp_path, {"main.arazzo.yaml": main, "deep/any.arazzo.yaml": other, "deep/api.yaml": API})

    folder = read_folder(tmp_path, strict=True)

    plan = next(
        compile_plan(bundle.documents, bundle.root)
        for bundle in folder.bundles
        if bundle.root.arazzo.workflows[0].workflow_id == "main"
    )
    assert ({"main/main", "other/other"}, ()) == (set(plan.workflows), plan.missing)


def test_a_broken_document_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    """What is wrong with it is found, with its file and line."""
    put(tmp_path, {"good.arazzo.yaml": document(), "bad.arazzo.yaml": "arazzo: [", "api.yaml": API})

    folder = read_folder(tmp_path)

    assert 1 == len(folder.bundles)
    assert {((tmp_path / "bad.arazzo.yaml").as_uri(), "syntax")} == {
        (one.file, one.rule) for one in folder.found
    }


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    """A link that leads out of it is passed over."""
    outside = put(tmp_path, {"outside.arazzo.yaml": document()})
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "link.arazzo.yaml").symlink_to(outside)

    assert ((), ()) == (read_folder(tmp_path / "flows").bundles, read_folder(tmp_path / "flows").found)


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    """A file, or nothing, is no folder of documents."""
    with pytest.raises(Problems, match="is no folder"):
        read_folder(tmp_path / "absent")
