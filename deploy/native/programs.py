"""Finds the programs that the topology runs natively: built from their Go modules, once, or installed by the system."""

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from runtime.go_build import Go, find_go
from runtime.progress import Progress, elapsed
from runtime.toolchain import (
    Patience,
    Unavailable,
    alone_in,
    run_watched,
    scratch_in,
    user_cache,
)

STALLED = timedelta(minutes=5)  # the last step, linking, says nothing and takes its time
SERVER_VERSION, UI_VERSION = "1.29.1", "2.42.1"  # as in docker-compose.yml
POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/pgsql-*/bin")
POSTGRES_PROGRAMS = ("initdb", "postgres")


@dataclass(frozen=True)
class Module:
    """A Go module at a version, the packages to build (and what to call them), and the files to keep with them."""

    path: str
    version: str
    packages: Mapping[str, str]
    files: Mapping[str, str]


MODULES = (
    Module(
        "go.temporal.io/server",
        f"v{SERVER_VERSION}",
        packages={"cmd/server": "temporal-server", "cmd/tools/sql": "temporal-sql-tool"},
        files={},
    ),
    Module(
        "github.com/temporalio/ui-server/v2",
        f"v{UI_VERSION}",
        packages={"cmd/server": "ui-server"},
        files={"config/docker.yaml": "ui/docker.yaml"},
    ),
)


def built_programs(*, environ: Mapping[str, str] = os.environ, progress: Progress | None = None) -> Path:
    """The folder with the programs of MODULES, built if need be. Raises Unavailable."""
    progress = progress or Progress()
    kept = user_cache(environ) / f"topology-{SERVER_VERSION}-{UI_VERSION}"
    if kept.exists():
        return kept
    with alone_in(kept.parent, progress), scratch_in(kept.parent) as scratch:
        if not kept.exists():
            _build(scratch, environ, progress).replace(kept)
    return kept


def postgres_programs(
    environ: Mapping[str, str] = os.environ, folders: Sequence[str] = POSTGRES_FOLDERS
) -> Path:
    """The folder with `initdb` and `postgres`: on the path, or where Debian and others hide it. Raises Unavailable."""
    on_path = shutil.which("initdb", path=environ.get("PATH", ""))
    hidden = sorted(
        (found for pattern in folders for found in Path("/").glob(pattern.lstrip("/"))), key=_number
    )
    for folder in [*([Path(on_path).resolve().parent] if on_path else []), *reversed(hidden)]:
        if all((folder / program).exists() for program in POSTGRES_PROGRAMS):
            return folder
    raise Unavailable("PostgreSQL is missing: `apt-get install postgresql` (or run this with --install)")


def _number(folder: Path) -> tuple[int, ...]:
    """PostgreSQL 17 comes after 9."""
    return tuple(int(part) for part in "".join(c if c.isdigit() else " " for c in str(folder)).split())


def _build(scratch: Path, environ: Mapping[str, str], progress: Progress) -> Path:
    go = find_go(environ, scratch=scratch, progress=progress)
    into = scratch / "programs"
    into.mkdir()
    for module in MODULES:
        _install(module, go, into=into, progress=progress)
    return into


def _install(module: Module, go: Go, *, into: Path, progress: Progress) -> None:
    names = ", ".join(module.packages.values())
    progress.say(f"Building {names} with `go install {module.path}/…@{module.version}` (once)")
    with scratch_in(into.parent) as scratch:
        log = scratch / "log"
        packages = [f"{module.path}/{package}@{module.version}" for package in module.packages]
        run_watched(
            [go.path, "install", "-v", "-ldflags=-s -w", *packages],
            environ={**go.environ, "GOBIN": str(scratch)},
            log=log,
            watch=_compiled(log, progress),
            cwd=scratch,
        )
        for package, name in module.packages.items():
            (scratch / Path(package).name).replace(into / name)
        _keep_files(module, go, into=into, scratch=scratch)


def _compiled(log: Path, progress: Progress) -> Callable[[float], None]:
    """Shows how many packages are compiled: `-v` names each on a line, between what else Go says."""
    patience = Patience(at_first=STALLED, later=STALLED)

    def watch(started: float) -> None:
        lines = log.read_text(errors="replace").splitlines()
        packages = sum(not line.startswith("go: ") for line in lines)
        progress.tick(f"{packages} packages compiled, {elapsed(started)}")
        patience.see(len(lines))

    return watch


def _keep_files(module: Module, go: Go, *, into: Path, scratch: Path) -> None:
    if not module.files:
        return
    log = scratch / "module.json"
    run_watched(
        [go.path, "mod", "download", "-json", f"{module.path}@{module.version}"],
        environ=go.environ,
        log=log,
        watch=lambda _: None,
        cwd=scratch,
    )
    root = Path(json.loads(log.read_text())["Dir"])
    for source, target in module.files.items():
        (into / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / source, into / target)
