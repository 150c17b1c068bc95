"""Where settings come from: the environment, `.env`, and a folder of secrets; and what is shown of them."""

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, NamedTuple, Self, cast

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

ENV_FILE = ".env"
SECRETS_DIR = Path("/run/secrets")
SECRETS = "SECRETS_DIR"


class SettingsInvalid(Exception):
    """A setting is wrong; the text has a line for each, which names the variable and never shows a value."""


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


class ReadSettings(BaseSettings):
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

    token_bearers: ClassVar[tuple[str, ...]] = ()
    """The downstreams whose tokens may lie in the folder of secrets."""

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
        return init_settings, env_settings, dotenv_settings, _TokenFiles(settings_cls, cls.token_bearers)

    @field_validator("secrets_dir")
    @classmethod
    def _is_a_folder(cls, folder: Path) -> Path:
        if folder != SECRETS_DIR and not folder.is_dir():
            raise ValueError(f"{folder} is not a folder")
        return folder

    def shown(self) -> Iterator[Setting]:
        """Every setting without its secrets, and where each came from."""
        sources = _sources()
        for path, value in _leaves(self):
            name = _variable(*path)
            unnamed = SECRETS if path[-1] == "token_file" and value else "default"
            yield Setting(name, _rendered(value), sources.get(name, unnamed))


class _TokenFiles(PydanticBaseSettingsSource):
    """Finds the tokens in the folder of secrets, for downstreams that were given none."""

    def __init__(self, settings_cls: type[BaseSettings], bearers: tuple[str, ...]) -> None:
        super().__init__(settings_cls)
        self._bearers = bearers

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        """The base class asks for it; nothing calls it."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, object]:
        given = _Given.model_validate(self.current_state)
        lacking = [name for name in self._bearers if given.lacks_token(name)]
        files = {name: given.secrets_dir / f"{name}_token" for name in lacking}
        return {name: {"token_file": file} for name, file in files.items() if file.is_file()}


def _variable(*path: object) -> str:
    return "_".join(map(str, path)).upper()


def _sources() -> Mapping[str, str]:
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
            return f"{value.total_seconds():.15g}s"
        case tuple():
            return " ".join(map(str, cast("tuple[object, ...]", value))) or "not set"
        case dict():
            named = cast("dict[object, object]", value).items()
            return " ".join(f"{name}={one}" for name, one in named) or "not set"
        case _:
            return str(value)
