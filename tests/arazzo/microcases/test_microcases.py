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


@pytest.mark.parametrize("case", CASES)
async def test_executed(executor: Executor, case: Case) -> None:
    """The same by a worker on a Temporal server, over HTTP."""
    mock = Mock(case.script)

    assert [] == differences(case, await executor.execute(case, mock), mock.seen)
