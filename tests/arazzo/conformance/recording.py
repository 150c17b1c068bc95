"""A pytest plugin: keeps what a run has seen of the tests that prove rules (`-p tests.arazzo.conformance.recording`).

`--seen FILE` says where: for each marked test whether all its cases passed, and the same for each micro-case.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.arazzo.conformance.proofs import MARKER
from tests.arazzo.microcases.cases import Case

PASSED, FAILED = "passed", "failed"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seen", type=Path, help="where to keep which marked tests passed")


def pytest_configure(config: pytest.Config) -> None:
    if to := config.getoption("--seen"):
        config.pluginmanager.register(Recording(to))


class Recording:
    def __init__(self, to: Path) -> None:
        self.to = to
        self.tests: dict[str, str] = {}
        """By the name of an item: of the test that it is a case of."""
        self.cases: dict[str, str] = {}
        self.seen: dict[str, dict[str, str]] = {"tests": {}, "cases": {}}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if item.get_closest_marker(MARKER) is None:
                continue
            parameters: Any = getattr(item, "callspec", None)
            case: object = parameters.params.get("case") if parameters else None
            if isinstance(case, Case):
                self.cases[item.nodeid] = f"{item.name.partition('[')[0]}/{case.group}/{case.name}"
            else:
                self.tests[item.nodeid] = item.nodeid.partition("[")[0]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test has passed if it was called, and neither it nor what it stands on has failed."""
        if report.when != "call" and not report.failed:
            return
        for kind, names in (("tests", self.tests), ("cases", self.cases)):
            if (name := names.get(report.nodeid)) is not None:
                kept = self.seen[kind]
                kept[name] = PASSED if report.passed and kept.get(name) != FAILED else FAILED

    def pytest_sessionfinish(self) -> None:
        self.to.write_text(json.dumps(self.seen, indent=2, sort_keys=True) + "\n")
