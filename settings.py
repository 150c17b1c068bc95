"""All settings of worker and starter, read once from the environment, `.env` and a folder of secrets.

The connection to Temporal is not among them: it comes from Temporal's own environment configuration.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from activities.callback_settings import CallbackSettings
from activities.database import DatabaseEndpoint
from activities.endpoint import AgentEndpoint, BaseUrl, Duration, Endpoint
from activities.files import FilesEndpoint
from activities.hosts_endpoint import HostsEndpoint
from activities.outbound_settings import OutboundSettings
from models.sealing import Sealer
from runtime.sealing import SealSettings
from runtime.setting_sources import ENV_FILE, ReadSettings, Setting, SettingsInvalid

__all__ = [
    "DOWNSTREAMS",
    "ENV_FILE",
    "PRIVATE_DOWNSTREAMS",
    "PrivateSettings",
    "Setting",
    "Settings",
    "SettingsInvalid",
    "WorkerSettings",
]

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
    "desk",
    "tracker",
    "people",
    "paging",
    "monitoring",
    "automation",
    "tasks",
    "agent",
)
PRIVATE_DOWNSTREAMS: tuple[str, ...] = ("erp", "directory")
"""Those of the private network: their addresses and tokens are no business of the public worker."""

LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)]


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError(f"{path} is not a folder")
    return path


PayloadStore = Annotated[Path, AfterValidator(_folder)]
"""Not made here: two processes that meant the same folder could each make one."""


class WorkerSettings(BaseModel):
    """How much one worker process takes on. A cache smaller than the flows in flight means replays."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    max_concurrent_activities: Annotated[int, Field(gt=0, le=100_000)] = 200
    max_concurrent_workflow_tasks: Annotated[int, Field(gt=1, le=100_000)] = 200
    max_cached_workflows: Annotated[int, Field(ge=0, le=1_000_000)] = 1_000
    pollers: Annotated[int, Field(gt=1, le=1_000)] = 20
    grace_period: Duration = timedelta(seconds=10)
    server_wait: Duration = timedelta(seconds=30)


def _stand_in(service: str) -> Endpoint:
    return Endpoint(url=f"http://127.0.0.1:8090/{service}")


class Settings(ReadSettings):
    """Those of the public worker, and of the starter."""

    token_bearers: ClassVar[tuple[str, ...]] = DOWNSTREAMS

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
    desk: Endpoint = _stand_in("desk")
    tracker: Endpoint = _stand_in("tracker")
    people: Endpoint = _stand_in("people")
    paging: Endpoint = _stand_in("paging")
    monitoring: Endpoint = _stand_in("monitoring")
    automation: Endpoint = _stand_in("automation")
    tasks: Endpoint = _stand_in("tasks")
    agent: AgentEndpoint = AgentEndpoint(url="http://127.0.0.1:8090/agent")
    arazzo: OutboundSettings = OutboundSettings()
    seal: SealSettings = SealSettings()
    payload_store: PayloadStore | None = None
    """Where payloads go that are too large for the server."""
    retry_after_cap: Duration = timedelta(seconds=60)
    task_queue: Annotated[str, Field(min_length=1, max_length=1_000)] = "durable-sagas"
    web_ui_url: BaseUrl = "http://127.0.0.1:8233"
    log_level: LogLevel = "INFO"
    worker: WorkerSettings = WorkerSettings()

    @property
    def downstreams(self) -> Mapping[str, Endpoint]:
        """By name."""
        return {name: getattr(self, name) for name in DOWNSTREAMS}

    @property
    def sealer(self) -> Sealer | None:
        """None: there is no key."""
        return self.seal.sealer()


class PrivateSettings(ReadSettings):
    """Those of `worker.py --private`, and all that it reads: where the private services are, and their credentials."""

    token_bearers: ClassVar[tuple[str, ...]] = PRIVATE_DOWNSTREAMS

    erp: Endpoint = _stand_in("erp")
    directory: Endpoint = _stand_in("directory")
    hosts: HostsEndpoint = HostsEndpoint()
    database: DatabaseEndpoint = DatabaseEndpoint()
    files: FilesEndpoint = FilesEndpoint()
    callback: CallbackSettings = CallbackSettings()
    payload_store: PayloadStore | None = None
    retry_after_cap: Duration = timedelta(seconds=60)
    log_level: LogLevel = "INFO"
    worker: WorkerSettings = WorkerSettings()

    @property
    def downstreams(self) -> Mapping[str, Endpoint]:
        """By name."""
        return {name: getattr(self, name) for name in PRIVATE_DOWNSTREAMS}
