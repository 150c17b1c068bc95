"""The user's cache of fetched servers, and the child processes that fill it."""

import fcntl
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from runtime.leash import die_with_parent
from runtime.progress import Progress

Found = TypeVar("Found")

TICK = timedelta(milliseconds=250)


class Unavailable(Exception):
    """One way to a server does not lead to one; the message says why."""


class ServerNotFound(Exception):
    """No server is there and none can be had; the message says what was tried and what helps."""

    def __init__(self, what: str, tried: Mapping[str, str], ways: str) -> None:
        reasons = [f"  {way}: {reason}" for way, reason in tried.items()]
        super().__init__("\n".join([f"No {what} was found, and none could be fetched.", *reasons, ways]))


def first_of(ways: Mapping[str, Callable[[], Found]], tried: dict[str, str]) -> Found | None:
    """What the first way that works leads to; why the others do not is noted in `tried`."""
    for name, way in ways.items():
        try:
            return way()
        except Unavailable as reason:
            tried[name] = str(reason)
    return None


def user_cache(environ: Mapping[str, str]) -> Path:
    """Where fetched servers are kept: `DURABLE_SAGAS_CACHE`, else the platform's cache folder of the user."""
    if chosen := environ.get("DURABLE_SAGAS_CACHE"):
        return Path(chosen)
    if xdg := environ.get("XDG_CACHE_HOME"):
        return Path(xdg) / "durable-sagas"
    home = Path(environ.get("HOME") or Path.home())
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "durable-sagas"


@contextmanager
def alone_in(cache: Path, progress: Progress) -> Generator[None]:
    """Holds the cache against other processes, so that two first starts at once fetch once."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say("Another process is fetching a server at the moment; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            progress.end()


@contextmanager
def scratch_in(cache: Path) -> Generator[Path]:
    """A folder on the cache's own disk, so that what is finished there moves into place in one step."""
    cache.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="fetching-", dir=cache))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def executable(name: str, environ: Mapping[str, str]) -> Path:
    """A program on the path. Raises Unavailable."""
    found = shutil.which(name, path=environ.get("PATH", ""))
    if found is None:
        raise Unavailable(f"there is no `{name}` on the path")
    return Path(found).absolute()


def existing(path: Path) -> Path:
    """A file that an earlier run has left. Raises Unavailable."""
    if not path.exists():
        raise Unavailable(f"there is no {path}")
    return path


def answer_of(command: Sequence[str | Path], environ: Mapping[str, str]) -> str:
    """What a program prints within ten seconds, both streams. Raises Unavailable."""
    try:
        done = subprocess.run(
            list(command),
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"`{command[0]}` does not run: {error}") from error
    return done.stdout


def run_watched(
    command: Sequence[str | Path],
    *,
    environ: Mapping[str, str],
    log: Path,
    watch: Callable[[float], None],
    cwd: Path | None = None,
) -> None:
    """Runs a program to its end, output in `log`; `watch(started)` is called four times a second.

    `watch` shows progress, and raises Unavailable to give up. Raises Unavailable also when the program fails.
    The program is ended whatever happens here.
    """
    started = time.monotonic()
    with log.open("wb") as output:
        child = subprocess.Popen(
            die_with_parent(command),
            cwd=cwd,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while not _ended(child):
                watch(started)
        finally:
            child.kill()
            child.wait()
    if child.returncode != 0:
        raise Unavailable(last_words(log))


class Patience:
    """Gives up on what does not grow any more: bytes of a download, lines of a log."""

    def __init__(self, *, at_first: timedelta, later: timedelta) -> None:
        self._at_first, self._later = at_first, later
        self._amount, self._grown_at = 0, time.monotonic()

    def see(self, amount: int) -> None:
        """Raises Unavailable when the amount has stayed the same for too long."""
        if amount != self._amount:
            self._amount, self._grown_at = amount, time.monotonic()
        bound = self._later if amount else self._at_first
        if time.monotonic() - self._grown_at > bound.total_seconds():
            raise Unavailable(f"nothing came for {bound.seconds} seconds")


def last_words(log: Path, *, lines: int = 3) -> str:
    """The end of a log, as one line."""
    return (
        " / ".join(log.read_text(errors="replace").strip().splitlines()[-lines:]) or "it ended without a word"
    )


def _ended(child: subprocess.Popen[bytes]) -> bool:
    with suppress(subprocess.TimeoutExpired):
        child.wait(TICK.total_seconds())
    return child.returncode is not None
