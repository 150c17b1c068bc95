"""An SSH door before a service: the command that somebody runs on a host becomes a request of an operation.

Each host has a port and a key of its own. A command line is read by `sh`, as on any host: what a caller fails to
quote happens. Behind the door keys, faults and ledger are the same as over HTTP.
"""

import asyncio
import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from starlette.types import ASGIApp, Message, Scope

from services.backstage.operations import Operation, Service
from services.backstage.problems import KEY_IN_PROGRESS, KEY_REUSED
from services.backstage.soap import Collected
from services.backstage.ssh_keys import host_keys, known_ports, library, write_down

if TYPE_CHECKING:
    import asyncssh

SHELL_BOUND = 5.0
READS_WORDS = """{program}() {{ printf '%s\\0' "$@"; }}
{command}
"""
"""The shell function that stands for the program on a host: it hands on the words that the shell has made out."""

OPTIONS = {"--key": "idempotency-key", "--undoes": "x-compensates", "--flow": "x-correlation-id"}

# sysexits.h, as far as it says something of the effect.
EXITS: Mapping[int, int] = {
    401: 77,  # EX_NOPERM
    409: 69,  # EX_UNAVAILABLE
    429: 75,  # EX_TEMPFAIL
    503: 75,
}
REFUSED = 65
"""EX_DATAERR"""
USAGE = 64
"""EX_USAGE"""
FAILED = 70
"""EX_SOFTWARE: what it has done, nobody knows."""
NOT_FOUND = 127
OF_UNKNOWN_EFFECT = {KEY_IN_PROGRESS.uri, KEY_REUSED.uri}


class Verb(NamedTuple):
    """The first word after the program's name, and the fields that the following ones are."""

    operation: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Shell:
    """What can be typed on which hosts."""

    service: Service
    hosts: tuple[str, ...]
    program: str
    verbs: Mapping[str, Verb]
    lay_out: Callable[[Path], None]
    """Makes what else there is in their network: called with the folder when they start."""


class Network(NamedTuple):
    """The hosts of `shell`; they write into `folder` how they are reached, as `advertise` where that is given."""

    shell: Shell
    folder: Path
    advertise: str | None = None


class Ended(NamedTuple):
    """How a command ends. Without a status the connection is lost instead."""

    status: int | None
    out: str = ""
    err: str = ""


class Usage(Exception):
    """What was typed is no command of the program."""


