"""The page of conformance is that of the tests as they are: no rule without a test, no test that it does not know."""

from tests.arazzo.conformance.page import FAILS, PAGE, kept, written
from tests.arazzo.conformance.proofs import cases_of, clauses, marked, proofs_of
from tests.arazzo.conformance.respect import explained
from tests.arazzo.conformance.respect import kept as kept_of_respect
from tests.arazzo.microcases.cases import own

IDS = [
    f"{letter}{number}"
    for letter, last in zip("ABCEFD", (10, 5, 16, 8, 13, 22), strict=True)
    for number in range(1, last + 1)
]


def test_every_rule_has_a_test() -> None:
    """And every test that names one names one that there is."""
    assert list(clauses()) == IDS
    assert set(clauses()) == set(proofs_of()) | set(cases_of())


def test_the_page_is_of_these_tests() -> None:
    """What was seen is what is marked; `python -m tests.arazzo.conformance` sees again."""
    assert set(marked()) == set(kept()["tests"])


def test_every_micro_case_was_played() -> None:
    """Without a server and with one."""
    played = {f"{test}/own/{case.name}" for case in own() for test in ("test_rehearsed", "test_executed")}

    assert {name for name in kept()["cases"] if "/own/" in name} == played


def test_the_page_is_as_it_was_written() -> None:
    """From what is kept of the last runs, and no hand has changed it."""
    assert written(kept()) == PAGE.read_text()


def test_nothing_on_the_page_has_failed() -> None:
    """A failure is mended, or said as a limit; it is not published."""
    assert FAILS not in PAGE.read_text()


def test_every_difference_to_respect_is_explained() -> None:
    """Of the micro-cases as they are now; `tools/respect` plays them again."""
    there = kept_of_respect().cases

    assert {case.name: case.sha256 for case in own()} == {name: ran.sha256 for name, ran in there.items()}
    assert {name for name, ran in there.items() if ran.differences} == set(explained())
