"""Documents of one feature each do what the text says, and where it is silent what was decided."""

import pytest

from tests.arazzo.microcases.cases import Case, cases, differences
from tests.arazzo.microcases.executing import Executor
from tests.arazzo.microcases.mock import Mock
from tests.arazzo.microcases.rehearsing import rehearse

CASES = [pytest.param(case, id=str(case), marks=pytest.mark.arazzo(*case.rules)) for case in cases()]


@pytest.mark.parametrize("case", CASES)
async def test_rehearsed(case: Case) -> None:
    """In a rehearsal: these requests and no others, this end, these outputs, these waits."""
    mock = Mock(case.script)

    assert [] == differences(case, await rehearse(case, mock), mock.seen)


@pytest.mark.arazzo("D7")
@pytest.mark.parametrize("before", [1, 2, 3, 4])
@pytest.mark.parametrize("micro", [case for case in cases() if case.group == "own"], ids=str)
async def test_rolled_over(micro: Case, before: int) -> None:
    """A run that goes on as a new one before any of its calls comes to the same."""
    mock = Mock(micro.script)

    assert [] == differences(micro, await rehearse(micro, mock, roll_over_before=before), mock.seen)


@pytest.mark.parametrize("case", CASES)
async def test_executed(executor: Executor, case: Case) -> None:
    """The same by a worker on a Temporal server, over HTTP."""
    mock = Mock(case.script)

    assert [] == differences(case, await executor.execute(case, mock), mock.seen)
