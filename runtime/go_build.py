"""Builds the Temporal CLI, which contains the server, from its Go module."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from runtime.progress import Progress, elapsed
from runtime.toolchain import Patience, Unavailable, answer_of, executable, run_watched, scratch_in

# Later tags carry a `replace`, which `go install` refuses.
MODULE = "github.com/temporalio/cli/cmd/temporal@v1.5.1"
TOOLCHAIN = "1.25.4"  # at least what the module's go.mod asks for
FETCHES_TOOLCHAINS = (1, 21)  # from here on Go gets a newer Go by itself where a module needs it
STALLED = timedelta(minutes=5)  # the last step, linking, says nothing and takes its time


class Go(NamedTuple):
    """A compiler, and the environment in which to run it."""

    path: Path
    environ: Mapping[str, str]


def build(into: Path, *, environ: Mapping[str, str], progress: Progress) -> Path:
    """Puts the built executable at the path `into`. Raises Unavailable."""
    with scratch_in(into.parent) as scratch:
        go = find_go(environ, scratch=scratch, progress=progress)
        progress.say(f"Building the Temporal server with `go install {MODULE}` (about 2 to 3 minutes, once)")
        log = scratch / "log"
        run_watched(
            [go.path, "install", "-v", "-ldflags=-s -w", MODULE],  # without what only debuggers read
            environ={**go.environ, "GOBIN": str(scratch)},
            log=log,
            watch=_compiled(log, progress),
            cwd=scratch,
        )
        return (scratch / "temporal").replace(into)


def _compiled(log: Path, progress: Progress) -> Callable[[float], None]:
    """Shows how many packages are compiled: `-v` names each on a line, between what else Go says."""
    patience = Patience(at_first=STALLED, later=STALLED)

    def watch(started: float) -> None:
        lines = log.read_text(errors="replace").splitlines()
        packages = sum(not line.startswith("go: ") for line in lines)
        progress.tick(f"{packages} packages compiled, {elapsed(started)}")
        patience.see(len(lines))

    return watch


def find_go(environ: Mapping[str, str], *, scratch: Path, progress: Progress) -> Go:
    """This machine's Go, or a newer one that is fetched into `scratch` where it is old. Raises Unavailable."""
    try:
        go = executable("go", environ)
    except Unavailable:
        raise Unavailable("Go is missing: `apt-get install golang-go`") from None
    if _version(go, environ) >= FETCHES_TOOLCHAINS:
        return Go(go, environ)
    root = _newer_go(go, environ=environ, scratch=scratch, progress=progress)
    return Go(root / "bin" / "go", {**environ, "GOROOT": str(root)})


def _version(go: Path, environ: Mapping[str, str]) -> tuple[int, int]:
    answer = answer_of([go, "version"], environ)
    found = re.search(r"go(\d+)\.(\d+)", answer)
    if found is None:
        raise Unavailable(f"`{go} version` answered {answer.strip()!r}")
    return int(found[1]), int(found[2])


def _newer_go(go: Path, *, environ: Mapping[str, str], scratch: Path, progress: Progress) -> Path:
    """The root of a newer Go. It is published as a module too, which an old Go can download when told to."""
    progress.say(f"This Go is older than {'.'.join(map(str, FETCHES_TOOLCHAINS))}; getting Go {TOOLCHAIN}")
    system, machine = answer_of([go, "env", "GOOS", "GOARCH"], environ).split()
    log = scratch / "toolchain.json"
    run_watched(
        [go, "mod", "download", "-json", f"golang.org/toolchain@v0.0.1-go{TOOLCHAIN}.{system}-{machine}"],
        environ=environ,
        log=log,
        watch=lambda started: progress.tick(f"downloading, {elapsed(started)}"),
        cwd=scratch,
    )
    folder = Path(json.loads(log.read_text())["Dir"])
    for program in [*folder.glob("bin/*"), *folder.glob("pkg/tool/*/*")]:
        program.chmod(0o755)  # modules are unpacked without the right to run
    return folder
