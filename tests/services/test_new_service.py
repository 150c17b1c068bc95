"""A service is added by one small module; keys, ledger, faults and problems come to it by themselves."""

import asyncio
import sys
from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio

from tests.services.caller import problem_of
from tests.standins import ROOT

BOOK = {"book": "Emma"}


@pytest_asyncio.fixture(scope="module", name="library_process")
async def _library_process(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[httpx.AsyncClient]:
    command = ["-m", "tests.services.library", str(tmp_path_factory.mktemp("library") / "library.db")]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, stdout=pipe, stderr=pipe
    )
    assert process.stdout
    ready = (await process.stdout.readline()).decode()
    async with httpx.AsyncClient(base_url=ready.split()[-1]) as client:
        yield client
    process.terminate()
    await process.communicate()


@pytest_asyncio.fixture(name="library")
async def _library(library_process: httpx.AsyncClient) -> httpx.AsyncClient:
    await library_process.post("/_reset")
    return library_process


def keyed(key: str, **headers: str) -> dict[str, str]:
    return {"Idempotency-Key": key, **headers}


async def test_it_has_keys_and_a_ledger(library: httpx.AsyncClient) -> None:
    """Its step has one effect a key, and its compensation undoes it."""
    loans = [await library.post("/library/loans", json=BOOK, headers=keyed("k")) for _ in range(2)]
    headers = keyed("c", **{"X-Compensates": "k"})
    returned = await library.post("/library/loans/return", json=BOOK, headers=headers)

    assert loans[0].text == loans[1].text
    assert returned.json() == {"id": loans[0].json()["id"], "status": "returned"}
    (effect,) = (await library.get("/_effects")).json()
    assert (effect["operation"], effect["calls"], effect["state"]) == ("lendBook", 2, "undone")


async def test_it_has_faults_and_problems(library: httpx.AsyncClient) -> None:
    """It can be scripted like the others, and refuses like them."""
    fault = {"service": "library", "operation": "lendBook", "kind": "refuse"}
    await library.post("/_faults", json=fault)

    scripted = await library.post("/library/loans", json=BOOK, headers=keyed("k"))
    natural = await library.post("/library/loans", json={"book": "Necronomicon"}, headers=keyed("k"))

    assert problem_of(scripted) == problem_of(natural) == (409, "urn:problem:not-lent")


async def test_it_has_reads(library: httpx.AsyncClient) -> None:
    """What a read asks for is in its path or its query; what is not there is not found."""
    loan = (await library.post("/library/loans", json=BOOK, headers=keyed("k"))).json()

    assert loan == (await library.get(f"/library/loans/{loan['id']}")).json()
    assert {"loans": [loan]} == (await library.get("/library/loans", params=BOOK)).json()
    assert {"loans": []} == (await library.get("/library/loans", params={"book": "Persuasion"})).json()
    assert (404, "urn:problem:not-found") == problem_of(await library.get("/library/loans/none"))
    assert (422, "urn:problem:invalid-request") == problem_of(await library.get("/library/loans"))


async def test_a_read_is_a_call_and_no_effect(library: httpx.AsyncClient) -> None:
    """Reads can go wrong as scripted, by what they ask for too, and stand among the calls, not in the ledger."""
    fault = {"service": "library", "operation": "findLoans", "kind": "unavailable", "match": BOOK}
    await library.post("/_faults", json=fault)
    asked = [BOOK, {"book": "Persuasion"}, BOOK]
    headers = {"X-Correlation-ID": "reader-1"}

    answers = [await library.get("/library/loans", params=params, headers=headers) for params in asked]

    assert [503, 200, 200] == [answer.status_code for answer in answers]
    calls = (await library.get("/_calls", params={"correlation_id": "reader-1"})).json()
    assert [("findLoans", answer.status_code) for answer in answers] == [
        (call["operation"], call["status"]) for call in calls
    ]
    assert [] == (await library.get("/_effects")).json()


async def test_a_bug_has_no_effect(library: httpx.AsyncClient) -> None:
    """A bug in a service is a problem that keeps its words to itself, and what it had begun is taken back."""
    answer = await library.post("/library/fires", json={"book": "secret"}, headers=keyed("k"))

    assert problem_of(answer) == (500, "urn:problem:internal-error")
    assert "secret" not in answer.text
    assert [] == (await library.get("/_effects")).json()
    assert [500] == [call["status"] for call in (await library.get("/_calls")).json()]


async def test_it_describes_itself(library: httpx.AsyncClient) -> None:
    """Its document has its operations."""
    document = (await library.get("/library/openapi.json")).json()

    assert {"/loans", "/loans/{loan_id}", "/loans/return", "/fires"} == set(document["paths"])
    (book,) = (found for found in document["paths"]["/loans"]["get"]["parameters"] if found["in"] == "query")
    assert ("book", True) == (book["name"], book["required"])
