"""Where settings come from, what is said of wrong ones, and what is shown of them."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import ENV_FILE, Setting, Settings, SettingsInvalid


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder and no variable of ours, so that each test says what there is."""
    monkeypatch.chdir(tmp_path)
    for setting in Settings.read().shown():
        monkeypatch.delenv(setting.name, raising=False)


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Settings.read()


def shown(settings: Settings, name: str) -> Setting:
    [found] = [setting for setting in settings.shown() if setting.name == name]
    return found


def test_without_any_setting_the_stand_ins_are_called() -> None:
    """Nothing has to be set to try it."""
    settings = Settings.read()

    assert "http://127.0.0.1:8090/inventory" == settings.inventory.url
    assert "http://127.0.0.1:8090/notifications" == settings.notifications.url
    assert {"default"} == {setting.source for setting in settings.shown()}


def test_one_variable_changes_one_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of that downstream, and every other, keeps its default."""
    settings = given(monkeypatch, INVENTORY_READ_TIMEOUT="500ms")

    assert timedelta(milliseconds=500) == settings.inventory.read_timeout
    assert "http://127.0.0.1:8090/inventory" == settings.inventory.url
    assert timedelta(seconds=5) == settings.payments.read_timeout
    assert ("0.5s", "environment") == shown(settings, "INVENTORY_READ_TIMEOUT")[1:]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2", 2), ("0.25", 0.25), ("250ms", 0.25), ("90 s", 90), ("2m", 120), ("24h", 86400)],
)
def test_durations(monkeypatch: pytest.MonkeyPatch, text: str, seconds: float) -> None:
    """A duration is a number with its unit; without one it counts seconds."""
    assert timedelta(seconds=seconds) == given(monkeypatch, WORKER_GRACE_PERIOD=text).worker.grace_period


def test_lists_and_names_are_shown_as_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """With spaces between, so that what is shown can be set."""
    variables = {
        "ARAZZO_ALLOWED_HOSTS": "a.example *.b.example:80",
        "ARAZZO_SERVERS": "shop=http://a.example",
    }
    settings = given(monkeypatch, **variables)

    assert variables == {name: shown(settings, name).value for name in variables}


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """As compose files set it, where nothing is to be set."""
    assert "durable-sagas" == given(monkeypatch, TASK_QUEUE="", PAYMENTS_TOKEN="").task_queue


def test_variables_that_others_set_do_not_disturb(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kubernetes sets such for a service that is called payments."""
    settings = given(monkeypatch, PAYMENTS_PORT="tcp://10.0.0.1:80", PAYMENTS_SERVICE_HOST="10.0.0.1")

    assert "http://127.0.0.1:8090/payments" == settings.payments.url


def test_the_environment_comes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """`.env` gives what the environment does not."""
    Path(ENV_FILE).write_text("TASK_QUEUE=from-file\nINVENTORY_URL=http://file:1/\n", encoding="utf-8")
    settings = given(monkeypatch, TASK_QUEUE="from-environment")

    assert ("from-environment", "http://file:1") == (settings.task_queue, settings.inventory.url)
    assert ENV_FILE == shown(settings, "INVENTORY_URL").source


WRONG = [
    ("INVENTORY_URL", "127.0.0.1:8090", "expected an address such as http://host:port/path"),
    ("INVENTORY_URL", "ftp://host/", "expected an address such as http://host:port/path"),
    ("INVENTORY_URL", "http://host:99999/", "Port out of range 0-65535"),
    ("INVENTORY_URL", "http://host/?key=s3cret", "must not contain a query or fragment"),
    (
        "PAYMENTS_URL",
        "http://user:s3cret@host/",
        "must not contain a user or password: the credential has a setting of its own",
    ),
    (
        "SHIPPING_CONNECT_TIMEOUT",
        "soon",
        "expected a duration such as 500ms, 5s or 2m, above 0 and at most 24h",
    ),
    ("RETRY_AFTER_CAP", "-1s", "expected a duration such as 500ms, 5s or 2m, above 0 and at most 24h"),
    ("RETRY_AFTER_CAP", "25h", "expected a duration such as 500ms, 5s or 2m, above 0 and at most 24h"),
    ("PAYMENTS_MAX_CONNECTIONS", "0", "Input should be greater than 0"),
    ("WORKER_POLLERS", "many", "Input should be a valid integer, unable to parse string as an integer"),
    ("PAYMENTS_TOKEN", "s3cret with spaces", "a token has to be visible ASCII characters without spaces"),
    ("PAYMENTS_TOKEN_FILE", "/nowhere/s", "/nowhere/s cannot be read: No such file or directory"),
    ("SECRETS_DIR", "/nowhere/s", "/nowhere/s is not a folder"),
]


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
def test_a_wrong_setting_is_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    """The line names the variable and says what is expected; what may be secret is not repeated."""
    with pytest.raises(SettingsInvalid) as raised:
        given(monkeypatch, **{name: value})

    assert f"{name}: {message}" == str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_every_wrong_setting_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are all told at once."""
    with pytest.raises(SettingsInvalid) as raised:
        given(monkeypatch, INVENTORY_URL="?", SHIPPING_READ_TIMEOUT="?", WORKER_POLLERS="?")

    names = ["INVENTORY_URL", "SHIPPING_READ_TIMEOUT", "WORKER_POLLERS"]
    assert names == [line.partition(":")[0] for line in str(raised.value).splitlines()]


def test_a_variable_that_has_the_name_of_a_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told as wrong, by its name."""
    with pytest.raises(SettingsInvalid, match=r"^INVENTORY: Input should be a valid dictionary"):
        given(monkeypatch, INVENTORY="http://127.0.0.1:8090")


def test_a_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither among the settings nor in their representation."""
    settings = given(monkeypatch, PAYMENTS_TOKEN="s3cret")

    assert Setting("PAYMENTS_TOKEN", "***", "environment") == shown(settings, "PAYMENTS_TOKEN")
    assert "s3cret" not in f"{list(settings.shown())} {settings!r} {settings.model_dump_json()}"


def test_a_token_from_the_folder_of_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file there serves where no token is given, and is told as its source."""
    (tmp_path / "payments_token").write_text("s3cret\n", encoding="ascii")
    settings = given(monkeypatch, SECRETS_DIR=str(tmp_path), PAYMENTS_READ_TIMEOUT="1s")

    assert tmp_path / "payments_token" == settings.payments.token_file
    assert "SECRETS_DIR" == shown(settings, "PAYMENTS_TOKEN_FILE").source
    assert settings.shipping.token_file is None


def test_a_token_that_is_given_comes_before_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is for those that were given none."""
    (tmp_path / "payments_token").write_text("from-folder", encoding="ascii")
    settings = given(monkeypatch, SECRETS_DIR=str(tmp_path), PAYMENTS_TOKEN="given")

    assert settings.payments.token_file is None
    assert settings.payments.token
    assert "given" == settings.payments.token.get_secret_value()


def test_two_tokens_are_one_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which of them to send is not guessed."""
    file = tmp_path / "token"
    file.write_text("b", encoding="ascii")
    with pytest.raises(SettingsInvalid, match="PAYMENTS_TOKEN_FILE: a token is given too"):
        given(monkeypatch, PAYMENTS_TOKEN="a", PAYMENTS_TOKEN_FILE=str(file))


def test_settings_do_not_change() -> None:
    """They are read once, and are the same for all who have them."""
    settings = Settings.read()
    with pytest.raises(ValidationError, match="frozen"):
        settings.task_queue = "other"  # type: ignore[misc]
