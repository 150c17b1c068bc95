"""What the tests of the tool chain share: a machine of their own, and the real development server."""

from pathlib import Path

import pytest

from runtime.server import TemporalCli, find_executable
from tests.runtime.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture(scope="session")
def cli() -> TemporalCli:
    return find_executable()
