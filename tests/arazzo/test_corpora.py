"""Documents as others write them: each loads and compiles in compat, or is refused for a reason that names its clause."""

import pytest

from tests.arazzo.corpora import counts, folders, kept

ENOUGH = 0.95


@pytest.mark.arazzo("D21")
@pytest.mark.parametrize("name", folders())
def test_as_many_documents_compile_as_were_counted(name: str) -> None:
    """No fewer, no more, and each refusal says where the text forbids it."""
    found, refusals = counts(folders()[name])

    assert kept()[name] == found
    assert all(problem.clause and problem.line for problem in refusals)


def test_nearly_all_documents_that_are_valid_compile() -> None:
    """What the official schema takes and we refuse is the exception."""
    for found in kept().values():
        valid = found["schema-valid"]

        assert valid["compiled"] >= ENOUGH * (valid["compiled"] + valid["refused"])
