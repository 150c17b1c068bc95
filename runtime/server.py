"""Finds the Temporal server: one that is named, one that is installed, or one that is fetched once and kept.

`python -m runtime.server` says where it is; with `--tests` also the time-skipping server that the tests need.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from temporalio.envconfig import ClientConfigProfile

from runtime import go_build, sdk_download
from runtime.progress import Progress
from runtime.time_skipping import find_time_skipping_server
from runtime.toolchain import (
    ServerNotFound,
    Unavailable,
    alone_in,
    answer_of,
    executable,
    existing,
    first_of,
    user_cache,
)

OLDEST_SERVER = (1, 28)  # update-with-start, user metadata and activity pause are all there
NO_SERVER = 3  # exit status, as of the command line

WAYS = """Any one of these helps:
  - name a server that runs already: TEMPORAL_ADDRESS=HOST:PORT
  - install the Temporal CLI, so that `temporal` is on the path
  - install Go 1.19 or later, so that the server can be built (about 2 to 3 minutes, once)"""


@dataclass(frozen=True)
class ExternalServer:
    """A server that somebody named: nothing is started, and nothing stopped."""

    address: str


@dataclass(frozen=True)
class TemporalCli:
    """An executable that can be a server: `temporal server start-dev`."""

    path: Path
    server_version: str
    found: str


def find_server(
    *, environ: Mapping[str, str] = os.environ, progress: Progress | None = None
) -> ExternalServer | TemporalCli:
    """The named server, else an executable to start one with. Raises ServerNotFound."""
    return named_server(environ) or find_executable(environ=environ, progress=progress)


def named_server(environ: Mapping[str, str] = os.environ) -> ExternalServer | None:
    """What `TEMPORAL_ADDRESS`, or the profile of Temporal's environment configuration, names, if anything."""
    try:
        address = ClientConfigProfile.load(override_env_vars=dict(environ)).address
    except RuntimeError as error:  # a profile that does not exist, a file that cannot be read
        raise ServerNotFound(
            "Temporal server", {"Temporal's environment configuration": str(error)}, WAYS
        ) from error
    return ExternalServer(address) if address else None


def find_executable(
    *, environ: Mapping[str, str] = os.environ, progress: Progress | None = None
) -> TemporalCli:
    """An executable to start a server with, whatever server is named elsewhere; fetched if need be.

    May take minutes, so call it before an event loop runs, or in a thread. Raises ServerNotFound.
    """
    progress = progress or Progress()
    kept = user_cache(environ) / "temporal"
    tried: dict[str, str] = {}
    cached = {"the cache": lambda: _examined(existing(kept), "the cache", environ)}
    installed = {"the path": lambda: _examined(executable("temporal", environ), "the path", environ)}
    if cli := first_of(installed | cached, tried):
        return cli
    with alone_in(kept.parent, progress):
        cli = first_of(cached | _fetched(kept, environ, progress), tried)
    if cli is None:
        raise ServerNotFound("Temporal server", tried, WAYS)
    return cli


def _fetched(
    kept: Path, environ: Mapping[str, str], progress: Progress
) -> dict[str, Callable[[], TemporalCli]]:
    """The ways that need a network; each leaves the executable in the cache."""

    def downloaded() -> TemporalCli:
        path = sdk_download.download("dev", kept, environ=environ, progress=progress)
        return _examined(path, "the SDK's download", environ)

    def built() -> TemporalCli:
        path = go_build.build(kept, environ=environ, progress=progress)
        return _examined(path, "go install", environ)

    return {"the SDK's download": downloaded, "go install": built}


def _examined(path: Path, found: str, environ: Mapping[str, str]) -> TemporalCli:
    """Believes an executable only when it has said which server it contains."""
    answer = answer_of([path, "--version"], environ)
    version = re.search(r"Server (\d+)\.(\d+)[^,)\s]*", answer)
    if version is None:
        raise Unavailable(f"{path} does not say which server it contains: {answer.strip()!r}")
    if (int(version[1]), int(version[2])) < OLDEST_SERVER:
        oldest = ".".join(map(str, OLDEST_SERVER))
        raise Unavailable(f"{path} contains {version[0]}, which is too old: {oldest} or later is needed")
    return TemporalCli(path, version[0].removeprefix("Server "), found)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m runtime.server", description=__doc__)
    parser.add_argument(
        "--tests", action="store_true", help="what the tests need: executables of both servers"
    )
    options = parser.parse_args(arguments)
    try:
        if options.tests:
            print(_described(find_executable()), flush=True)
            print(f"Time-skipping server: {find_time_skipping_server()}")
        else:
            print(_described(find_server()))
    except ServerNotFound as error:
        print(error, file=sys.stderr)
        return NO_SERVER
    return 0


def _described(server: ExternalServer | TemporalCli) -> str:
    if isinstance(server, ExternalServer):
        return f"Temporal server: {server.address}, named by the environment; nothing will be started"
    return f"Temporal server {server.server_version}: {server.path} ({server.found})"


if __name__ == "__main__":
    sys.exit(main())
