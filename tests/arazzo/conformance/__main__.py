"""Runs the tests that name a rule, keeps what they have seen, and writes the page.

`--new` runs those alone that no run has seen yet; `--page` runs none.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.arazzo.conformance.page import PAGE, SEEN, Seen, kept, written
from tests.arazzo.conformance.proofs import MARKER, ROOT, files, marked


def run(tests: Iterable[str]) -> Seen:
    """What a run of the marked ones sees, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "seen.json"
        words = ["-q", "-p", "tests.arazzo.conformance.recording", "--seen", str(to), "-m", MARKER]
        subprocess.run([sys.executable, "-m", "pytest", *words, *tests], cwd=ROOT, check=False)
        seen: Seen = json.loads(to.read_text())
    return seen


def seen_again() -> Seen:
    """By all of them; the micro-cases of others stay as they were seen where they are not at hand."""
    seen = run(map(str, files()))
    before = kept()["cases"] if SEEN.exists() else {}
    public = {name: verdict for name, verdict in before.items() if "/public/" in name}
    return {"tests": seen["tests"], "cases": public | seen["cases"]}


def seen_besides() -> Seen:
    """By those that are new, besides what was seen of those that are there still."""
    before = kept()
    new = [test for test in marked() if test not in before["tests"]]
    left = {test: verdict for test, verdict in before["tests"].items() if test in marked()}
    found = run(new)["tests"] if new else {}
    return {"tests": left | found, "cases": before["cases"]}


def main() -> None:
    if "--page" not in sys.argv:
        seen = seen_besides() if "--new" in sys.argv else seen_again()
        SEEN.write_text(json.dumps(seen, indent=2, sort_keys=True) + "\n")
    PAGE.write_text(written(kept()))


if __name__ == "__main__":
    main()