@dataclass
class SshDoor:
    """`open` listens on a port for each host, and writes down where, for those who have the folder."""

    app: ASGIApp
    network: Network
    address: str
    _listening: list["asyncssh.SSHAcceptor"] = field(default_factory=list["asyncssh.SSHAcceptor"])
    _numbers: "count[int]" = field(default_factory=count)

    async def open(self) -> None:
        asyncssh = await asyncio.to_thread(library)
        shell, folder, advertise = self.network
        shell.lay_out(folder)
        keys, ports = host_keys(folder, shell.hosts), known_ports(folder)
        allowed = asyncssh.import_authorized_keys((folder / "id_ed25519.pub").read_text())
        for host in shell.hosts:
            listen = functools.partial(
                asyncssh.listen,
                self.address,
                server_host_keys=[keys[host]],
                authorized_client_keys=allowed,
                process_factory=self._factory(host),
                keepalive_interval=0,
            )
            try:
                listening = await listen(ports.get(host, 0))
            except OSError:  # somebody else has its port by now
                listening = await listen(0)
            self._listening.append(listening)
            ports[host] = listening.get_port()
        write_down(folder, advertise or self.address, ports, keys)

    def close(self) -> None:
        for listening in self._listening:
            listening.close()

    def _factory(self, host: str) -> Any:  # noqa: ANN401 - the library's own type is not exported
        async def run(process: "asyncssh.SSHServerProcess[str]") -> None:
            ended = await self._run(host, process.command or "")
            if ended.status is None:
                process.channel.get_connection().abort()
                return
            process.stdout.write(ended.out)
            process.stderr.write(ended.err)
            process.exit(ended.status)

        return run

    async def _run(self, host: str, command: str) -> Ended:
        said = await _words(self.network.shell.program, command)
        if isinstance(said, Ended):
            return said
        try:
            operation, headers, fields = self._read(host, said)
        except Usage as error:
            return Ended(USAGE, err=f"Usage: {error}\n")
        answered = Collected()
        await self.app(*_request(operation, headers, fields, number=next(self._numbers)), answered.send)
        return _ended(answered)

    def _read(self, host: str, words: list[str]) -> tuple[Operation, Mapping[str, str], Mapping[str, str]]:
        """Raises Usage."""
        headers: dict[str, str] = {}
        verb, *rest = words or [""]
        if verb not in self.network.shell.verbs:
            raise Usage(f"{self.network.shell.program} {'|'.join(self.network.shell.verbs)}")
        operation_id, names = self.network.shell.verbs[verb]
        values = [rest.pop(0) for _ in names if rest]
        while len(rest) > 1 and rest[0] in OPTIONS:
            option, value, *rest = rest
            headers[OPTIONS[option]] = value
        if rest or len(values) < len(names):
            raise Usage(
                f"{self.network.shell.program} {verb} {' '.join(names).upper()} [--key K --undoes K --flow F]"
            )
        for name in ("idempotency-key", "x-compensates"):
            if name in headers:
                headers[name] += f"@{host}"  # each host remembers keys for itself
        operation = self.network.shell.service.operations[operation_id]
        return operation, headers, {"host": host, **dict(zip(names, values, strict=True))}


async def _words(program: str, command: str) -> list[str] | Ended:
    """The words after the program's name, as a shell makes them out; how it ended, if the program was not run."""
    script = READS_WORDS.format(program=program, command=command)
    shell = await asyncio.create_subprocess_exec(
        "/bin/sh",
        "-c",
        script,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SHELL_BOUND):
            out, err = await shell.communicate()
    except TimeoutError:
        shell.kill()
        return Ended(FAILED, err="the command takes too long\n")
    if shell.returncode or not out.endswith(b"\0"):
        return Ended(
            shell.returncode or NOT_FOUND, out.decode(errors="replace"), err.decode(errors="replace")
        )
    return out.decode(errors="replace").split("\0")[:-1]


def _request(
    operation: Operation, headers: Mapping[str, str], fields: Mapping[str, str], *, number: int
) -> tuple[Scope, Any]:
    """What the application behind the door takes; the client's address is one that no connection has."""
    path, body = operation.path, b""
    if operation.method == "GET":
        path = path.format(**fields)
    else:
        body = json.dumps(fields).encode()
    sent = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    sent += [(name.encode(), value.encode()) for name, value in headers.items()]
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": operation.method,
        "scheme": "ssh",
        "path": f"/{operation.service}{path}",
        "raw_path": b"",
        "root_path": "",
        "query_string": b"",
        "headers": sent,
        "client": ("ssh", number),
        "server": ("ssh", 0),
    }
    return scope, receive


def _ended(answered: Collected) -> Ended:
    if not answered.status:
        return Ended(None)
    text = answered.body.decode()
    if answered.status < HTTPStatus.BAD_REQUEST:
        return Ended(0, out=f"{text}\n")
    problem = cast("dict[str, str]", json.loads(text))
    words = problem["type"].rpartition(":")[2].split("-")
    err = f"{''.join(word.capitalize() for word in words)}: {problem['detail']}\n"
    if problem["type"] in OF_UNKNOWN_EFFECT:
        return Ended(FAILED, err=err)
    default = FAILED if answered.status >= HTTPStatus.INTERNAL_SERVER_ERROR else REFUSED
    return Ended(EXITS.get(answered.status, default), err=err)
