"""What of an Arazzo document's files is read, and what is not."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from arazzo.compiling import compile_plan
from arazzo.problems import Problems, Severity
from runtime.documents import Bundle, read_documents
from tests.arazzo.documents import Field, Fields, document, step, workflow, written

API: Fields = {
    "openapi": "3.1.0",
    "info": {"title": "An API", "version": "1"},
    "servers": [{"url": "https://api.example"}],
    "paths": {"/things": {"get": {"operationId": "call", "responses": {"200": {"description": "ok"}}}}},
}


def put(folder: Path, files: Mapping[str, Fields | str]) -> Path:
    """Write files, and give back the first of them."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else written(content))
    return folder / next(iter(files))


def rules(bundle: Bundle) -> list[tuple[str, str, str]]:
    return [(one.rule, str(one.severity), one.path) for one in bundle.found]


def of_source(url: str, **fields: Field) -> Fields:
    return document(sourceDescriptions=[{"name": "api", "url": url, "type": "openapi"}], **fields)


def test_what_it_refers_to_is_read_with_it(tmp_path: Path) -> None:
    """A document is read with its descriptions, other documents, and the files of schemas that these refer to."""
    main = document(
        workflow(steps=[step("one"), step("two", workflowId="$sourceDescriptions.others.more")]),
        sourceDescriptions=[
            {"name": "api", "url": "apis/api.yaml", "type": "openapi"},
            {"name": "others", "url": "./others/more.arazzo.yaml", "type": "arazzo"},
        ],
    )
    more = document(
        workflow("more", inputs={"$ref": "inputs.json"}),
        sourceDescriptions=[{"name": "api", "url": "../apis/api.yaml", "type": "openapi"}],
    )
    api = {**API, "components": {"schemas": {"Thing": {"$ref": "thing.yaml"}}}}
    files: dict[str, Fields | str] = {"main.arazzo.yaml": main, "others/more.arazzo.yaml": more}
    files |= {"apis/api.yaml": api, "apis/thing.yaml": {"type": "object"}}
    files |= {"others/inputs.json": '{"type": "object", "required": ["a"]}'}

    bundle = read_documents(put(tmp_path, files), strict=True)
    plan = compile_plan(bundle.documents, bundle.root)

    assert () == plan.missing
    assert {"main/main", "more/more"} == plan.workflows.keys()
    inputs = plan.workflows["more/more"].inputs
    assert isinstance(inputs, dict)
    assert "required" in str(inputs)
    assert files.keys() == {str(path.relative_to(tmp_path)) for path in bundle.files.values()}


def test_documents_may_refer_to_each_other(tmp_path: Path) -> None:
    """Two documents that refer to each other are each read once."""
    one = document(sourceDescriptions=[{"name": "other", "url": "two.yaml", "type": "arazzo"}])
    two = document(sourceDescriptions=[{"name": "other", "url": "one.yaml", "type": "arazzo"}])

    bundle = read_documents(put(tmp_path, {"one.yaml": one, "two.yaml": two}))

    assert 2 == len(bundle.documents.documents)


def test_what_has_an_address_of_its_own_is_read_beside_it(tmp_path: Path) -> None:
    """Relative addresses lead to the files beside a document, also when `$self` says that it is elsewhere."""
    main = of_source("api.yaml", **{"$self": "https://flows.example/main"})

    bundle = read_documents(put(tmp_path, {"main.yaml": main, "api.yaml": API}), strict=True)

    found = bundle.documents.find(bundle.root, "api")
    assert found is not None
    assert "https://flows.example/api.yaml" == found.uri
    assert found.target is not None


@pytest.mark.parametrize("url", ["../secret.yaml", "link.yaml", "/etc/hostname", "a/../../secret.yaml"])
def test_nothing_outside_of_its_folder_is_read(tmp_path: Path, url: str) -> None:
    """A document leads to no file outside of its folder tree, not by dots, not by links and not by whole paths."""
    put(tmp_path, {"secret.yaml": API})
    path = put(tmp_path / "flows", {"main.yaml": of_source(url)})
    (tmp_path / "flows" / "link.yaml").symlink_to(tmp_path / "secret.yaml")

    bundle = read_documents(path)

    assert [("file-outside", "warning", "/sourceDescriptions/0")] == rules(bundle)
    assert [path] == list(bundle.files.values())


