"""Where hosts are, what proves them to us and us to them, and what may be run on them."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from activities.endpoint import Duration, Retention
from activities.runbooks import Runbooks
from activities.typed_file import read_typed
from models.hosts import HostName


class HostsEndpoint(BaseModel):
    """The settings of the hosts. `folder` has the files `inventory.toml`, `known_hosts` and `id_ed25519`."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    folder: Path = Path("var/stand-ins.hosts")
    key_file: Path | None = None
    """In place of `id_ed25519` in the folder."""
    runbooks: Path = Path(__file__).parents[1] / "examples/runbooks.toml"
    connect_timeout: Duration = timedelta(seconds=5)
    """For connection, keys and login together."""
    read_timeout: Duration = timedelta(seconds=60)
    """For a command to end."""
    key_retention: Retention = timedelta(hours=24)
    """For how long a host is sure to know a key again."""

    @property
    def key(self) -> Path:
        return self.key_file or self.folder / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    def read_runbooks(self) -> Runbooks:
        """Raises FileInvalid."""
        return read_typed(self.runbooks, Runbooks)


class Host(BaseModel):
    """Where one host is, and as whom we come."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    address: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(gt=0, lt=65536)] = 22
    user: Annotated[str, Field(min_length=1)]


class Inventory(BaseModel):
    """The hosts that there are; any other is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    hosts: Mapping[HostName, Host]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises FileInvalid. Read for each call, so that a new host needs no restart."""
        return read_typed(folder / "inventory.toml", cls)
