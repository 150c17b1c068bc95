"""All settings of worker and starter, read once from the environment, `.env` and a folder of secrets.

The connection to Temporal is not among them: it comes from Temporal's own environment configuration.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from activities.endpoint import BaseUrl, Duration, Endpoint

ENV_FILE = ".env"
SECRETS_DIR = Path("/run/secrets")
SECRETS = "SECRETS_DIR"
DOWNSTREAMS = (
    "inventory",
    "payments",
    "shipping",
    "notifications",
    "accounts",
    "marketing",
    "articles",
    "search",
    "profiles",
    "order_history",
    "preferences",
    "users",
    "provisioning",
    "backup_payments",
    "partners",
)

LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)]


class SettingsInvalid(Exception):
    """A setting is wrong; the text has a line for each, which names the variable and never shows a value."""


class WorkerSettings(BaseModel):
    """How much one worker process takes on. A cache smaller than the flows in flight means replays."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    max_concurrent_activities: Annotated[int, Field(gt=0, le=100_000)] = 200
    max_concurrent_workflow_tasks: Annotated[int, Field(gt=1, le=100_000)] = 200
    max_cached_workflows: Annotated[int, Field(ge=0, le=1_000_000)] = 1_000
    pollers: Annotated[int, Field(gt=1, le=1_000)] = 20
    grace_period: Duration = timedelta(seconds=10)
    server_wait: Duration = timedelta(seconds=30)


class Setting(NamedTuple):
    """One line of `worker.py --show-settings`."""

    name: str
    value: str
    source: str


class _Given(BaseModel):
    """What the sources before the folder of secrets have said, as far as it matters here."""

    model_config = ConfigDict(frozen=True, extra="allow")

    secrets_dir: Path = SECRETS_DIR

    def lacks_token(self, downstream: str) -> bool:
        endpoint: object = getattr(self, downstream, None)
        return not (isinstance(endpoint, dict) and {"token", "token_file"} & endpoint.keys())


class _TokenFiles(PydanticBaseSettingsSource):
    """Finds the tokens in the folder of secrets, for downstreams that were given none."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        """The base class asks for it; nothing calls it."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, object]:
        given = _Given.model_validate(self.current_state)
        files = {name: given.secrets_dir / f"{name}_token" for name in DOWNSTREAMS if given.lacks_token(name)}
        return {name: {"token_file": file} for name, file in files.items() if file.is_file()}


def _stand_in(service: str) -> Endpoint:
    return Endpoint(url=f"http://127.0.0.1:8090/{service}")


class Settings(BaseSettings):
    """Variables are the names in upper case, joined by `_`: `INVENTORY_URL`, `WORKER_POLLERS`, `TASK_QUEUE`.

    A file `payments_token` in `SECRETS_DIR` serves as `PAYMENTS_TOKEN_FILE`, where no token is given.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        env_file=ENV_FILE,
        env_ignore_empty=True,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        nested_model_default_partial_update=True,
        enable_decoding=False,
    )

    inventory: Endpoint = _stand_in("inventory")
    payments: Endpoint = _stand_in("payments")
    shipping: Endpoint = _stand_in("shipping")
    notifications: Endpoint = _stand_in("notifications")
    accounts: Endpoint = _stand_in("accounts")
    marketing: Endpoint = _stand_in("marketing")
    articles: Endpoint = _stand_in("articles")
    search: Endpoint = _stand_in("search")
    profiles: Endpoint = _stand_in("profiles")
    order_history: Endpoint = _stand_in("order_history")
    preferences: Endpoint = _stand_in("preferences")
    users: Endpoint = _stand_in("users")
    provisioning: Endpoint = _stand_in("provisioning")
    backup_payments: Endpoint = _stand_in("backup_payments")
    partners: Endpoint = _stand_in("partners")
    retry_after_cap: Duration = timedelta(seconds=60)
    task_queue: Annotated[str, Field(min_length=1, max_length=1_000)] = "durable-sagas"
    web_ui_url: BaseUrl = "http://127.0.0.1:8233"
    log_level: LogLevel = "INFO"
    worker: WorkerSettings = WorkerSettings()
    secrets_dir: Path = SECRETS_DIR

    @classmethod
    def read(cls) -> Self:
        """Raises SettingsInvalid."""
        try:
            return cls()
        except ValidationError as error:
            lines = [
                f"{_variable(*found['loc'])}: {found['msg'].removeprefix('Value error, ')}"
                for found in error.errors(include_input=False, include_url=False)
            ]
        raise SettingsInvalid("\n".join(lines)) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment comes before `.env`, and the folder of secrets last."""
        del file_secret_settings  # it would read a token once and for all
        return init_settings, env_settings, dotenv_settings, _TokenFiles(settings_cls)

    @field_validator("secrets_dir")
    @classmethod
    def _is_a_folder(cls, folder: Path) -> Path:
        if folder != SECRETS_DIR and not folder.is_dir():
            raise ValueError(f"{folder} is not a folder")
        return folder

    @property
    def downstreams(self) -> Mapping[str, Endpoint]:
        """By name."""
        return {name: getattr(self, name) for name in DOWNSTREAMS}

    def shown(self) -> Iterator[Setting]:
        """Every setting without its secrets, and where each came from."""
        sources = _sources()
        for path, value in _leaves(self):
            name = _variable(*path)
            unnamed = SECRETS if path[-1] == "token_file" and value else "default"
            yield Setting(name, _rendered(value), sources.get(name, unnamed))


def _variable(*path: object) -> str:
    return "_".join(map(str, path)).upper()


def _sources() -> dict[str, str]:
    from_file = {name.upper(): ENV_FILE for name, value in dotenv_values(ENV_FILE).items() if value}
    return from_file | {name.upper(): "environment" for name, value in os.environ.items() if value}


def _leaves(model: BaseModel, *path: str) -> Iterator[tuple[tuple[str, ...], object]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _leaves(value, *path, name)
        else:
            yield (*path, name), value


def _rendered(value: object) -> str:
    match value:
        case None:
            return "not set"
        case SecretStr():
            return "***"
        case timedelta():
            return f"{value.total_seconds():g}s"
        case _:
            return str(value)
