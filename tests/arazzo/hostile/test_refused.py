"""What means harm is refused before anything is called, and says why."""

import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from activities.arazzo_credentials import Authority, CredentialRefused, Credentials
from arazzo.answers import Answer
from arazzo.compiling import compile_plan
from arazzo.driving import Drive
from arazzo.exchange import Prepared, prepare
from arazzo.frames import Frame, Outcome
from arazzo.hosts import AllowedHost, AllowedHosts, HostRefused
from arazzo.identity import DocumentSet
from arazzo.loading import load
from arazzo.plan import Plan
from arazzo.problems import Problem, Problems
from arazzo.rehearsal import Rehearsal
from arazzo.source import read
from arazzo.step_input import StepInput, step_input
from tests.arazzo.hostile import documents

DOCUMENT = "file:///flows/test.arazzo.yaml"
DESCRIPTION = "file:///flows/api.yaml"
PATIENCE = timedelta(seconds=10)
MEMORY = 200_000_000
pytestmark = pytest.mark.arazzo("D22")
HERE = AllowedHosts([AllowedHost.read("127.0.0.1:8090")])
"""As it is unless set otherwise."""


def plan_of(document: str, description: str) -> Plan:
    root = load(document, uri=DOCUMENT)
    return compile_plan(DocumentSet([root], [read(description, uri=DESCRIPTION)]), root)


def refusal(document: str) -> Problem:
    """The first thing that is said against it; in no more time and memory than a document may take."""
    tracemalloc.start()
    began = time.monotonic()
    try:
        plan_of(document, documents.calls()[1])
    except Problems as refused:
        taken, (_, most) = time.monotonic() - began, tracemalloc.get_traced_memory()
        assert (True, True) == (taken < PATIENCE.total_seconds(), most < MEMORY), (taken, most)
        return refused.problems[0]
    finally:
        tracemalloc.stop()
    raise AssertionError("nothing was said against it")


async def played(
    document: str, body: bytes = b"", kind: str = "text/plain"
) -> tuple[Outcome, list[Prepared]]:
    """What becomes of it where every service answers `body`, and what it has sent."""
    sent: list[Prepared] = []

    def answer(_: StepInput, prepared: Prepared) -> Answer:
        sent.append(prepared)
        return Answer(status=200, headers={"content-type": kind}, content=body)

    plan = plan_of(document, documents.calls("https://api.example.com")[1])
    return await Drive(plan, Frame(workflow=plan.root), Rehearsal(plan, answer)).outcome(), sent


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (documents.alias_bomb, "too-many-values"),
        (documents.many_steps, "too-large"),
        (lambda: documents.many_steps(5_000), "too-many-steps"),
        (documents.one_step_many_times, "too-many-values"),
        (documents.deep_nesting, "too-deep"),
        (lambda: documents.runaway_regex(r"^(a+)\1$"), "condition"),
        (lambda: documents.runaway_input(r"^(?=(a+)+$)"), "schema"),
        (documents.entity_bomb, "document-type"),
        (documents.entity_of_a_file, "document-type"),
    ],
    ids=[
        *(
            "a bomb of aliases",
            "100,000 steps",
            "5,000 steps",
            "one step 100,000 times",
            "nested without end",
        ),
        *("a regex that RE2 does not take", "an input of such a pattern"),
        *("a bomb of entities", "an entity of a file"),
    ],
)
def test_it_has_no_plan(make: Callable[[], str], rule: str) -> None:
    """A bomb of aliases or entities, steps without number, nesting without end, patterns that RE2 does not take."""
    found = refusal(make())

    assert (rule, DOCUMENT) == (found.rule, found.file)
    assert found.line >= 1
    assert found.message


async def test_a_regex_does_not_run_away() -> None:
    """What takes others for ever takes a moment: the criterion does not hold."""
    began = time.monotonic()

    outcome, sent = await played(documents.runaway_regex(), b"a" * 100_000 + b"!")

    assert (False, "one", 1) == (outcome.success, outcome.step, len(sent))
    assert time.monotonic() - began < PATIENCE.total_seconds()


async def test_what_is_like_it_and_means_no_harm_goes_through() -> None:
    """Or what follows would not say what it refuses."""
    judged = documents.judging({"context": "$response.body", "condition": "//a", "type": "xpath"})

    assert (await played(documents.runaway_regex(), b"aaa"))[0].success
    assert (await played(documents.xml_body()))[0].success
    assert (await played(judged, b"<r><a/></r>", "application/xml"))[0].success


@pytest.mark.parametrize("bomb", [documents.entity_bomb, documents.entity_of_a_file])
async def test_entities_of_an_answer_are_not_expanded(bomb: Callable[[], str]) -> None:
    """A service means harm no better than a document."""
    root = load(bomb(), uri=DOCUMENT)
    body = root.arazzo.workflows[0].steps[0].request_body
    assert body is not None
    criterion = {"context": "$response.body", "condition": "//a", "type": "xpath"}

    outcome, _ = await played(documents.judging(criterion), str(body.payload).encode(), "application/xml")

    assert (False, "one") == (outcome.success, outcome.step)


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (documents.METADATA, "it is not on the list of hosts"),
        ("http://localhost:7233", "it is not on the list of hosts"),
        ("http://[::ffff:a9fe:a9fe]", "it is not on the list of hosts"),
        ("http://127.0.0.1:8091", "it is not on the list of hosts"),
    ],
)
def test_a_private_address_is_not_called(server: str, why: str) -> None:
    """The request can be built, and may not be sent."""
    url = prepared(*documents.calls(server)).http.url

    with pytest.raises(HostRefused) as refused:
        HERE.check(*Authority.of(url))

    assert why == refused.value.why


def test_a_credential_stays_where_it_belongs(tmp_path: Path) -> None:
    """A description that names another server does not get it."""
    (tmp_path / "token").write_text("s3cret")
    (tmp_path / "credentials.toml").write_text(
        f"""[[credential]]
        scheme = "bearerAuth"
        source = "api"
        host = "api.example.com"
        token_file = "{tmp_path / "token"}"
        """
    )
    credentials = Credentials(tmp_path / "credentials.toml")
    url = prepared(*documents.calls("https://api.example.com.evil.example", secured=True)).http.url

    with pytest.raises(CredentialRefused) as refused:
        credentials.read("bearerAuth", "api", url)

    assert "belongs to api.example.com, and is not sent to api.example.com.evil.example" in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert set() == credentials.available("api", url)


def prepared(document: str, description: str) -> Prepared:
    plan = plan_of(document, description)
    workflow = plan.workflows[plan.root]
    known = Frame(workflow=plan.root).knows(plan)
    return prepare(step_input(workflow, workflow.steps[0], known))
