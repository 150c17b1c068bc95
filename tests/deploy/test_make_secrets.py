"""The script that makes the secrets which docker-compose.yml mounts."""

import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.parse import ROOT
from runtime.sealing import SealSettings


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A copy of it, with a folder of secrets of its own."""
    (tmp_path / "secrets").mkdir()
    return Path(shutil.copy(ROOT / "deploy" / "make-secrets", tmp_path))


def test_a_secret_is_made_once(script: Path) -> None:
    """Run again, it leaves alone what a database was made with."""
    secret = script.parent / "secrets" / "postgres_password"
    first = subprocess.check_output(["/bin/sh", script], text=True)
    made = secret.read_text()
    second = subprocess.check_output(["/bin/sh", script], text=True)

    assert (first.splitlines(), second) == (
        ["made deploy/secrets/postgres_password", "made deploy/secrets/seal_key"],
        "",
    )
    assert made == secret.read_text()
    assert len(made) == 48
    assert int(made, 16)


def test_only_its_owner_reaches_the_secrets_on_the_host(script: Path) -> None:
    """The folder is closed; the files are readable, since each container is another user."""
    subprocess.run(["/bin/sh", script], check=True, stdout=subprocess.DEVNULL)
    folder = script.parent / "secrets"

    assert [0o700, 0o444] == [path.stat().st_mode & 0o777 for path in (folder, folder / "postgres_password")]


def test_the_key_for_seals_is_one(script: Path) -> None:
    """As the workers read it."""
    subprocess.run(["/bin/sh", script], check=True, stdout=subprocess.DEVNULL)
    sealer = SealSettings(key_file=script.parent / "secrets" / "seal_key").sealer()

    assert sealer is not None
    assert sealer.unseal_all(sealer.seal("s3cret")) == "s3cret"
