"""Lets Temporal's SDK download its own servers, and gives up in time when nothing comes."""

import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal

from runtime.progress import Progress, elapsed
from runtime.toolchain import Patience, Unavailable, run_watched, scratch_in

Kind = Literal["dev", "time-skipping"]

FIRST_BYTE = timedelta(seconds=6)
STALLED = timedelta(seconds=20)


def download(kind: Kind, into: Path, *, environ: Mapping[str, str], progress: Progress) -> Path:
    """Puts the SDK's server at the path `into`. Raises Unavailable when nothing (more) arrives.

    The SDK has no bound of its own here and cannot be interrupted, so it runs as a process that can be ended.
    """
    progress.say(f"Asking the SDK to download its {kind} server (usually under a minute, once)")
    with scratch_in(into.parent) as scratch:
        files = scratch / "files"
        files.mkdir()
        run_watched(
            [sys.executable, "-m", "runtime.sdk_servers", kind, files],
            environ=environ,
            log=scratch / "log",
            watch=_growth(files, progress),
            cwd=Path(__file__).parents[1],
        )
        downloaded = _files_in(files)
        if len(downloaded) != 1:
            raise Unavailable(f"it left {len(downloaded)} files where one was expected")
        return downloaded[0].replace(into)


def _growth(folder: Path, progress: Progress) -> Callable[[float], None]:
    patience = Patience(at_first=FIRST_BYTE, later=STALLED)

    def watch(started: float) -> None:
        size = sum(path.stat().st_size for path in _files_in(folder))
        progress.tick(f"{size / 1e6:.0f} MB, {elapsed(started)}")
        patience.see(size)

    return watch


def _files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
