"""Fetches the jars of Temporal's time-skipping server from Maven, each pinned by its hash."""

import hashlib
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from jgo.maven import MavenContext

from runtime.progress import Progress, elapsed
from runtime.toolchain import Unavailable, answer_of, executable, scratch_in

LOCK = Path(__file__).with_name("test_server.lock")

LAUNCHER = """#!/bin/sh
# Starts Temporal's time-skipping test server on a port: run PORT
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \\
    -cp "$(dirname "$0")/*" io.temporal.testserver.TestServer "$@"
"""


def launcher_in(cache: Path) -> Path:
    """Where the launcher is, or will be, for just the jars that the lock pins."""
    pins = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return cache / f"temporal-test-server-{pins[:12]}" / "run"


def install(launcher: Path, *, environ: Mapping[str, str], progress: Progress) -> Path:
    """Makes the launcher with the jars beside it. Raises Unavailable."""
    require_java(environ)
    pinned = _pinned()
    progress.say(
        f"Fetching the {len(pinned)} jars of the time-skipping server from Maven (about 10 seconds, once)"
    )
    with scratch_in(launcher.parents[1]) as scratch:
        made = scratch / "made"
        made.mkdir()
        _fetch_all(pinned, MavenContext(repo_cache=scratch / "repository"), made, progress)
        script = made / launcher.name
        script.write_text(LAUNCHER)
        script.chmod(0o755)
        made.rename(launcher.parent)
    return launcher


def require_java(environ: Mapping[str, str]) -> None:
    """Runs the `java` of JAVA_HOME, or of the path, once. Raises Unavailable."""
    home = environ.get("JAVA_HOME")
    java = Path(home) / "bin" / "java" if home else executable("java", environ)
    answer_of([java, "-version"], environ)


def _pinned() -> list[tuple[str, str]]:
    """The lines of the lock: `group:artifact:version sha256`."""
    lines = LOCK.read_text().splitlines()
    return [(name, digest) for name, digest in (line.split() for line in lines if not line.startswith("#"))]


def _fetch_all(pinned: list[tuple[str, str]], maven: MavenContext, into: Path, progress: Progress) -> None:
    started = time.monotonic()
    pool = ThreadPoolExecutor(8)
    jars: list[Future[None]] = [pool.submit(fetch, name, digest, maven, into) for name, digest in pinned]
    try:
        for count, jar in enumerate(as_completed(jars), 1):
            jar.result()
            progress.tick(f"{count} of {len(jars)}, {elapsed(started)}")
    except (OSError, RuntimeError) as error:  # what the Maven client raises for no answer, and for a no
        raise Unavailable(f"Maven did not give the jars: {error}") from error
    finally:
        pool.shutdown(cancel_futures=True)


def fetch(name: str, digest: str, maven: MavenContext, into: Path) -> None:
    """Puts one jar into a folder. Raises RuntimeError when Maven has none, or not the one that is pinned."""
    group, artifact, version = name.split(":")
    jar = maven.project(group, artifact).at_version(version).artifact().resolve()
    if hashlib.sha256(jar.read_bytes()).hexdigest() != digest:
        raise RuntimeError(f"{name} is not the file that the lock pins")
    jar.replace(into / jar.name)
