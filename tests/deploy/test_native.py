"""The processes of the native check: how they start and end, and that nothing is left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.native.process import Process, ProcessFailed, free_ports, run_to_end
from deploy.native.programs import built_programs, postgres_programs
from deploy.native.readiness import says
from deploy.native.scratch import scratch_folder
from deploy.parse import ROOT
from runtime.toolchain import Unavailable
from tests.eventually import eventually

SERVE = "import time; print('serving', flush=True); time.sleep(600)"
HOLD = """
import sys, time
from deploy.native.scratch import scratch_folder
with scratch_folder("held") as folder:
    (folder / "file").touch()
    print(folder, flush=True)
    time.sleep(600)
"""


def serving(log: Path, program: str = SERVE) -> Process:
    return Process("The program", [sys.executable, "-c", program], log=log, ready=says("serving", log))


def test_a_scratch_folder_is_gone_afterwards() -> None:
    """Also when what used it has failed."""
    used: list[Path] = []

    def use() -> None:
        with scratch_folder("scratch") as folder:
            (folder / "file").touch()
            used.append(folder)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        use()

    assert not used[0].exists()


async def test_a_scratch_folder_is_gone_when_its_user_is_killed() -> None:
    """SIGKILL leaves no time to clean up, so another process does it."""
    user = subprocess.Popen([sys.executable, "-c", HOLD], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert user.stdout
    folder = Path(user.stdout.readline().strip())
    assert folder.is_dir()
    user.kill()
    user.communicate()

    async def is_there() -> bool:
        return folder.exists()

    await eventually(is_there, lambda there: not there)


async def test_a_killed_process_starts_again(tmp_path: Path) -> None:
    """Each start returns when it serves, not because it has served before."""
    log = tmp_path / "log"
    process = serving(log)
    await process.start()
    await process.kill()
    await process.start()
    await process.stop()

    assert log.read_text().splitlines() == ["serving", "serving"]


async def test_a_process_that_does_not_serve_says_why(tmp_path: Path) -> None:
    """The message has its exit status and its last words."""
    with pytest.raises(ProcessFailed, match="The program ended with 3: no licence"):
        await serving(tmp_path / "log", "import sys; print('no licence', flush=True); sys.exit(3)").start()


async def test_a_job_that_fails_says_why(tmp_path: Path) -> None:
    """As the containers' jobs, whose end others wait for."""
    with pytest.raises(ProcessFailed, match="the job ended with 1: no table"):
        await run_to_end("the job", ["/bin/sh", "-c", "echo no table; exit 1"], log=tmp_path / "log")


def test_ports_are_given_out_once() -> None:
    """And out of the reach of outgoing connections, so that a killed server finds its own free."""
    next_free = free_ports()
    ports = {next_free() for _ in range(20)}

    assert len(ports) == 20
    assert max(ports) < 32_768


def test_the_newest_postgresql_is_taken(tmp_path: Path) -> None:
    """Debian has a folder for each version, and 17 is newer than 9."""
    for version in ("9", "17", "18"):
        (tmp_path / version / "bin").mkdir(parents=True)
    for version in ("9", "17"):
        for program in ("initdb", "postgres"):
            (tmp_path / version / "bin" / program).touch()

    assert postgres_programs({"PATH": ""}, [f"{tmp_path}/*/bin"]) == tmp_path / "17" / "bin"


def test_what_is_missing_is_said_with_the_command_that_brings_it(tmp_path: Path) -> None:
    """One line each for PostgreSQL and Go."""
    with pytest.raises(Unavailable, match="PostgreSQL is missing: `apt-get install postgresql`"):
        postgres_programs({"PATH": ""}, [])
    with pytest.raises(Unavailable, match="Go is missing: `apt-get install golang-go`"):
        built_programs(environ={"PATH": "", "DURABLE_SAGAS_CACHE": str(tmp_path)})


def test_the_check_ends_with_1_where_something_is_missing(tmp_path: Path) -> None:
    """It starts nothing, and says in one line what to install."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.check_topology", "--json"],
        cwd=ROOT,
        env={**os.environ, "PATH": "", "DURABLE_SAGAS_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "is missing: `apt-get install" in done.stderr
