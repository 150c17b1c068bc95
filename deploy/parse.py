"""`python -m deploy.parse`: reads docker-compose.yml and the Dockerfiles as Docker does, and records what it understood.

The parsers are Docker's own, in Go (parsed/main.go). The record lets the tests hold the files against their rules on a
machine without Go too: it is believed for as long as the files are the ones it was made from.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue

from runtime.go_build import Go, find_go
from runtime.leash import die_with_parent
from runtime.progress import Progress
from runtime.toolchain import Unavailable

ROOT = Path(__file__).parents[1]
PARSER = ROOT / "deploy" / "parsed"
RECORD = PARSER / "record.json"
COMPOSE = "docker-compose.yml"
DOCKERFILES = ("Dockerfile", "deploy/collector/Dockerfile")
BOUND = timedelta(minutes=5)
"""Compiling takes half a minute, the first time."""


class Refused(Exception):
    """Docker would not take one of the files; the message says why."""


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(Record):
    name: str
    base: str
    instructions: tuple[str, ...]


class Dockerfile(Record):
    stages: tuple[Stage, ...]
    warnings: tuple[str, ...]


class Parsed(Record):
    """The compose file after interpolation, merging and defaults; paths are relative to the checkout."""

    compose: dict[str, JsonValue]
    dockerfiles: Mapping[str, Dockerfile]


class Recorded(Record):
    digests: Mapping[str, str]
    parsed: Parsed


def parse(environ: Mapping[str, str] = os.environ, progress: Progress | None = None) -> Parsed:
    """Raises Refused, or Unavailable where there is no Go."""
    with tempfile.TemporaryDirectory() as scratch:
        go = find_go(environ, scratch=Path(scratch), progress=progress or Progress())
    return Parsed.model_validate_json(_answer(go))


def _answer(go: Go) -> str:
    files = [str(ROOT / name) for name in (COMPOSE, *DOCKERFILES)]
    done = subprocess.run(
        die_with_parent([go.path, "run", ".", *files]),
        cwd=PARSER,
        env={**go.environ, "PWD": str(PARSER)},
        capture_output=True,
        text=True,
        timeout=BOUND.total_seconds(),
        check=False,
    )
    if done.returncode:
        raise Refused(done.stderr.strip())
    return done.stdout.replace(f"{ROOT}/", "").replace(f'"{ROOT}"', '"."')


def recorded() -> Parsed:
    """What was understood of the files as they are now. Raises Refused when they have been changed since."""
    record = Recorded.model_validate_json(RECORD.read_text())
    if record.digests != digests():
        raise Refused(f"{RECORD.name} was made from other files: run `python -m deploy.parse`")
    return record.parsed


def digests() -> dict[str, str]:
    return {name: sha256((ROOT / name).read_bytes()).hexdigest() for name in (COMPOSE, *DOCKERFILES)}


def main() -> int:
    try:
        parsed = parse()
    except (Refused, Unavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    RECORD.write_text(Recorded(digests=digests(), parsed=parsed).model_dump_json(indent=1) + "\n")
    print(
        f"Docker understands {COMPOSE} and {', '.join(DOCKERFILES)}; recorded in {RECORD.relative_to(ROOT)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
