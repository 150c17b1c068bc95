"""One command on one host by SSH: the host is known by its key, we by ours, and what came back is bounded."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from activities.hosts_endpoint import Host, HostsEndpoint
from activities.problems import clean
from activities.verdict import Failed
from saga.headers import CREDENTIALS_REFUSED, Outcome

if TYPE_CHECKING:
    import asyncssh

LONGEST_OUTPUT = 64 * 1024


@dataclass(frozen=True)
class Ran:
    """A command that has ended. Without a status it was ended by a signal, or nobody knows how."""

    status: int | None
    out: str
    err: str


async def run(host: Host, command: str, endpoint: HostsEndpoint) -> Ran | Failed:
    """What a command has said, or what is known where nothing came back.

    The library takes a third of a second to import, which only those pay who speak with a host.
    """
    import asyncssh  # noqa: PLC0415 - see above

    connection = await _reached(host, endpoint)
    if isinstance(connection, Failed):
        return connection
    try:
        async with asyncio.timeout(endpoint.read_timeout.total_seconds()):
            return await _ended(connection, command)
    except TimeoutError:
        return Failed(Outcome.UNKNOWN, "ResponseTimedOut", "the command has not ended in time", retry=True)
    except (OSError, asyncssh.Error) as error:
        return Failed(Outcome.UNKNOWN, "ConnectionLost", clean(str(error)), retry=True)
    finally:
        connection.abort()


async def _reached(host: Host, endpoint: HostsEndpoint) -> "asyncssh.SSHClientConnection | Failed":
    import asyncssh  # noqa: PLC0415 - as above

    try:
        return await _connected(host, endpoint)
    except asyncssh.HostKeyNotVerifiable:
        return _not_sent(CREDENTIALS_REFUSED, "its key is not in known_hosts", retry=False)
    except asyncssh.PermissionDenied:
        return _not_sent(CREDENTIALS_REFUSED, "it does not accept our key", retry=False)
    except asyncssh.KeyImportError as error:
        return _not_sent("CredentialUnreadable", str(error))
    except TimeoutError:
        return _not_sent("ConnectTimedOut", "no connection within the connect timeout")
    except (OSError, asyncssh.Error) as error:
        return _not_sent("ConnectionFailed", str(error))


async def _connected(host: Host, endpoint: HostsEndpoint) -> "asyncssh.SSHClientConnection":
    """Nothing but our own key and the known hosts counts: no agent, no password, no configuration of the user's."""
    import asyncssh  # noqa: PLC0415 - as above

    async with asyncio.timeout(endpoint.connect_timeout.total_seconds()):
        return await asyncssh.connect(
            host.address,
            host.port,
            username=host.user,
            known_hosts=str(endpoint.known_hosts),
            client_keys=[asyncssh.read_private_key(endpoint.key)],
            preferred_auth="publickey",
            agent_path=None,
            config=None,
        )


async def _ended(connection: "asyncssh.SSHClientConnection", command: str) -> Ran:
    process = await connection.create_process(command, stdin=asyncio.subprocess.DEVNULL, errors="replace")
    out, err = await asyncio.gather(_bounded(process.stdout), _bounded(process.stderr))
    await process.wait_closed()
    return Ran(process.exit_status, out, err)


async def _bounded(stream: "asyncssh.SSHReader[str]") -> str:
    """What is longer is read to its end, lest the command hang, and dropped."""
    found = ""
    while part := await stream.read(LONGEST_OUTPUT):
        found += part[: LONGEST_OUTPUT - len(found)]
    return found


def _not_sent(kind: str, why: str, *, retry: bool = True) -> Failed:
    return Failed(Outcome.REFUSED, kind, clean(why), retry)
