"""What the tests of the Arazzo library share: the corpus of public documents, where it is at hand."""

import os
from pathlib import Path

from hypothesis import settings

CORPUS = Path(os.environ.get("ARAZZO_CORPUS", Path(__file__).parents[3] / "shared" / "arazzo"))
"""Documents that others have written; absent on most machines, and read in place where they are."""

settings.register_profile("long", max_examples=20_000, deadline=None)
"""For a run by hand: `pytest tests/arazzo --hypothesis-profile=long`."""
