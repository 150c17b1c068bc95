"""Prints the part of requirements.lock that requirements.in leads to: what runs, without what only the checks need.

The lock says below each package which others asked for it, so nothing has to be resolved. pip refuses to install the
part if a package is missing from it, since each has to have its hashes.
"""

import re
import sys
from pathlib import Path

ASKED_FOR_BY_US = "-r requirements.in"
_NAME = re.compile(r"([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==", re.IGNORECASE)
_ASKED_BY = re.compile(r"^ {4}#(?: via|  ) +(.+)$", re.MULTILINE)


def runtime_part(lock: str) -> str:
    """The blocks of the lock that are reached from requirements.in, as they stand in it."""
    blocks = {_name(block): block for block in re.split(r"\n(?=\S)", lock.strip())}
    wanted: set[str] = {ASKED_FOR_BY_US}
    while more := {name for name, block in blocks.items() if wanted & _asked_by(block)} - wanted:
        wanted |= more
    return "".join(f"{block}\n" for name, block in blocks.items() if name in wanted)


def _name(block: str) -> str:
    found = _NAME.match(block)
    if found is None:
        raise ValueError(f"this is not a pinned package: {block.splitlines()[0]}")
    return found[1]


def _asked_by(block: str) -> set[str]:
    return set(_ASKED_BY.findall(block))


if __name__ == "__main__":
    sys.stdout.write(runtime_part(Path(sys.argv[1]).read_text()))
