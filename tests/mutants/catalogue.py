"""All mutants: those of each module here that is named `of_…`."""

from importlib import import_module
from pathlib import Path

from tests.mutants.mutant import Mutant

HERE = Path(__file__).parent


def _of(module: str) -> tuple[Mutant, ...]:
    mutants: tuple[Mutant, ...] = import_module(f"{__package__}.{module}").MUTANTS
    return mutants


ALL = tuple(mutant for path in sorted(HERE.glob("of_*.py")) for mutant in _of(path.stem))
