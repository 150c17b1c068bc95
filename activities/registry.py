"""Opens the pools of all downstreams and names the activities that a worker offers over them."""

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Protocol

from activities.accounts import Accounts
from activities.agent import Agent
from activities.articles import Articles
from activities.automation import Automation
from activities.backup_payments import BackupPayments
from activities.callbacks import Callbacks
from activities.database import Database, DatabaseEndpoint
from activities.directory import Directory
from activities.document_calls import DocumentCalls
from activities.document_code import code_of
from activities.documents import Documents
from activities.endpoint import AgentEndpoint, Endpoint
from activities.erp import Erp
from activities.feeds import Deliver, Feeds, nowhere
from activities.files import Files, FilesEndpoint
from activities.hosts import Hosts
from activities.hosts_endpoint import HostsEndpoint
from activities.http import Downstream, Instrument
from activities.inventory import Inventory
from activities.marketing import Marketing
from activities.monitoring import Monitoring
from activities.notifications import Notifications
from activities.ops import Link, Ops
from activities.order_history import Orders
from activities.outbound_settings import OutboundSettings
from activities.paging import Paging
from activities.partners import Partners
from activities.payments import Payments
from activities.people import People
from activities.preferences import CustomerPreferences
from activities.profiles import Profiles
from activities.provisioning import Provisioning
from activities.seals import Seals
from activities.search import Search
from activities.shipping import Shipping
from activities.tasks import Tasks
from activities.tickets import Desk, Tracker
from activities.users import Users
from arazzo.code_names import is_named
from models.sealing import Sealer
from models.tickets import System

Activity = Callable[..., Awaitable[object]]

OFFERED: Mapping[str, Callable[[Downstream], object]] = {
    "inventory": Inventory,
    "payments": Payments,
    "shipping": Shipping,
    "notifications": Notifications,
    "accounts": Accounts,
    "marketing": Marketing,
    "articles": Articles,
    "search": Search,
    "profiles": Profiles,
    "order_history": Orders,
    "preferences": CustomerPreferences,
    "users": Users,
    "provisioning": Provisioning,
    "backup_payments": BackupPayments,
    "partners": Partners,
    "desk": Desk,
    "tracker": Tracker,
    "people": People,
    "paging": Paging,
    "monitoring": Monitoring,
    "automation": Automation,
    "tasks": Tasks,
}
"""By the downstream's name in the settings: whose activities call it."""

PRIVATE: Mapping[str, Callable[[Downstream], object]] = {
    "erp": Erp,
    "directory": Directory,
}
"""The same for the downstreams of the private network: only `worker.py --private` serves their activities."""


class Endpoints(Protocol):
    """What of the settings concerns calls."""

    @property
    def downstreams(self) -> Mapping[str, Endpoint]: ...
    @property
    def retry_after_cap(self) -> timedelta: ...


class PublicEndpoints(Endpoints, Protocol):
    """Besides, which model judges, what documents may have called, and the key for their secrets."""

    @property
    def agent(self) -> AgentEndpoint: ...
    @property
    def arazzo(self) -> OutboundSettings: ...
    @property
    def sealer(self) -> Sealer | None: ...


class PrivateEndpoints(Endpoints, Protocol):
    """Besides, what is no HTTP."""

    @property
    def hosts(self) -> HostsEndpoint: ...
    @property
    def files(self) -> FilesEndpoint: ...
    @property
    def database(self) -> DatabaseEndpoint: ...


@asynccontextmanager
async def open_activities(
    endpoints: PublicEndpoints,
    *,
    instrument: Instrument | None = None,
    link: Link | None = None,
    deliver: Deliver = nowhere,
) -> AsyncGenerator[Sequence[Activity]]:
    """All activities, ready for a worker; `instrument` wraps each downstream's transport, `link` leads to the
    execution that an announcement is about, and `deliver` takes what a feed tells to its flow.

    End it after the worker, which still has calls to finish.
    """
    async with AsyncExitStack() as pools:
        called = await _called((*OFFERED, "agent"), endpoints, instrument, pools)
        offered = [calls(called[name]) for name, calls in OFFERED.items()]
        offered.append(Agent(called["agent"], endpoints.agent.model))
        offered.append(Ops(called["notifications"], link))
        offered.append(Feeds({system: called[system] for system in System}, deliver))
        activities = [activity for calls in offered for activity in activities_of(calls)]
        documents = await pools.enter_async_context(DocumentCalls(endpoints.arazzo, instrument=instrument))
        code = {
            name: one
            for name, one in code_of(activities).items()
            if is_named(name, endpoints.arazzo.activities)
        }
        seals = Seals(endpoints.sealer, documents.credentials)
        yield [*activities, *activities_of(Documents(documents, code, seals))]


@asynccontextmanager
async def open_private_activities(
    endpoints: PrivateEndpoints, *, instrument: Instrument | None = None, callbacks: Callbacks | None = None
) -> AsyncGenerator[Sequence[Activity]]:
    """Those of the private network, likewise; `callbacks` is where its services may call back.

    Raises FileInvalid.
    """
    async with AsyncExitStack() as pools:
        called = await _called(PRIVATE, endpoints, instrument, pools, callbacks)
        offered = [calls(called[name]) for name, calls in PRIVATE.items()]
        offered.append(Hosts(endpoints.hosts, endpoints.hosts.read_runbooks()))
        offered.append(Files(endpoints.files))
        offered.append(Database(endpoints.database, endpoints.database.read_queries()))
        yield [activity for calls in offered for activity in activities_of(calls)]


async def _called(
    names: Iterable[str],
    endpoints: Endpoints,
    instrument: Instrument | None,
    pools: AsyncExitStack,
    callbacks: Callbacks | None = None,
) -> Mapping[str, Downstream]:
    """The downstreams by name, open until `pools` is closed."""
    called: dict[str, Downstream] = {}
    for name in names:
        cap, endpoint = endpoints.retry_after_cap, endpoints.downstreams[name]
        downstream = Downstream(
            name, endpoint, retry_after_cap=cap, instrument=instrument, callbacks=callbacks
        )
        called[name] = await pools.enter_async_context(downstream)
    return called


def activities_of(calls: object) -> list[Activity]:
    """The methods that are activities."""
    methods = inspect.getmembers(calls, inspect.ismethod)
    return [method for _, method in methods if hasattr(method, "__temporal_activity_definition")]
