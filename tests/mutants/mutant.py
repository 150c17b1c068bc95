"""A named break: what is changed in which file, and which tests have to notice."""

from pathlib import Path
from typing import NamedTuple


class NoSuchCode(Exception):
    """The code that a mutant is to break is not there any more, or stands there more than once."""


class Mutant(NamedTuple):
    name: str
    """The promise that is broken, as one says it."""
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def apply(self, tree: Path) -> None:
        """Break the copy of the tree in `tree`."""
        path = tree / self.file
        code = path.read_text()
        if code.count(self.old) != 1:
            raise NoSuchCode(f"{self.name}: {self.old!r} is {code.count(self.old)} times in {self.file}")
        path.write_text(code.replace(self.old, self.new))
