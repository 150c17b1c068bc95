"""Credentials of documents' calls: by reference, each to its own host, never in a message."""

from pathlib import Path

import pytest

from activities.arazzo_credentials import CredentialRefused, Credentials
from activities.typed_file import FileInvalid

ENTRY = """
[[credential]]
scheme = "bearerAuth"
source = "payments"
host = "api.example.com"
token_file = "{token}"
"""


@pytest.fixture(name="token")
def _token(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text("s3cret\n")
    return path


def opened(tmp_path: Path, text: str) -> Credentials:
    path = tmp_path / "credentials.toml"
    path.write_text(text)
    return Credentials(path)


def test_a_credential_is_known_by_scheme_source_and_host(tmp_path: Path, token: Path) -> None:
    """It is there for its own host, at the port of https, and for nothing else."""
    credentials = opened(tmp_path, ENTRY.format(token=token))

    assert {"bearerAuth"} == credentials.available("payments", "https://API.example.com/v1/charges")
    assert {"bearerAuth"} == credentials.available("payments", "api.example.com:443")
    assert "s3cret" == credentials.read("bearerAuth", "payments", "api.example.com").get_secret_value()
    assert set() == credentials.available("inventory", "api.example.com")
    assert set() == credentials.available("payments", "api.example.com:8443")
    assert set() == credentials.available("payments", "http://api.example.com/")


@pytest.mark.arazzo("D4", "D22")
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "http://api.example.com",
        "https://api.example.com.evil.example/",
        "https://api.example.com@evil.example",
    ],
)
def test_a_credential_does_not_go_to_another_host(tmp_path: Path, token: Path, host: str) -> None:
    """Whatever server a document names: nor without TLS, where its owner has not said so."""
    credentials = opened(tmp_path, ENTRY.format(token=token))

    with pytest.raises(CredentialRefused) as refused:
        credentials.read("bearerAuth", "payments", host)
    assert "the credential bearerAuth of payments belongs to api.example.com, and is not sent to" in str(
        refused.value
    )
    assert {"bearerAuth": "api.example.com"} == credentials.elsewhere("payments", host)
    assert "s3cret" not in f"{refused.value!r} {credentials.__dict__}"


def test_one_that_nobody_gave(tmp_path: Path, token: Path) -> None:
    """The refusal says where it would be given."""
    with pytest.raises(
        CredentialRefused, match="there is no credential apiKey of payments: ARAZZO_CREDENTIALS_FILE"
    ):
        opened(tmp_path, ENTRY.format(token=token)).read("apiKey", "payments", "api.example.com")


def test_a_rotated_token_serves_at_once(tmp_path: Path, token: Path) -> None:
    """As with our own services; and both are hidden where a service quotes them."""
    credentials = opened(tmp_path, ENTRY.format(token=token))
    credentials.read("bearerAuth", "payments", "api.example.com")
    token.write_text("r0tated")

    assert "r0tated" == credentials.read("bearerAuth", "payments", "api.example.com").get_secret_value()
    assert "*** and ***" == credentials.hidden_in("s3cret and r0tated")


def test_a_token_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For where secrets come as variables; HTTP Basic is user:password."""
    monkeypatch.setenv("SHOP_LOGIN", "ada:s3cret")
    credentials = opened(
        tmp_path,
        '[[credential]]\nscheme="basic"\nsource="shop"\nhost="127.0.0.1:8090"\ntoken_env="SHOP_LOGIN"',
    )

    assert "ada:s3cret" == credentials.read("basic", "shop", "http://127.0.0.1:8090/x").get_secret_value()


def test_without_a_file_there_are_none() -> None:
    """Most documents of the examples need none."""
    assert set() == Credentials().available("payments", "api.example.com")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[credential]", "is no TOML"),
        (ENTRY.replace("token_file", "token"), "credential.0.token: Extra inputs are not permitted"),
        (
            ENTRY.replace("token_file", "token_env"),
            "bearerAuth of payments for api.example.com: the variable",
        ),
        (ENTRY.replace("{token}", "/nowhere"), "/nowhere cannot be read: No such file or directory"),
        (ENTRY + 'token_env = "A"', "credential.0: one of token_file and token_env has to be given"),
        (ENTRY.replace("api.", "https://api."), "credential.0.host: expected host or host:port"),
        (ENTRY.replace("api.", "*."), "credential.0.host: expected host or host:port"),
        (ENTRY + ENTRY, "bearerAuth of payments for api.example.com is given twice"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path: Path, token: Path, text: str, message: str) -> None:
    """It names the place, and shows no value."""
    with pytest.raises(FileInvalid) as refused:
        opened(tmp_path, text.format(token=token))
    assert message in str(refused.value)
    assert "s3cret" not in str(refused.value)
