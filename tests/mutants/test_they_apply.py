"""A mutant that breaks nothing proves nothing: what each is to change is there, and so are its tests."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.mutants.catalogue import ALL
from tests.mutants.mutant import Mutant

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", ALL, ids=[mutant.name for mutant in ALL])
def test_it_applies(mutant: Mutant) -> None:
    """The code that it changes stands once in its file, and each of its tests is defined."""
    assert (ROOT / mutant.file).read_text().count(mutant.old) == 1
    for test in mutant.tests:
        path, _, name = test.partition("::")
        function = re.sub(r"\[.*", "", name)
        assert not name or re.search(rf"def {re.escape(function)}\(", (ROOT / path).read_text())


def test_each_has_a_name_of_its_own() -> None:
    """`--only` can choose each."""
    assert [name for name, count in Counter(mutant.name for mutant in ALL).items() if count > 1] == []
