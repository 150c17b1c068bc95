"""What the tests of the Arazzo library share: the corpus of public documents, where it is at hand."""

import os
from pathlib import Path

CORPUS = Path(os.environ.get("ARAZZO_CORPUS", Path(__file__).parents[3] / "shared" / "arazzo"))
"""Documents that others have written; absent on most machines, and read in place where they are."""
