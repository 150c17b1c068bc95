"""How a person types a length of time: `30s`, `45m`, `6h`, `1d`, `1h30m`. Imports nothing heavy: see the parser."""

import re
from argparse import ArgumentTypeError
from datetime import timedelta

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
WRITTEN = re.compile(r"(?:\d{1,6}[smhdw])+")
PART = re.compile(r"(\d+)([smhdw])")
LONGEST = timedelta(days=3_650)


def length(text: str) -> timedelta:
    """Raises ArgumentTypeError."""
    if not WRITTEN.fullmatch(text):
        raise ArgumentTypeError(f"{text!r} is no length of time such as 30s, 45m, 6h, 1d or 1h30m")
    found = timedelta(seconds=sum(int(number) * UNITS[unit] for number, unit in PART.findall(text)))
    if not timedelta() < found <= LONGEST:
        raise ArgumentTypeError(f"{text!r} is not above 0 and at most ten years")
    return found
