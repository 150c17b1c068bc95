"""The image: what BuildKit's parser makes of the Dockerfile, and whether what it copies and installs is enough to run."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.parse import DOCKERFILES, ROOT, Dockerfile
from deploy.runtime_requirements import runtime_part

LOCK = (ROOT / "requirements.lock").read_text()
CHECKERS = {"pytest", "ruff", "mypy", "pyright", "hypothesis", "coverage"}


def packages_of(lock: str) -> set[str]:
    """Those that are installed here: a package may be for another system only."""
    pinned = (Requirement(line.rstrip("\\ ")) for line in re.findall(r"^\S.*==.*$", lock, re.MULTILINE))
    return {
        canonicalize_name(package.name)
        for package in pinned
        if not package.marker or package.marker.evaluate()
    }


def test_buildkit_warns_of_nothing(dockerfiles: Mapping[str, Dockerfile]) -> None:
    """Its parser and its linter accept both files as they are."""
    assert dockerfiles.keys() == set(DOCKERFILES)
    assert all(not file.warnings for file in dockerfiles.values())


def test_bases_are_pinned(dockerfiles: Mapping[str, Dockerfile]) -> None:
    """Each image that is built upon has a tag with three numbers."""
    bases = {stage.base for file in dockerfiles.values() for stage in file.stages}

    assert all(re.search(r":\d+\.\d+\.\d+", base) for base in bases), bases


def test_the_last_user_is_not_root(dockerfiles: Mapping[str, Dockerfile]) -> None:
    """Both images run as a numbered user without rights."""
    for file in dockerfiles.values():
        users = [words for words in file.stages[-1].instructions if words.startswith("USER ")]

        assert users[-1:] == ["USER 10001:10001"]


def test_packages_are_installed_by_hash(dockerfiles: Mapping[str, Dockerfile]) -> None:
    """They come from the lock's part, as wheels only; in the image that runs, pip itself is removed."""
    packages, program = dockerfiles["Dockerfile"].stages

    assert "--require-hashes --only-binary :all: -r runtime.txt" in " ".join(packages.instructions)
    assert "pip install" not in " ".join(program.instructions)
    assert "python -m pip uninstall --yes" in " ".join(program.instructions)


def test_the_image_has_no_checkers() -> None:
    """The runtime part of the lock has all that requirements.in names, with its hashes, and nothing of the tests."""
    part = runtime_part(LOCK)
    asked = [line for line in (ROOT / "requirements.in").read_text().splitlines() if line and line[0] != "#"]

    assert packages_of(part) >= {canonicalize_name(Requirement(line).name) for line in asked}
    assert not packages_of(part) & CHECKERS
    assert packages_of(LOCK) > packages_of(part)
    assert part.count("--hash=sha256:") > len(packages_of(part))


def test_the_runtime_part_is_complete() -> None:
    """Each package of it finds what it depends on in it: pip would otherwise refuse to build the image."""
    part = packages_of(runtime_part(LOCK))
    needed = {
        canonicalize_name(requirement.name)
        for package in part
        for requirement in map(Requirement, distribution(package).requires or [])
        if not requirement.marker or requirement.marker.evaluate({"extra": ""})
    }

    assert set() == needed - part


def test_the_packages_are_asked_for_by_somebody() -> None:
    """What is not a pinned package is told, rather than left out."""
    with pytest.raises(ValueError, match="this is not a pinned package: -e"):
        runtime_part("-e .\n")


@pytest.fixture(scope="module")
def app(dockerfiles: Mapping[str, Dockerfile], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Dockerfile copies into /app, and nothing else."""
    folder = tmp_path_factory.mktemp("image") / "app"
    folder.mkdir()
    for words in dockerfiles["Dockerfile"].stages[-1].instructions:
        if words.startswith("COPY ") and "--from" not in words:
            copy(words.split()[1:], folder)
    return folder


def copy(words: list[str], folder: Path) -> None:
    """As `COPY`: a folder's content becomes the target's, a file goes into the target."""
    *sources, target = words
    for name in sources:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / target, ignore=shutil.ignore_patterns("__pycache__", "*.db"))
        else:
            (folder / target).mkdir(exist_ok=True)
            shutil.copy(source, folder / target)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["worker.py", "--show-settings"], "TASK_QUEUE = durable-sagas"),
        (["starter.py", "flows"], "order"),
        (["starter.py", "demo", "--help"], "Play a flow"),
        (["-m", "services", "--help"], "runs all stand-ins in one process"),
    ],
)
def test_what_is_copied_runs(app: Path, tmp_path: Path, command: list[str], said: str) -> None:
    """Worker, command line and stand-ins find all their modules in the image."""
    done = run(app, command, home=tmp_path)

    assert said in done.stdout, done.stderr


@pytest.mark.parametrize("command", [["starter.py", "list"], ["-m", "deploy.worker_health"]])
def test_without_a_server_the_image_says_so(app: Path, tmp_path: Path, command: list[str]) -> None:
    """Command line and health check get as far as the network."""
    done = run(app, command, home=tmp_path)

    assert "No Temporal server answers at 127.0.0.1:1" in done.stderr


def run(app: Path, command: list[str], *, home: Path) -> subprocess.CompletedProcess[str]:
    environ = {"HOME": str(home), "TEMPORAL_ADDRESS": "127.0.0.1:1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=app,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
