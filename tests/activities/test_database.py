"""A database by named queries: read without a change, written once per key, and never by a statement of a flow's."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.exceptions import ApplicationError

from activities.database import Database, DatabaseEndpoint, Queries
from activities.typed_file import FileInvalid, read_typed
from models.queries import Changed, QueryRequest, Rows
from saga.headers import StepHeader, enter_step
from tests.activities.calling import Attempt, Verdict, verdict
from tests.activities.offered import new_step, undoing

NOTED = QueryRequest(query="note-change", arguments={"change_id": "C-1"})
OF_WEB_1 = QueryRequest(query="services-of-host", arguments={"host": "web-1"})


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    file = tmp_path / "inventory.db"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(
            "CREATE TABLE services (host TEXT, service TEXT, owner TEXT);"
            "CREATE TABLE changes (key TEXT PRIMARY KEY, change_id TEXT NOT NULL, state TEXT NOT NULL);"
            "INSERT INTO services VALUES ('web-1', 'shop', 'shop-team'), ('db-1', 'ledger', 'it');"
        )
    return file


def states(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as db:
        return [state for (state,) in db.execute("SELECT state FROM changes")]


async def run(
    file: Path, name: str, request: QueryRequest, step: StepHeader, *, queries: Queries | None = None
) -> object:
    endpoint = DatabaseEndpoint(url=SecretStr(f"sqlite:///{file}"))
    database = Database(endpoint, queries or endpoint.read_queries())

    async def attempt() -> object:
        enter_step(step)
        return await getattr(database, name)(request)

    return await Attempt().environment().run(attempt)


async def failure(file: Path, name: str, request: QueryRequest, queries: Queries | None = None) -> Verdict:
    with pytest.raises(ApplicationError) as failed:
        await run(file, name, request, new_step(), queries=queries)
    return verdict(failed.value)


async def test_rows_are_read(file: Path) -> None:
    """By the names of their columns."""
    rows = await run(file, "read", OF_WEB_1, new_step())

    assert Rows(rows=({"service": "shop", "owner": "shop-team"},)) == rows


async def test_a_row_is_written_once_for_a_key(file: Path) -> None:
    """The second time nothing is changed; the undo finds it by the key; a late one changes nothing."""
    step = new_step()
    changed = [await run(file, "write", NOTED, step) for _ in range(2)]
    await run(file, "undo_write", NOTED, undoing(step))
    late = await run(file, "write", NOTED, step)

    assert [Changed(rows=1), Changed(rows=0), Changed(rows=0)] == [*changed, late]
    assert ["withdrawn"] == states(file)


async def test_a_write_that_comes_after_its_undo(file: Path) -> None:
    """The undo has left word."""
    step = new_step()
    await run(file, "undo_write", NOTED, undoing(step))
    await run(file, "write", NOTED, step)

    assert ["withdrawn"] == states(file)


@pytest.mark.parametrize(
    "host", ["x' OR '1'='1", "web-1'; DROP TABLE services; --", "web-1 UNION SELECT 1, 2"]
)
async def test_an_argument_is_no_statement(file: Path, host: str) -> None:
    """It does not fit its pattern; and where anything fits, it is bound as one value, of which there is no row."""
    asked = QueryRequest(query="services-of-host", arguments={"host": host})
    careless = {"description": "x", "read": "SELECT * FROM services WHERE host = :host"}
    anything = Queries.model_validate(
        {"queries": {"services-of-host": {**careless, "arguments": {"host": {"pattern": ".*"}}}}}
    )

    assert Verdict("refused", "ArgumentRefused", retry=False) == await failure(file, "read", asked)
    assert Rows(rows=()) == await run(file, "read", asked, new_step(), queries=anything)
    assert Rows(rows=({"service": "shop", "owner": "shop-team"},)) == await run(
        file, "read", OF_WEB_1, new_step()
    )


async def test_a_read_cannot_write(file: Path) -> None:
    """Whatever the file calls a read."""
    queries = Queries.model_validate(
        {"queries": {"clean": {"description": "x", "read": "DELETE FROM services"}}}
    )

    assert Verdict("refused", "DatabaseFailed", retry=True) == await failure(
        file, "read", QueryRequest(query="clean"), queries
    )
    assert await run(file, "read", OF_WEB_1, new_step())


@pytest.mark.parametrize(
    ("name", "query"), [("read", "note-change"), ("write", "services-of-host"), ("read", "other")]
)
async def test_a_query_that_there_is_not(file: Path, name: str, query: str) -> None:
    """A read is not written, and a write is not read."""
    assert Verdict("refused", "QueryUnknown", retry=False) == await failure(
        file, name, QueryRequest(query=query)
    )


async def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    """It is asked again; of a write nobody knows."""
    nowhere = tmp_path / "no" / "inventory.db"

    assert Verdict("refused", "DatabaseFailed", retry=True) == await failure(nowhere, "read", OF_WEB_1)
    assert Verdict("unknown", "DatabaseFailed", retry=True) == await failure(nowhere, "write", NOTED)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('read = "SELECT :x"', ":x is no argument"),
        ('read = "SELECT 1"\nwrite = "DELETE"', "either `read`, or `write` with its `undo`"),
        ('write = "INSERT :key"', "either `read`, or `write` with its `undo`"),
        ('write = "INSERT"\nundo = "DELETE :undoes"', "`write` needs :key"),
        ('write = "INSERT :key"\nundo = "DELETE"', "`undo` needs :undoes"),
    ],
)
def test_a_wrong_file_is_one_line(text: str, told: str, tmp_path: Path) -> None:
    """It says what is missing."""
    file = tmp_path / "queries.toml"
    file.write_text(f'[queries.q]\ndescription = "x"\n{text}\n')
    with pytest.raises(FileInvalid, match=r"queries\.q") as invalid:
        read_typed(file, Queries)

    assert told in str(invalid.value)
