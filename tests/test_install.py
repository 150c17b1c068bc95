"""What `pip install` of this project gives to somebody else's environment, and that a flow runs on it."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.dev_server import DevServer

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "twenty_lines.py"
NEEDED = {"durable-sagas", "temporalio", "pydantic"}
BOUND = 180.0  # seconds; it takes some ten, most of which pip spends on building the wheel


@pytest.fixture(scope="module")
async def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that was empty before this project was installed into it."""
    folder = tmp_path_factory.mktemp("install")
    await _run(Path(sys.executable), "-m", "venv", "--without-pip", str(folder / "empty"))
    interpreter = folder / "empty" / "bin" / "python"
    versions = folder / "constraints.txt"
    versions.write_text("\n".join(_locked()))
    await _run(
        Path(sys.executable),
        *("-m", "pip", "--python", str(interpreter), "--disable-pip-version-check", "install"),
        *("--quiet", "--no-compile", "--constraint", str(versions), str(ROOT)),
    )
    return interpreter


async def test_it_needs_only_temporalio_and_pydantic(python: Path) -> None:
    """What is installed beside it is what those two need themselves."""
    installed = await _run(python, "-Ic", _NOT_NEEDED, *sorted(NEEDED))

    assert installed.split() == []


async def test_it_gives_the_package_saga_and_no_other(python: Path) -> None:
    """The distribution has the one package, with its types, and no file beside it."""
    files = (await _run(python, "-Ic", _FILES)).split()

    assert {"saga"} == {name.partition("/")[0] for name in files}
    assert "saga/py.typed" in files
    assert all(name.endswith((".py", "/py.typed")) for name in files)


@pytest.mark.parametrize("module", ["httpx", "rich", "workflows", "services", "runtime", "models"])
async def test_nothing_else_can_be_imported(module: str, python: Path) -> None:
    """Neither the rest of the checkout nor what only that needs comes along."""
    found = await _run(python, "-Ic", f"import importlib.util; print(importlib.util.find_spec({module!r}))")

    assert found.strip() == "None"


@pytest.mark.parametrize(
    ("city", "printed"),
    [
        ("Rome", "a room in Rome\n"),
        (
            "Atlantis",
            "given back: the room in Atlantis\nno trip: NoFlight: nobody flies to Atlantis\n",
        ),
    ],
)
async def test_the_twenty_lines_run_on_it(
    city: str, printed: str, python: Path, dev_server: DevServer, tmp_path: Path
) -> None:
    """The example completes, or undoes what it did, with nothing but what was installed."""
    shutil.copy(EXAMPLE, copy := tmp_path / EXAMPLE.name)

    assert printed == await _run(python, "-I", str(copy), city, TEMPORAL_ADDRESS=dev_server.address)


def test_the_flow_has_twenty_lines() -> None:
    """What a reader has to write, three activities and the workflow, is as short as we say."""
    flow = re.search(r"^@activity\.defn.*?(?=^async def main)", EXAMPLE.read_text(), re.MULTILINE | re.DOTALL)

    assert flow
    assert 20 == sum(bool(line.strip()) for line in flow[0].splitlines())


_NOT_NEEDED = """
import re, sys
from importlib.metadata import distributions

def plain(name): return re.sub("[-_.]+", "-", name).lower()

needs = {plain(d.name): [plain(re.match("[A-Za-z0-9._-]+", r)[0]) for r in d.requires or []] for d in distributions()}
reached = list(sys.argv[1:])
for name in reached:
    reached += [need for need in needs.get(name, []) if need not in reached]
print(*(needs.keys() - set(reached)))
"""

_FILES = """
from importlib.metadata import files

print(*(file for file in files("durable-sagas") if ".dist-info" not in str(file) and "__pycache__" not in str(file)))
"""


async def _run(python: Path, *arguments: str, **environment: str) -> str:
    """What a program that ends with status 0 prints."""
    process = await asyncio.create_subprocess_exec(
        *(str(python), *arguments),
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(BOUND):
            out, err = await process.communicate()
    except BaseException:
        process.kill()
        raise
    assert process.returncode == 0, f"{' '.join(arguments)}: {out.decode()}{err.decode()}"
    return out.decode()


def _locked() -> Iterator[str]:
    """The versions of the checkout, whose wheels pip has in its cache."""
    lock = (ROOT / "requirements.lock").read_text()
    yield from re.findall(r"^[A-Za-z0-9._-]+==[^\s;]+", lock, re.MULTILINE)
