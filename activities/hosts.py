"""The hosts of the private network: the commands of a runbook, on one host after another."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from temporalio import activity

from activities.arguments import ArgumentRefused
from activities.attempt import Attempt
from activities.failure import FailureTerms
from activities.hosts_endpoint import Host, HostsEndpoint, Inventory
from activities.problems import OWN_TYPES, clean
from activities.runbooks import Phase, Runbooks
from activities.ssh import Ran, run
from activities.typed_file import FileInvalid
from activities.verdict import Failed
from models.hosts import HostSaid, HostsDone, HostsRequest
from saga.headers import CREDENTIALS_REFUSED, Outcome, current_step

REFUSALS = {64, 65, 66, 67, 68, 69, 76, 78, 126, 127}
"""Exit statuses that say that nothing was done: those of sysexits.h which do, not executable, not found."""
TEMPORARY = 75
NO_PERMISSION = 77

_SAYS_TYPE = re.compile(r"([A-Z][A-Za-z0-9]{0,63}): (.*)")

Command = tuple[Host, str]


class _On(NamedTuple):
    """What came of one host, and how many were done before it in this attempt."""

    name: str
    failed: Failed
    done: int


class Hosts:
    """Each of its activities does the same thing on all hosts of a request, in their order, and beats after each."""

    def __init__(self, endpoint: HostsEndpoint, runbooks: Runbooks) -> None:
        self._endpoint = endpoint
        self._runbooks = runbooks
        self._terms = FailureTerms("HOSTS", "HOSTS_KEY_FILE and known_hosts", endpoint.key_retention)

    @activity.defn(name="hosts.check")
    async def check(self, request: HostsRequest) -> HostsDone:
        """Whether the runbook can begin. Refused with `HostUnknown`, `RunbookUnknown`, `ArgumentRefused`, …"""
        return await self._all(request, Phase.CHECK)

    @activity.defn(name="hosts.apply_runbook")
    async def apply_runbook(self, request: HostsRequest) -> HostsDone:
        """Stops at the first host that fails. Refused as the command says: `VersionUnknown`, …"""
        return await self._all(request, Phase.APPLY)

    @activity.defn(name="hosts.undo_runbook")
    async def undo_runbook(self, request: HostsRequest) -> HostsDone:
        """Undo `apply_runbook`, last host first; succeeds when there is nothing to undo.

        Goes on where a host fails: the others are not to be left as they are because of it.
        """
        return await self._all(request, Phase.UNDO)

    @activity.defn(name="hosts.verify")
    async def verify(self, request: HostsRequest) -> HostsDone:
        """Whether all hosts do as they should after the change. Refused as the command says: `ServiceUnhealthy`, …"""
        return await self._all(request, Phase.VERIFY)

    async def _all(self, request: HostsRequest, phase: Phase) -> HostsDone:
        attempt, changes = Attempt(), phase in {Phase.APPLY, Phase.UNDO}
        if changes:
            self._terms.check_key(attempt, f"{request.runbook} {phase}")
        commands = self._commands(attempt, request, phase)
        said, failures = await attempt.run(self._run(commands, attempt, goes_on=phase is Phase.UNDO))
        if not failures:
            return HostsDone(hosts=tuple(said))
        raise self._failure(attempt, request.runbook, phase, failures[0], changes=changes)

    def _commands(self, attempt: Attempt, request: HostsRequest, phase: Phase) -> Mapping[str, Command]:
        """By host. Raises, before anything is done, where the request is not one that may be carried out."""
        try:
            known = Inventory.read(self._endpoint.folder).hosts
            runbook = self._runbooks.runbooks.get(request.runbook)
            if runbook is None:
                raise self._refused(attempt, "RunbookUnknown", f"there is no runbook {request.runbook}")
            for host in request.hosts:
                if host not in known:
                    raise self._refused(attempt, "HostUnknown", f"{host} is not in the inventory")
            command = runbook.command(phase, request.arguments, _own())
        except ArgumentRefused as error:
            raise self._refused(attempt, "ArgumentRefused", f"{request.runbook}: {error}") from None
        except FileInvalid as error:
            raise self._refused(attempt, "InventoryUnreadable", str(error), retry=True) from None
        hosts = reversed(request.hosts) if phase is Phase.UNDO else request.hosts
        return {host: (known[host], command) for host in hosts}

    async def _run(
        self, commands: Mapping[str, Command], attempt: Attempt, *, goes_on: bool
    ) -> tuple[Sequence[HostSaid], Sequence[_On]]:
        said: list[HostSaid] = []
        failures: list[_On] = []
        for name, (host, command) in commands.items():
            found = _judged(await run(host, command, self._endpoint))
            if isinstance(found, Failed):
                failures.append(_On(name, found, done=len(said)))
                if not goes_on:
                    break
            else:
                said.append(HostSaid(host=name, said=found))
            attempt.tell({"done": [each.host for each in said], "of": len(commands)})
        return said, failures

    def _failure(self, attempt: Attempt, runbook: str, phase: Phase, on: _On, *, changes: bool) -> Exception:
        """What a host refuses was done all the same on those before it."""
        name, failed, done = on
        certainly_nothing = failed.outcome is Outcome.REFUSED and not done
        outcome = attempt.outcome(Outcome.REFUSED if certainly_nothing else Outcome.UNKNOWN)
        what = f"{name}: {runbook} {phase}: {failed.message}"
        return self._terms.failure(attempt, what, failed, outcome if changes else Outcome.REFUSED)

    def _refused(self, attempt: Attempt, kind: str, message: str, *, retry: bool = False) -> Exception:
        failed = Failed(Outcome.REFUSED, kind, message, retry)
        return self._terms.failure(attempt, f"hosts: {message}", failed, attempt.outcome(Outcome.REFUSED))


def _own() -> Mapping[str, str]:
    """What only the step knows."""
    step = current_step()
    return {"key": step.key, "undoes": step.compensates or "", "flow": step.correlation_id}


def _judged(ran: Ran | Failed) -> str | Failed:
    """The first line that was said; the one classification of how a command has ended."""
    if isinstance(ran, Failed):
        return ran
    if ran.status == 0:
        return clean(ran.out.partition("\n")[0])
    found = _SAYS_TYPE.match(ran.err)
    message = f"ended with {ran.status} ({clean(ran.err.partition(chr(10))[0]) or 'it said nothing'})"
    match ran.status:
        case int(status) if status in REFUSALS:
            kind = found[1] if found and found[1] not in OWN_TYPES else "CommandRefused"
            return Failed(Outcome.REFUSED, kind, message, retry=False)
        case _ if ran.status == TEMPORARY:
            return Failed(Outcome.REFUSED, "CommandPutOff", message, retry=True)
        case _ if ran.status == NO_PERMISSION:
            return Failed(Outcome.REFUSED, CREDENTIALS_REFUSED, message, retry=False)
        case _:
            return Failed(Outcome.UNKNOWN, "CommandFailed", message, retry=True)
