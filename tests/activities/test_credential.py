"""Tokens in files: rotated without a restart, never lost meanwhile, never shown."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from activities.credential import Credential, CredentialUnreadable
from tests.activities.calling import THING, Verdict, call, endpoint, failure_of, verdict
from tests.activities.raw import RawServer, Request, recording


def put(file: Path, text: str) -> None:
    """As a secret is rotated: a new file takes the place of the old."""
    new = file.with_suffix(".new")
    new.write_text(text)
    new.replace(file)


def test_without_a_credential_there_is_no_header() -> None:
    """Most stand-ins ask for none."""
    assert {} == Credential().headers()


def test_a_rotated_token_serves_at_once(tmp_path: Path) -> None:
    """The next call after a rotation has the new token."""
    file = tmp_path / "token"
    put(file, "first\n")
    credential = Credential(file=file)
    before = credential.headers()
    put(file, "second\n")

    assert [{"Authorization": "Bearer first"}, {"Authorization": "Bearer second"}] == [
        before,
        credential.headers(),
    ]


def test_a_token_rewritten_in_place_serves(tmp_path: Path) -> None:
    """A file that keeps its identity and its size has still changed."""
    file = tmp_path / "token"
    file.write_text("one")
    credential = Credential(file=file)
    credential.headers()
    file.write_text("two")
    os.utime(file, ns=(1, 1))  # whatever the clock's resolution

    assert {"Authorization": "Bearer two"} == credential.headers()


@pytest.mark.parametrize("text", ["", "two words", "größe", "\x00"])
def test_while_the_file_is_no_token_the_last_one_serves(tmp_path: Path, text: str) -> None:
    """A half-written file does not fail calls, and is looked at again."""
    file = tmp_path / "token"
    put(file, "first")
    credential = Credential(file=file)
    credential.headers()
    put(file, text)
    meanwhile = credential.headers()
    put(file, "second")

    assert "Bearer first" == meanwhile["Authorization"]
    assert "Bearer second" == credential.headers()["Authorization"]


def test_while_the_file_is_missing_the_last_token_serves(tmp_path: Path) -> None:
    """A file that is taken away for a moment does not fail calls."""
    file = tmp_path / "token"
    put(file, "first")
    credential = Credential(file=file)
    credential.headers()
    file.unlink()

    assert "Bearer first" == credential.headers()["Authorization"]


def test_a_token_that_was_never_there_is_told(tmp_path: Path) -> None:
    """Without any token there is an error that names the file."""
    with pytest.raises(CredentialUnreadable, match="token cannot be read: No such file"):
        Credential(file=tmp_path / "token").headers()


def test_the_token_is_hidden_wherever_it_is_quoted(tmp_path: Path) -> None:
    """Also one that has been rotated while the answer was on its way."""
    file = tmp_path / "token"
    put(file, "f1rst")
    credential = Credential(file=file)
    credential.headers()
    put(file, "s3cond")
    credential.headers()

    assert "neither *** nor ***" == credential.hidden_in("neither f1rst nor s3cond")
    assert "bad ***" == Credential(SecretStr("s3cret")).hidden_in("bad s3cret")


async def test_calls_send_the_rotated_token(tmp_path: Path) -> None:
    """Over HTTP too: the file decides, at the time of each call."""
    file = tmp_path / "token"
    put(file, "first")
    requests: list[Request] = []
    async with RawServer(recording(requests, THING)) as server:
        called = endpoint(server.url, token_file=file)
        await call(called)
        put(file, "second")
        await call(called)

    assert ["Bearer first", "Bearer second"] == [request.headers["authorization"] for request in requests]


async def test_a_call_that_lacks_its_token_is_not_sent(tmp_path: Path) -> None:
    """A token that has gone before the first call: nothing is sent, and it is tried again."""
    file = tmp_path / "token"
    put(file, "first")
    requests: list[Request] = []
    async with RawServer(recording(requests, THING)) as server:
        called = endpoint(server.url, token_file=file)
        file.unlink()
        failure = await failure_of(called)

    assert Verdict("refused", "CredentialUnreadable", retry=True) == verdict(failure)
    assert [] == requests
