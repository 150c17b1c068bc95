"""`make check-private` where it cannot be tried: it fails with one clear line, and is not skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.parse import ROOT

BOUND = 60


@pytest.mark.parametrize("says", ["mkdir /run/netns failed: Permission denied", "Operation not permitted"])
def test_without_namespaces_it_fails_in_one_line(tmp_path: Path, says: str) -> None:
    """It names what was tried, what was said, and what it takes."""
    ip = tmp_path / "ip"
    ip.write_text(f'#!/bin/sh\necho "{says}" >&2\nexit 1\n')
    ip.chmod(0o755)
    status, said = checked(f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    assert 1 == status
    assert says in said
    assert said.startswith("Network namespaces cannot be had here, so nothing is proved: `ip netns add ")
    assert said.endswith("It takes Linux, iproute2, and root (or CAP_NET_ADMIN and CAP_SYS_ADMIN).\n")


def test_without_iproute2_it_says_what_is_missing(tmp_path: Path) -> None:
    """In one line too."""
    assert (1, "there is no `ip` on the path\n") == checked(str(tmp_path))


def checked(path: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.check_private"],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    lines = [line for line in done.stderr.splitlines(keepends=True) if not line.startswith("Starting")]
    assert "✓" not in done.stdout
    return done.returncode, "".join(lines)
