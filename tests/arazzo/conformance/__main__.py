"""Runs the tests that name a rule, keeps what they have seen, and writes the page; `--page` only writes it again."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.arazzo.conformance.page import PAGE, SEEN, Seen, kept, written
from tests.arazzo.conformance.proofs import MARKER, ROOT, files


def run() -> Seen:
    """What a run of the marked tests sees, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "seen.json"
        words = ["-q", "-p", "tests.arazzo.conformance.recording", "--seen", str(to), "-m", MARKER]
        subprocess.run([sys.executable, "-m", "pytest", *words, *map(str, files())], cwd=ROOT, check=False)
        seen: Seen = json.loads(to.read_text())
    return seen


def main() -> None:
    if "--page" not in sys.argv:
        before, seen = kept() if SEEN.exists() else Seen(cases={}), run()
        public = {name: verdict for name, verdict in before["cases"].items() if "/public/" in name}
        seen["cases"] = public | seen["cases"]
        SEEN.write_text(json.dumps(seen, indent=2, sort_keys=True) + "\n")
    PAGE.write_text(written(kept()))


if __name__ == "__main__":
    main()
