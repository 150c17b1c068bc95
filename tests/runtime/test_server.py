"""The order in which a server is looked for, with programs that a test puts on a machine of its own."""

import socket
from pathlib import Path

import pytest

from runtime.dev_server import HOST
from runtime.progress import Progress
from runtime.server import NO_SERVER, ExternalServer, TemporalCli, find_executable, find_server
from runtime.toolchain import ServerNotFound, alone_in
from tests.runtime.machine import Machine, temporal

GO_INSTALL = f"""
[ "$1" = version ] && echo 'go version go1.26.8 linux/amd64' && exit
echo "$@" >>"$HOME/go-calls"
printf '#!/bin/sh\\n%s\\n' "{temporal("1.29.1")}" >"$GOBIN/temporal"
/bin/chmod +x "$GOBIN/temporal"
"""

GO_OF_DEBIAN_12 = """
case $1 in
    version) echo 'go version go1.19.8 linux/amd64' ;;
    env) echo linux amd64 ;;
    mod) echo '{"Dir": "ROOT"}' ;;
    *) echo "go.mod:3: invalid go version '1.25.0': must match format 1.23"; exit 1 ;;
esac
"""


def test_a_named_server_is_used_and_nothing_is_started(machine: Machine) -> None:
    """TEMPORAL_ADDRESS comes before everything that is installed."""
    machine.install_temporal()
    machine.environ["TEMPORAL_ADDRESS"] = "temporal.example:7233"

    assert ExternalServer("temporal.example:7233") == find_server(environ=machine.environ)


def test_a_profile_names_a_server_too(machine: Machine, tmp_path: Path) -> None:
    """A profile of Temporal's environment configuration is as good as TEMPORAL_ADDRESS."""
    config = tmp_path / "temporal.toml"
    config.write_text('[profile.staging]\naddress = "staging.example:7233"\n')
    machine.environ |= {"TEMPORAL_CONFIG_FILE": str(config), "TEMPORAL_PROFILE": "staging"}

    assert ExternalServer("staging.example:7233") == find_server(environ=machine.environ)


def test_a_profile_that_does_not_exist_is_said(machine: Machine) -> None:
    """A wrong profile is an error: no server of another kind is started in its place."""
    machine.install_temporal()
    machine.environ["TEMPORAL_PROFILE"] = "stagign"

    with pytest.raises(ServerNotFound, match="stagign"):
        find_server(environ=machine.environ)


def test_the_path_comes_before_the_cache(machine: Machine) -> None:
    """What the user has installed is used before what was fetched."""
    installed = machine.install_temporal(server="1.30.0")
    machine.install_temporal(into=machine.cache)

    assert TemporalCli(installed, "1.30.0", "the path") == find_server(environ=machine.environ)


@pytest.mark.parametrize("on_the_path", [temporal("1.20.4"), "echo a tool of the same name", "exit 1"])
def test_what_cannot_be_used_is_passed_over(machine: Machine, on_the_path: str) -> None:
    """A `temporal` that is too old, or another program, or broken, does not stop the search."""
    machine.install("temporal", on_the_path)
    kept = machine.install_temporal(into=machine.cache)

    assert TemporalCli(kept, "1.29.1", "the cache") == find_executable(environ=machine.environ)


def test_without_any_the_server_is_built_and_kept(machine: Machine) -> None:
    """`go install` puts it into the cache, and the next start needs no Go."""
    go = machine.install("go", GO_INSTALL)
    kept = machine.cache / "temporal"

    assert TemporalCli(kept, "1.29.1", "go install") == find_executable(environ=machine.environ)
    go.unlink()
    assert TemporalCli(kept, "1.29.1", "the cache") == find_executable(environ=machine.environ)


def test_an_old_go_is_told_to_get_a_newer_one(machine: Machine, tmp_path: Path) -> None:
    """Go before 1.21 does not fetch the Go that a module asks for, so it is fetched as a module."""
    newer = machine.install("go", GO_INSTALL, into=tmp_path / "newer" / "bin")
    newer.chmod(0o644)  # as modules are unpacked
    machine.install("go", GO_OF_DEBIAN_12.replace("ROOT", str(tmp_path / "newer")))

    assert "go install" == find_executable(environ=machine.environ).found


def test_a_failed_build_is_told_with_its_last_words(machine: Machine) -> None:
    """What Go says at its end is what the user is told."""
    machine.install("go", "[ $1 = version ] && echo go1.26 && exit; echo no space left; exit 1")

    with pytest.raises(ServerNotFound, match="go install: no space left"):
        find_executable(environ=machine.environ)


async def test_where_none_can_be_had_one_message_says_what_helps(machine: Machine) -> None:
    """The command tells what was tried and every way to get a server, and ends with a status of its own."""
    process = await machine.run("runtime.server")
    output, errors = await process.communicate()
    message = errors.decode()

    assert (NO_SERVER, b"") == (process.returncode, output)
    assert "there is no `temporal` on the path" in message
    assert "Go is missing" in message
    assert "TEMPORAL_ADDRESS=HOST:PORT" in message
    assert "Traceback" not in message


def test_a_network_that_says_nothing_is_given_up(machine: Machine) -> None:
    """The SDK would wait for ever; we wait some seconds."""
    with socket.create_server((HOST, 0)) as silent:
        machine.environ["HTTPS_PROXY"] = f"http://{HOST}:{silent.getsockname()[1]}"

        with pytest.raises(ServerNotFound, match="the SDK's download: nothing came for 6 seconds"):
            find_executable(environ=machine.environ)


async def test_two_first_starts_fetch_once(machine: Machine) -> None:
    """Who comes second waits for the first one's server and uses it."""
    machine.install("go", GO_INSTALL)
    with alone_in(machine.cache, Progress()):
        second = await machine.run("runtime.server")
        assert second.stderr
        assert b"Another process" in await second.stderr.readline()
        machine.install_temporal(into=machine.cache)
    output, _ = await second.communicate()

    assert b"(the cache)" in output
    assert not (Path(machine.environ["HOME"]) / "go-calls").exists()
