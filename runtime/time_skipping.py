"""Finds the time-skipping server for tests: kept from before, else the SDK's download, else jars and Java.

Its path goes to `WorkflowEnvironment.start_time_skipping(test_server_existing_path=…)`.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from runtime import jars, sdk_download
from runtime.progress import Progress
from runtime.toolchain import ServerNotFound, alone_in, existing, first_of, user_cache

WAYS = """Any one of these helps:
  - let this machine reach the SDK's download, or
  - install Java 8 or later, so that the server's jars can be fetched from Maven"""


def find_time_skipping_server(
    *, environ: Mapping[str, str] = os.environ, progress: Progress | None = None
) -> Path:
    """The executable; it takes a port. Fetched if need be, and then kept. Raises ServerNotFound."""
    progress = progress or Progress()
    cache = user_cache(environ)
    downloaded, launcher = cache / "temporal-test-server", jars.launcher_in(cache)
    tried: dict[str, str] = {}
    kept = {
        "the SDK's download in the cache": lambda: existing(downloaded),
        "jars in the cache": lambda: _launched_by_java(launcher, environ),
    }
    if found := first_of(kept, tried):
        return found
    with alone_in(cache, progress):
        found = first_of(kept, tried) or first_of(
            {
                "the SDK's download": lambda: sdk_download.download(
                    "time-skipping", downloaded, environ=environ, progress=progress
                ),
                "jars from Maven": lambda: jars.install(launcher, environ=environ, progress=progress),
            },
            tried,
        )
    if found is None:
        raise ServerNotFound("time-skipping test server", tried, WAYS)
    return found


def _launched_by_java(launcher: Path, environ: Mapping[str, str]) -> Path:
    """Jars are of use only while there is a Java."""
    existing(launcher)
    jars.require_java(environ)
    return launcher
