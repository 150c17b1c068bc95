"""`arazzo key`: a key that the settings take, written once, for its owner alone."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from models.sealing import Sealer, new_key
from settings import Settings, SettingsInvalid
from tests.cli.commands import CommandLine


async def test_a_key_is_shown_on_one_line(nowhere: CommandLine) -> None:
    """For a variable; each is another one, and no server is asked."""
    one, other = await nowhere("arazzo", "key"), await nowhere("arazzo", "key", "--json")

    assert (0, 1) == (one.status, len(one.out.splitlines()))
    assert one.out.strip() != other.json["key"]
    Sealer([SecretStr(one.out), SecretStr(other.json["key"])])


async def test_a_key_is_written_for_its_owner_and_never_over_another(
    nowhere: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old one may be all that opens what was sealed with it."""
    path = tmp_path / "key"
    first = await nowhere("arazzo", "key", "--output", str(path))
    written = path.read_text()
    second = await nowhere("arazzo", "key", "--output", str(path))
    monkeypatch.setenv("SEAL_KEY_FILE", str(path))
    sealer = Settings.read().seal.sealer()

    assert (0, 2) == (first.status, second.status)
    assert "is there already, and stays as it is" in second.err
    assert (written, 0o600) == (path.read_text(), path.stat().st_mode & 0o777)
    assert written.strip() not in first.out
    assert sealer is not None
    assert "s3cret" == sealer.unseal_all(Sealer([SecretStr(written)]).seal("s3cret"))


def test_the_first_key_of_a_file_seals_and_all_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that keys are rotated without losing what runs."""
    old, new = new_key(), new_key()
    path = tmp_path / "keys"
    path.write_text(f"{new}\n{old}\n")
    monkeypatch.setenv("SEAL_KEY_FILE", str(path))
    sealer = Settings.read().seal.sealer()

    assert sealer is not None
    assert Sealer([SecretStr(new)]).seal("a") == sealer.seal("a")
    assert "a" == sealer.unseal_all(Sealer([SecretStr(old)]).seal("a"))


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"SEAL_KEY": "s3cret"}, "SEAL_KEY: expected a line that `starter.py arazzo key` has made"),
        (
            {"SEAL_KEY_FILE": "/nowhere/k"},
            "SEAL_KEY_FILE: /nowhere/k cannot be read: No such file or directory",
        ),
        (
            {"ARAZZO_ACTIVITIES": "payments"},
            "ARAZZO_ACTIVITIES: 'payments': expected the name of an activity, as payments.void_payment or payments.*",
        ),
        ({"PAYLOAD_STORE": "/nowhere/p"}, "PAYLOAD_STORE: /nowhere/p is not a folder"),
        (
            {"ARAZZO_ALLOWED_HOSTS": "http://a.example"},
            "ARAZZO_ALLOWED_HOSTS: 'http://a.example': expected host, host:port or *.host, without a scheme or a path",
        ),
    ],
)
def test_a_wrong_setting_is_one_line(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    """It names the variable, and shows no key."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as raised:
        Settings.read()

    assert said == str(raised.value)
