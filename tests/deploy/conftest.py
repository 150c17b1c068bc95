"""The compose file and the Dockerfiles as Docker's own parsers understand them."""

import shutil
from collections.abc import Mapping, Sequence
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter

from deploy.parse import Dockerfile, Parsed, parse, recorded


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Port(Part):
    host_ip: str | None = None
    target: int
    published: str | None = None


class Healthcheck(Part):
    test: Sequence[str]
    interval: str
    timeout: str
    retries: int


class Dependency(Part):
    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]


class Mount(Part):
    type: str
    source: str
    target: str
    read_only: bool = False


class Build(Part):
    context: str
    dockerfile: str


class Service(Part):
    image: str
    build: Build | None = None
    user: str | None = None
    command: Sequence[str] | None = None
    entrypoint: Sequence[str] | None = None
    environment: Mapping[str, str] = {}
    ports: Sequence[Port] = ()
    volumes: Sequence[Mount] = ()
    healthcheck: Healthcheck | None = None
    depends_on: Mapping[str, Dependency] = {}
    restart: str = "no"
    read_only: bool = False
    cap_drop: Sequence[str] = ()
    security_opt: Sequence[str] = ()
    networks: Mapping[str, JsonValue] = {}
    deploy: Mapping[str, JsonValue] = {}

    @property
    def is_job(self) -> bool:
        """It does one thing and ends."""
        return self.restart.startswith("on-failure")


Compose = Mapping[str, Service]


@pytest.fixture(scope="session")
def parsed() -> Parsed:
    """Where there is Go, the parsers read the files now; elsewhere it is recorded what they have read."""
    return parse() if shutil.which("go") else recorded()


@pytest.fixture(scope="session")
def compose(parsed: Parsed) -> Compose:
    """The services by name."""
    return TypeAdapter(dict[str, Service]).validate_python(parsed.compose["services"])


@pytest.fixture(scope="session")
def dockerfiles(parsed: Parsed) -> Mapping[str, Dockerfile]:
    return parsed.dockerfiles
