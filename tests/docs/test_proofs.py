"""Where a page names a test as proof, the test is there."""

import re

import pytest

from tests.docs.markdown import ROOT

PAGE = ROOT / "docs" / "how-to-choose.md"
NAMED = re.compile(r"\[([^\]]+)\]\((\.\./tests/[^)\s]+\.py)\)")


@pytest.mark.parametrize(("claim", "file"), sorted(set(NAMED.findall(PAGE.read_text()))))
def test_each_claim_is_a_test(claim: str, file: str) -> None:
    """A link into the tests reads as the name of a test of that file."""
    name = f"test_{claim.lower().replace(' ', '_')}"

    assert re.search(rf"^(async )?def {name}\(", (PAGE.parent / file).read_text(), re.MULTILINE), name
