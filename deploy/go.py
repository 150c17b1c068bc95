"""The Go compiler of this machine, or a newer one that it gets where it is old."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from runtime.go_build import (
    FETCHES_TOOLCHAINS,
    _newer_go,  # pyright: ignore[reportPrivateUsage] - knows how an old Go gets a newer one
    _version,  # pyright: ignore[reportPrivateUsage]
)
from runtime.progress import Progress
from runtime.toolchain import Unavailable, executable


class Go(NamedTuple):
    path: Path
    environ: Mapping[str, str]


def find_go(environ: Mapping[str, str], *, scratch: Path, progress: Progress) -> Go:
    """Raises Unavailable."""
    try:
        go = executable("go", environ)
    except Unavailable:
        raise Unavailable("Go is missing: `apt-get install golang-go`") from None
    if _version(go, environ) >= FETCHES_TOOLCHAINS:
        return Go(go, environ)
    root = _newer_go(go, environ=environ, scratch=scratch, progress=progress)
    return Go(root / "bin" / "go", {**environ, "GOROOT": str(root)})