def test_a_wider_folder_or_a_named_file_may_be_read(tmp_path: Path) -> None:
    """What is outside is read when whoever runs it says so: by a wider folder, or by the file of that source."""
    api = put(tmp_path / "apis", {"api.yaml": API})
    path = put(tmp_path / "flows", {"main.yaml": of_source("../apis/api.yaml")})
    far = put(tmp_path / "flows", {"far.yaml": of_source("https://api.example/openapi.yaml")})

    for bundle in (
        read_documents(path, tree=tmp_path),
        read_documents(path, sources={"api": api}),
        read_documents(far, sources={"api": api}, strict=True),
    ):
        assert [] == rules(bundle)
        assert () == compile_plan(bundle.documents, bundle.root).missing


def test_a_source_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    """A file for a source that no document names is a mistake, and is told."""
    path = put(tmp_path, {"main.yaml": document(), "api.yaml": API})

    with pytest.raises(Problems, match=r"no source description apo; expected one of api"):
        read_documents(path, sources={"apo": path})


def test_nothing_is_fetched(tmp_path: Path) -> None:
    """An address of the network is not at hand, and is said once."""
    bundle = read_documents(put(tmp_path, {"main.yaml": of_source("http://127.0.0.1:9/api.yaml")}))

    assert [] == rules(bundle)
    assert 1 == sum(one.rule == "source-not-at-hand" for one in bundle.findings())


@pytest.mark.parametrize("url", ["absent.yaml", "folder", "pipe", "a%00b.yaml"])
def test_what_is_no_file_is_said_where_it_is_named(tmp_path: Path, url: str) -> None:
    """What is not there, or is a folder or a pipe, is a warning at the line of the source, and said once."""
    path = put(tmp_path, {"main.yaml": of_source(url)})
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    bundle = read_documents(path)

    assert [("file-not-read", "warning", "/sourceDescriptions/0")] == rules(bundle)
    assert bundle.found[0].line > 1
    assert [one for one in bundle.findings() if one.path == "/sourceDescriptions/0"] == list(bundle.found)


@pytest.mark.parametrize(
    ("content", "rule"),
    [("a: [", "syntax"), ("just: yaml", "no-description"), ("arazzo: 1.1.0\ninfo: {}\n", "missing-field")],
)
def test_a_broken_file_is_told_with_its_own_line(tmp_path: Path, content: str, rule: str) -> None:
    """What is wrong with a file that is referred to is an error in that file, and the document is read without it."""
    bundle = read_documents(put(tmp_path, {"main.yaml": document(), "api.yaml": content}))

    assert rule in {one.rule for one in bundle.found if one.severity is Severity.ERROR}
    assert {(tmp_path / "api.yaml").as_uri()} == {one.file for one in bundle.found}
    assert "source-not-at-hand" not in {one.rule for one in bundle.findings()}


def test_a_reference_that_leads_out_is_said_where_it_stands(tmp_path: Path) -> None:
    """A description is a stranger's too: what it may not have read is a warning in its own file, at that line."""
    put(tmp_path, {"secret.yaml": {"type": "string"}})
    api = {**API, "components": {"schemas": {"Thing": {"$ref": "../secret.yaml"}}}}
    bundle = read_documents(put(tmp_path / "flows", {"main.yaml": document(), "api.yaml": api}))

    (found,) = bundle.found
    lines = (tmp_path / "flows" / "api.yaml").read_text().splitlines()
    assert ("file-outside", "/components/schemas/Thing/$ref") == (found.rule, found.path)
    assert "../secret.yaml" in lines[found.line - 1]


def test_a_document_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The document itself has to be there."""
    with pytest.raises(Problems, match="no such file"):
        read_documents(tmp_path / "absent.yaml")


def test_a_document_that_leads_to_too_many_files_is_refused(tmp_path: Path) -> None:
    """Files are counted, so that a document cannot have a whole disk read."""
    files: dict[str, Fields | str] = {f"{number}.yaml": API for number in range(201)}
    sources = [{"name": f"a{number}", "url": f"{number}.yaml", "type": "openapi"} for number in range(201)]
    path = put(tmp_path, {"main.yaml": document(sourceDescriptions=sources), **files})

    with pytest.raises(Problems, match="at most 200 files"):
        read_documents(path)
